// What React Native gives to a program in Hermes, as far as this one needs it. The engine's program reaches no
// network: what `fetch` is to send is printed, and the program runs again with the reply.
(() => {
  const { replies } = globalThis.hosted;
  let sent = 0;
  globalThis.global = globalThis;
  globalThis.navigator = { product: "ReactNative" };
  globalThis.console = { log: print, warn: print, error: print };
  globalThis.queueMicrotask = (callback) => Promise.resolve().then(callback);
  // The engine's program has a queue of tasks, and calls it a timer: it does not wait.
  const { setTimeout: later } = globalThis;
  const waiting = new Set();
  globalThis.setTimeout = (callback, milliseconds, ...values) => {
    const timer = { due: Date.now() + milliseconds };
    const look = () => {
      if (!waiting.has(timer)) return;
      if (Date.now() < timer.due) return later(look, 0);
      waiting.delete(timer);
      callback(...values);
    };
    waiting.add(timer);
    later(look, 0);
    return timer;
  };
  globalThis.clearTimeout = (timer) => waiting.delete(timer);
  globalThis.fetch = (url, { method, headers, body }) => {
    const reply = replies[sent];
    sent += 1;
    if (!reply) {
      print(JSON.stringify({ request: { url, method, headers, body } }));
      // With no timer left, the engine's program ends.
      waiting.clear();
      return new Promise(() => {});
    }
    // As in many versions of React Native.
    let isRead = false;
    const read = (value) => {
      if (isRead) return Promise.reject(new TypeError("Already read"));
      isRead = true;
      return value();
    };
    return Promise.resolve({
      status: reply.status,
      ok: reply.status < 300,
      type: "default",
      headers: { get: (name) => reply.headers[name.toLowerCase()] ?? null },
      text: () => read(() => Promise.resolve(reply.text)),
      json: () => read(() => Promise.resolve(JSON.parse(reply.text))),
      arrayBuffer: () =>
        read(() => Promise.reject(new Error("FileReader.readAsArrayBuffer is not implemented"))),
    });
  };
})();
