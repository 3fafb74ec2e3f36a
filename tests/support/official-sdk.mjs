// Preloaded, it lets the official SDK run in Node against the emulator of COMETCHAT_EMULATOR_HOST: fakes a page
// as far as the SDK looks for one, and sends its requests to the emulator.

const define = (name, value) =>
  Object.defineProperty(globalThis, name, { configurable: true, writable: true, value });

class MemoryStorage {
  #items = new Map();
  getItem = (key) => this.#items.get(String(key)) ?? null;
  setItem = (key, value) => void this.#items.set(String(key), String(value));
  removeItem = (key) => void this.#items.delete(String(key));
  clear = () => this.#items.clear();
  key = (index) => [...this.#items.keys()][index] ?? null;
  get length() {
    return this.#items.size;
  }
}

define("window", globalThis);
define("localStorage", new MemoryStorage());
define("sessionStorage", new MemoryStorage());
define("navigator", { userAgent: "Node", onLine: true });
define("location", new URL("http://localhost/"));
define("screen", { width: 1280, height: 800 });
define("matchMedia", () => ({ matches: false }));
define("addEventListener", () => {});
define("document", { URL: "http://localhost/", addEventListener() {}, querySelector: () => null });

// After a login it opens a socket, which the emulator does not have: this one never opens.
define(
  "WebSocket",
  class extends EventTarget {
    send() {}
    close() {}
  },
);

const network = globalThis.fetch;
// Node does not support `referrer`.
define("fetch", (address, { referrer: _, ...options } = {}) => {
  const url = new URL(address);
  url.protocol = "http:";
  if (url.host.endsWith(".cometchat.io")) url.host = process.env.COMETCHAT_EMULATOR_HOST;
  return network(url, options);
});
