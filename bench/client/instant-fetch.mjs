// A `fetch` that answers at once: what is left of a call's time is the package's own.

const answer = JSON.stringify({
  data: { uid: "usr1", name: "Kevin", role: "default", status: "offline", createdAt: 1772166128 },
});
const options = { headers: { "content-type": "application/json" } };

globalThis.fetch = async () => new Response(answer, options);
