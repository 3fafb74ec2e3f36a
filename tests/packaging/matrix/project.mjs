// A row's project: a folder of its own outside the repository, with the packed package installed by npm, and
// what a row does there.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { cp, mkdir, mkdtemp } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { environment, run } from "../../support/programs.mjs";
import { serve } from "./server.mjs";

/** The first bytes of the module in base64. */
const INLINED = "AGFzbQ";
/** How the text of the compressed one begins. */
const [, DEFLATED] = /"([\w+/]{60})/.exec(
  readFileSync(new URL("../../../pkg/dist/generated/wasm-deflated.js", import.meta.url), "utf8"),
);

/**
 * @param {object} world What all rows share.
 * @param {string} world.name The row's.
 * @param {string} world.folder The project's.
 * @param {string} world.elsewhere A folder for what a row takes out of its project.
 * @param {string} world.modules The node_modules whose programs it runs.
 * @param {import("../../support/tools.mjs").groups.basic} world.tools
 * @param {{ url: string, appId: string, authKey: string, restApiKey: string }} world.emulator
 * @param {{ chromium(): Promise<object>, firefox(): Promise<object> }} world.browsers
 */
export function makeProject({ name, folder, elsewhere, modules, tools, emulator, browsers }) {
  const closers = [];
  let users = 0;
  const program = (tool) => (tool === "node" ? process.execPath : resolve(modules, ".bin", tool));

  const project = {
    folder,
    path: (...parts) => join(folder, ...parts),
    tools,

    /** Settings with an unused uid. */
    settings() {
      users += 1;
      const { url, appId, authKey } = emulator;
      return { emulator: url, appId, authKey, uid: `${name}-${users}` };
    },

    /** Settings of a backend, with the REST API key in place of the auth key. */
    serverSettings() {
      const { authKey: _, ...settings } = project.settings();
      return { ...settings, restApiKey: emulator.restApiKey };
    },

    /** The same as environment variables of a program. */
    variables: ({ emulator, appId, authKey, restApiKey, uid }) => ({
      COMETCHAT_EMULATOR_HOST: new URL(emulator).host,
      COMETCHAT_APP_ID: appId,
      ...(authKey && { COMETCHAT_AUTH_KEY: authKey }),
      ...(restApiKey && { COMETCHAT_REST_API_KEY: restApiKey }),
      NEW_UID: uid,
    }),

    /** Runs a tool in the project; it has to succeed. Returns what it printed. */
    async run(tool, args, { cwd = folder, env = {} } = {}) {
      const { code, stdout, stderr } = await run(program(tool), args, { cwd, env });
      const told = `${tool} ${args.join(" ")} ended with ${code}\n${stdout}${stderr}`;
      assert.equal(code, 0, told);
      return { stdout, stderr };
    },

    /** Runs a program that makes the calls and prints what they returned. */
    async calls(tool, args, options = {}) {
      const settings = options.settings ?? project.settings();
      const env = { ...project.variables(settings), ...options.env };
      const { stdout, stderr } = await project.run(tool, args, { ...options, env });
      assert.equal(stderr, "", `${tool} ${args.join(" ")} complained`);
      await project.check(stdout, settings);
    },

    /** Starts a tool that runs until the row ends; returns the first match in what it prints. */
    async start(tool, args, pattern, { env = {} } = {}) {
      // In a process group of its own: some tools leave the work to another process.
      const child = spawn(program(tool), args, {
        cwd: folder,
        env: environment(env),
        stdio: ["ignore", "pipe", "pipe"],
        detached: true,
      });
      const ended = new Promise((resolve) => child.once("close", resolve));
      closers.push(async () => {
        if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid);
        await ended;
      });
      let log = "";
      child.stderr.on("data", (chunk) => {
        log += chunk;
      });
      for await (const line of createInterface({ input: child.stdout })) {
        log += `${line}\n`;
        // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours of a terminal.
        const match = pattern.exec(line.replace(/\u001b\[[0-9;]*m/g, ""));
        if (!match) continue;
        child.stdout.resume();
        return match[1];
      }
      throw new Error(`${tool} ${args.join(" ")} ended before it was ready\n${log}`);
    },

    /** Serves a folder of the project until the row ends. */
    async serve(path, headers) {
      const server = await serve(project.path(path), headers);
      closers.push(server.stop);
      return server;
    },

    /** Opens a page in a browser, has it make the calls, and checks what came back. */
    async visit(url, { browser = "chromium" } = {}) {
      const settings = project.settings();
      const { text, complaints } = await project.look(url, settings, browser);
      assert.deepEqual(
        complaints,
        [],
        `the page complained, and wrote ${text.slice(0, 300) || "nothing"}`,
      );
      await project.check(text, settings);
    },

    /** Opens a page in a browser, Chromium with a cookie if there is one; returns what it wrote and complained about. */
    async look(url, settings = project.settings(), browser = "chromium", cookie) {
      const address = new URL(url);
      for (const [key, value] of Object.entries(settings)) address.searchParams.set(key, value);
      // A browser logs each reply with an error status: the calls cause one themselves, and these pages have
      // no icon.
      const isExpected = (source) =>
        source.startsWith(emulator.url) || source.endsWith("/favicon.ico");
      return (await browsers[browser]()).visit(address.href, isExpected, cookie);
    },

    /** Checks what the calls returned, and what they did. */
    async check(printed, { uid }) {
      let result;
      try {
        result = typeof printed === "string" ? JSON.parse(printed) : printed;
      } catch {
        assert.fail(`no result of the calls, but: ${printed}`);
      }
      assert.ok(result?.users, `the calls failed: ${JSON.stringify(result)}`);
      const [created, updated, current] = result.users;
      assertFields(created, { uid, name: "Kevin", tags: ["new"], role: "default" });
      assertFields(updated, {
        uid,
        name: "Kevin",
        tags: ["new"],
        metadata: { department: "sales" },
      });
      assertFields(current, { uid, name: "Kevin", statusMessage: "in a meeting" });
      assert.equal(result.areUsers, true, "what came back are no Users");
      const [taken, invalid, ...more] = result.errors;
      assert.equal(taken.code, "ERR_UID_ALREADY_EXISTS");
      assert.ok(taken.status >= 400 && taken.attempts === 1, JSON.stringify(taken));
      assert.deepEqual(invalid, { code: "INVALID_UID", attempts: 0 });
      assert.deepEqual(more, []);

      await project.checkServer({ uid });
    },

    /** Checks what the server holds after the calls. */
    async checkServer({ uid }) {
      const { appId, restApiKey: apiKey } = emulator;
      const reply = await fetch(`${emulator.url}/v3/users/${uid}`, { headers: { appId, apiKey } });
      const { data } = await reply.json();
      assert.equal(data?.statusMessage, "in a meeting", "the server knows nothing of it");
      assertFields(data, { uid, name: "Kevin", tags: ["new"], metadata: { department: "sales" } });
    },

    /** All files below a folder of the project. */
    files(path) {
      return readdirSync(project.path(path), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
    },

    /** Asserts what a page downloads of the package: scripts alone, and the module compressed in them. */
    checkDownload(path) {
      const files = project.files(path);
      assert.deepEqual(
        files.filter((file) => file.endsWith(".wasm")),
        [],
      );
      const holding = (text) =>
        files.filter(
          (file) => /\.[cm]?js$/.test(file) && readFileSync(file, "utf8").includes(text),
        );
      assert.ok(holding(DEFLATED).length > 0, `not in\n${files.join("\n")}`);
      project.checkNotInlined(path);
    },

    /** Asserts that no script contains a module as text that is not compressed. */
    checkNotInlined(path) {
      for (const file of project.files(path).filter((file) => /\.[cm]?js$/.test(file))) {
        assert.ok(!readFileSync(file, "utf8").includes(INLINED), `${file} has the module in it`);
      }
    },

    /** Asserts what Cloudflare's runtime gets of the package: the module once, as a file, and not as text. */
    checkCompiled(path) {
      const files = project.files(path);
      const modules = files.filter((file) => file.endsWith(".wasm"));
      assert.equal(modules.length, 1, `not one .wasm file, but\n${files.join("\n")}`);
      assert.ok(WebAssembly.validate(readFileSync(modules[0])), `${modules[0]} is no module`);
      for (const file of files.filter((file) => /\.[cm]?js$/.test(file))) {
        assert.doesNotMatch(
          readFileSync(file, "utf8"),
          /[\w+/]{1000}/,
          `${file} has the module in it`,
        );
      }
    },

    /** Copies a built program to an empty folder, away from the package; returns its new path. */
    async moveElsewhere(path) {
      await mkdir(elsewhere, { recursive: true });
      const empty = await mkdtemp(join(elsewhere, "empty-"));
      await cp(project.path(path), join(empty, basename(path)), { recursive: true });
      return empty;
    },

    async close() {
      for (const close of closers.reverse()) await close();
    },
  };
  return project;
}

/** Asserts that an object has these fields with these values; it may have more. */
function assertFields(object, fields) {
  const found = Object.fromEntries(Object.keys(fields).map((key) => [key, object?.[key]]));
  assert.deepEqual(found, fields);
}
