// Runs rows of the matrix: packs the package once, starts one emulator, and gives each row a project.

import { constants } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startEmulator } from "../../../scripts/emulator.mjs";
import { pack } from "../../support/package.mjs";
import { groups } from "../../support/tools.mjs";
import { makeProject } from "./project.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));

/** The files of a row, its own and shared ones, by their names in the project. */
export const sources = ({ name, app = [], files = [], copies = [] }) => [
  ...copies,
  ...app.map((path) => [path.split("/").at(-1), join(here, "app", path)]),
  ...files.map((path) => [path, join(here, "rows", name, path)]),
];

/** Copies a folder, by reference where the file system can. */
const copyTree = (from, to) =>
  cp(from, to, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE });

const once = (make) => {
  let made;
  const get = () => {
    made ??= make();
    return made;
  };
  get.close = async () => (await made?.catch(() => undefined))?.close();
  return get;
};

/**
 * @param {{ tarball?: string, others?: string[], prepare?: (folder: string) => Promise<void> }} [options] `tarball`:
 *   an existing packed package; `others`: folders of packages that are installed as well; `prepare` changes each
 *   project before its row runs.
 */
export async function openMatrix({ tarball, others, prepare } = {}) {
  const folder = await mkdtemp(join(tmpdir(), "cometchat-users-matrix-"));
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  let packed;
  let emulator;
  try {
    packed = await pack(folder, tarball, others);
    emulator = await startEmulator();
  } catch (error) {
    await removeFolder();
    throw error;
  }
  const launch = (name) => once(async () => (await import("./browsers.mjs"))[name]());
  const browsers = { chromium: launch("chromium"), firefox: launch("firefox") };

  const ready = {};
  /** The folder for the projects of a group, which find the group's tools there as npm installs them. */
  const prepareGroup = async (name) => {
    await groups[name].install();
    await mkdir(join(folder, name));
    await symlink(groups[name].modules, join(folder, name, "node_modules"), "junction");
  };

  /** The version of each thing in a row's `tried`. */
  const version = async (name, group) => {
    if (name === "node") return ["Node", process.versions.node];
    if (name in browsers) {
      const browser = await browsers[name]();
      return [browser.name, browser.version];
    }
    return [NAMES[name] ?? name, await groups[group].version(name)];
  };

  return {
    /**
     * Runs a row.
     *
     * @returns {Promise<{ error?: Error, seconds: number, versions: [string, string][] }>}
     */
    async run(row) {
      const group = row.group ?? "basic";
      ready[group] ??= prepareGroup(group);
      await ready[group];
      const start = performance.now();
      let project;
      let error;
      let versions = [];
      try {
        const path = await packed.project(join(row.ownTools ? "own" : group, row.name), {});
        await writeFile(
          join(path, "package.json"),
          JSON.stringify({
            ...JSON.parse(await readFile(join(path, "package.json"), "utf8")),
            type: row.type ?? "module",
          }),
        );
        for (const [file, source] of sources(row)) {
          await mkdir(join(path, file, ".."), { recursive: true });
          await cp(source, join(path, file), { recursive: true });
        }
        const { modules } = groups[group];
        if (row.ownTools) await copyTree(modules, join(path, "node_modules"));
        await prepare?.(path);
        project = makeProject({
          name: row.name,
          folder: path,
          elsewhere: join(folder, "elsewhere"),
          modules: row.ownTools ? join(path, "node_modules") : modules,
          tools: groups[group],
          emulator,
          browsers,
        });
        await row.run(project);
        versions = await Promise.all(row.tried.map((name) => version(name, group)));
      } catch (thrown) {
        error = thrown;
      } finally {
        await project?.close();
      }
      return { error, seconds: (performance.now() - start) / 1000, versions };
    },

    async close() {
      await Promise.all([browsers.chromium.close(), browsers.firefox.close(), emulator.stop()]);
      await removeFolder();
    },
  };
}

/** What people call the packages of the tools. */
export const NAMES = {
  "@react-native/babel-preset": "React Native's preset",
  "@rollup/plugin-node-resolve": "plugin-node-resolve",
  "@web/rollup-plugin-import-meta-assets": "plugin-import-meta-assets",
  bun: "Bun",
  deno: "Deno",
  esbuild: "esbuild",
  "hermes-engine-cli": "Hermes",
  jest: "Jest",
  jsdom: "jsdom",
  metro: "Metro",
  miniflare: "Miniflare",
  next: "Next.js",
  react: "React",
  rollup: "Rollup",
  typescript: "TypeScript",
  "typescript-5": "TypeScript",
  vite: "Vite",
  vitest: "Vitest",
  webpack: "webpack",
  wrangler: "Wrangler",
};
