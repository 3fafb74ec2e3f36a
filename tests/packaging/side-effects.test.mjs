// Importing the package has no side effect where people import it without using it yet: in a plain process,
// while a server renders a page, in a test runner, in a worker, in a page. Compares globals, open handles,
// listeners, storage and network before and after, and tries each comparison on a package that does have
// side effects.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import vm from "node:vm";
import { build } from "esbuild";
import { createServer as createVite } from "vite";
import { usePackedPackage } from "../support/package.mjs";
import { usePages } from "../support/pages.mjs";
import { node } from "../support/programs.mjs";
import { installTools, requireTool } from "../support/tools.mjs";

const packed = usePackedPackage();
before(installTools);

/** For any realm: `look()` remembers how things are, `seen()` returns what has changed since. */
const LOOK = `
  const network = [];
  for (const name of ["fetch", "XMLHttpRequest", "WebSocket", "EventSource", "Worker", "SharedWorker"]) {
    if (!(name in globalThis)) continue;
    const original = globalThis[name];
    globalThis[name] = new Proxy(original, {
      apply(target, self, values) {
        network.push(name);
        return Promise.reject(new Error("no network")).catch(() => {});
      },
      construct() { network.push(name); return {}; },
    });
  }
  const objects = { globalThis, Object, Function, Array, Promise, Error, JSON, Math, Reflect, console };
  for (const name of ["Object", "Function", "Array", "Promise", "Error", "String", "Map"]) {
    objects[name + ".prototype"] = globalThis[name].prototype;
  }
  const shape = () => new Map(Object.entries(objects).flatMap(([name, object]) =>
    Reflect.ownKeys(object).map((key) => {
      const { value, get, set } = Object.getOwnPropertyDescriptor(object, key);
      return [name + " " + String(key), [value, get, set]];
    })));
  // Some globals are made when they are first read.
  for (const key of Reflect.ownKeys(globalThis)) { try { globalThis[key]; } catch {} }
  let known;
  const around = () => {
    const { process, localStorage, sessionStorage } = globalThis;
    const state = [];
    if (process?.getActiveResourcesInfo) {
      // Node's loader reads files; that the package reads none is tested elsewhere.
      const open = process.getActiveResourcesInfo().filter((name) => !/^(FS|Close)Req|^FileHandle/.test(name));
      state.push(["handles", open.length]);
      state.push(["listeners", process.eventNames().map((name) => [String(name), process.listenerCount(name)]).join()]);
    }
    if (localStorage) state.push(["storage", localStorage.length + sessionStorage.length]);
    return new Map(state);
  };
  let then;
  const look = () => { known = shape(); then = around(); };
  const seen = () => {
    const now = shape();
    const changed = [...now.keys()].filter((key) =>
      !known.has(key) || known.get(key).some((part, at) => !Object.is(part, now.get(key)[at])));
    const gone = [...known.keys()].filter((key) => !now.has(key));
    const moved = [...around()].filter(([name, value]) => then.get(name) !== value).map(([name]) => name);
    return { changed: [...changed, ...gone], moved, network };
  };`;

/** Waits for Node's loader: while it loads the program, it has listeners and open files of its own. */
const SETTLED = "await new Promise((resolve) => setImmediate(resolve));";

/** Reading the property opens the output. */
const TELL = "const found = seen(); process.stdout.write(JSON.stringify(found));";

const NOTHING = { changed: [], moved: [], network: [] };

/** A package with side effects, each of which has to be seen. */
const BUSY = `
  globalThis.somethingNew = 1;
  Array.prototype.somethingNew = 1;
  globalThis.fetch?.("http://127.0.0.1:9/");
  globalThis.process?.on?.("exit", () => {});
  globalThis.localStorage?.setItem("a", "b");`;

