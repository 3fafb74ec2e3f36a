// What `using` and `await using` call at the end of a block. Where the language does not have the symbols yet,
// there is no `using` either.

/** Has `using` call `dispose`. */
export function disposable<T extends object>(object: T, dispose: () => void): T & Disposable {
  if (Symbol.dispose) Object.assign(object, { [Symbol.dispose]: dispose });
  return object as T & Disposable;
}

/** Has `await using` call `dispose`. */
export function asyncDisposable<T extends object>(
  object: T,
  dispose: () => Promise<void>,
): T & AsyncDisposable {
  if (Symbol.asyncDispose) Object.assign(object, { [Symbol.asyncDispose]: dispose });
  return object as T & AsyncDisposable;
}
