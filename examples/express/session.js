/** Who sends a request: here a cookie with the uid; your app looks up its own session. */
export function currentUser(request) {
  const [, uid] = /(?:^|; )uid=([\w-]+)/.exec(request.headers.get("cookie") ?? "") ?? [];
  return uid ? { uid, name: uid } : null;
}