/** The package, or one with side effects under its name. */
async function project(name, files, { busy }) {
  const dist = "node_modules/cometchat-users/dist";
  const esm = `${BUSY} export const User = class {};`;
  const inPlace = busy
    ? {
        [`${dist}/index.js`]: esm,
        [`${dist}/node/index.js`]: esm,
        [`${dist}/cometchat-users.min.js`]: esm,
        [`${dist}/cjs/index.js`]: `${BUSY} exports.User = class {};`,
      }
    : {};
  return await packed.project(`${name}-${busy ? "busy" : "own"}`, { ...inPlace, ...files });
}

/** Asserts that the package has no side effect, and that all of the other one's are seen. */
function hasNone(name, kinds, find) {
  test(name, async () => {
    assert.deepEqual(await find({ busy: false }), NOTHING);
  });
  test(`${name}: the test sees what a package with side effects does`, async () => {
    const { changed, moved, network } = await find({ busy: true });
    for (const what of ["globalThis somethingNew", "Array.prototype somethingNew"]) {
      assert.ok(changed.includes(what), what);
    }
    assert.ok(network.includes("fetch") || !kinds.includes("network"));
    for (const kind of kinds.filter((kind) => kind !== "network")) {
      assert.ok(moved.includes(kind), kind);
    }
  });
}

const ways = {
  import: ["main.mjs", 'await import("cometchat-users");'],
  "import of the single file": [
    "main.mjs",
    'await import("cometchat-users/cometchat-users.min.js");',
  ],
  require: ["main.cjs", 'require("cometchat-users");'],
  "require of the CommonJS build": [
    "main.cjs",
    'require("./node_modules/cometchat-users/dist/cjs/index.js");',
  ],
};

describe("in a plain process, which then ends by itself", () => {
  for (const [way, [file, load]] of Object.entries(ways)) {
    hasNone(way, ["network", "listeners"], async (which) => {
      const text = `${LOOK}
        (async () => {
          ${SETTLED}
          look();
          ${load}
          ${TELL}
        })();`;
      const folder = await project(`plain-${way}`.replaceAll(" ", "-"), { [file]: text }, which);
      return JSON.parse(await node(["--no-warnings", file], { cwd: folder }));
    });
  }

  test("a process that a package keeps alive would be seen", async () => {
    const text = `${LOOK} look(); setInterval(() => {}, 60_000).unref(); setTimeout(() => {}, 1);
      ${TELL}`;
    const folder = await project("plain-alive", { "main.mjs": text }, { busy: false });
    assert.deepEqual(JSON.parse(await node(["main.mjs"], { cwd: folder })).moved, ["handles"]);
  });
});

describe("while a page is rendered on a server", () => {
  const component = (load) => `${load}
    export const render = () => "<p>" + new User("usr1", "Kevin").getName?.() + "</p>";`;

  hasNone("a component, by Node itself", ["network", "listeners"], async (which) => {
    const files = {
      "component.mjs": component('import { User } from "cometchat-users";'),
      "main.mjs": `${LOOK}
        (async () => {
          ${SETTLED}
          look();
          const { render } = await import("./component.mjs");
          const html = render();
          const found = seen();
          process.stdout.write(JSON.stringify({ ...found, html }));
        })();`,
    };
    const folder = await project("render", files, which);
    const printed = await node(["--no-warnings", "main.mjs"], { cwd: folder });
    const { html, ...found } = JSON.parse(printed);
    assert.equal(html, which.busy ? "<p>undefined</p>" : "<p>Kevin</p>");
    return found;
  });

  test("a component, by vite's server, bundled or not", async () => {
    for (const noExternal of [true, []]) {
      const folder = await project(
        `vite-render-${noExternal === true}`,
        { "component.mjs": component('import { User } from "cometchat-users";') },
        { busy: false },
      );
      const server = await createVite({
        root: folder,
        configFile: false,
        logLevel: "error",
        appType: "custom",
        server: { middlewareMode: true, ws: false, watch: null },
        optimizeDeps: { noDiscovery: true },
        ssr: { noExternal },
      });
      const known = Reflect.ownKeys(globalThis);
      const { render } = await server.ssrLoadModule("/component.mjs");
      assert.equal(render(), "<p>Kevin</p>");
      assert.deepEqual(Reflect.ownKeys(globalThis), known);
      await server.close();
    }
  });
});

describe("in a test runner", () => {
  hasNone("Node's own", ["network", "listeners"], async (which) => {
    const text = `import { test } from "node:test";
      import { writeFileSync } from "node:fs";
      ${LOOK}
      test("imports", async () => {
        look();
        await import("cometchat-users");
        writeFileSync("seen.json", JSON.stringify(seen()));
      });`;
    const folder = await project("runner", { "a.test.mjs": text }, which);
    await node(["--no-warnings", "--test", "a.test.mjs"], { cwd: folder });
    return JSON.parse(readFileSync(join(folder, "seen.json"), "utf8"));
  });

  hasNone("in the realm of jsdom, as Jest and Vitest have it", ["storage"], async (which) => {
    const text = `${LOOK}
      look();
      require("./node_modules/cometchat-users/dist/cjs/index.js");
      found(JSON.stringify(seen()));`;
    const folder = await project("jsdom", { "main.cjs": text }, which);
    const { outputFiles } = await build({
      entryPoints: [join(folder, "main.cjs")],
      absWorkingDir: folder,
      bundle: true,
      // In a browser's realm the scripts run as they are, without helpers.
      format: "iife",
      write: false,
      logLevel: "silent",
    });
    const { JSDOM } = requireTool("jsdom");
    const page = new JSDOM("", { url: "http://localhost/", runScripts: "outside-only" });
    return await new Promise((resolve) => {
      page.window.found = (text) => resolve(JSON.parse(text));
      vm.runInContext(outputFiles[0].text, page.getInternalVMContext());
    });
  });
});

describe("in a worker thread of Node", () => {
  hasNone("import", ["network", "listeners"], async (which) => {
    const files = {
      "worker.mjs": `import { parentPort } from "node:worker_threads";
        ${LOOK}
        look();
        await import("cometchat-users");
        parentPort.postMessage(seen());`,
      "main.mjs": `import { Worker } from "node:worker_threads";
        const worker = new Worker(new URL("worker.mjs", import.meta.url));
        worker.once("message", (seen) => process.stdout.write(JSON.stringify(seen)));`,
    };
    const folder = await project("thread", files, which);
    return JSON.parse(await node(["--no-warnings", "main.mjs"], { cwd: folder }));
  });
});

describe("in a browser", () => {
  const pages = usePages();

  /** The side effects in a realm that imports a script of the package. */
  async function seenIn(place, entry, which) {
    const folder = await project(`${place}-${entry.replace(/\W/g, "-")}`, {}, which);
    const { outputFiles } = await build({
      stdin: { contents: `export * from "${entry}";`, resolveDir: folder },
      bundle: true,
      format: "esm",
      write: false,
      logLevel: "silent",
    });
    const look = `${LOOK} look(); await import("/package.js"); const found = seen();`;
    const body = {
      page: `<script type="module">${look} globalThis.result = found;</script>`,
      worker: `<script type="module">
        new Worker("/worker.js", { type: "module" }).onmessage = ({ data }) => {
          globalThis.result = data;
        };
      </script>`,
    }[place];
    const { result, asked } = await pages.open(body, {
      "/package.js": outputFiles[0].text,
      "/worker.js": `${look} postMessage(found);`,
    });
    const expected = place === "page" ? ["/", "/package.js"] : ["/", "/worker.js", "/package.js"];
    assert.deepEqual(asked, expected, "the import asks for another file");
    return result;
  }

  for (const place of ["page", "worker"]) {
    const kinds = place === "page" ? ["network", "storage"] : ["network"];
    hasNone(`a ${place}`, kinds, (which) => seenIn(place, "cometchat-users", which));
  }
});
