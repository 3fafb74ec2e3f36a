// The package as npm publishes it: packed into a tarball, which is installed in empty projects outside the
// repository.

import { cp, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { before } from "node:test";
import { root, succeed, temporaryFolder } from "./programs.mjs";

/**
 * Packs the package into a folder.
 *
 * @param {string} folder
 * @param {string} [tarball] An existing one to use instead.
 * @param {string[]} [others] Folders of packages that projects install as well.
 */
export async function pack(folder, tarball, others = []) {
  const packed = { folder, tarball, files: [], others: [] };
  const made = async (source) => {
    const args = ["pack", source, "--json", "--pack-destination", folder];
    const [{ filename, files, size }] = [JSON.parse(await succeed("npm", args))].flat();
    const paths = files.map(({ path }) => path).sort();
    return { tarball: join(folder, filename), files: paths, bytes: size };
  };
  if (!tarball) Object.assign(packed, await made("./pkg"));
  for (const other of others) packed.others.push(await made(other));

  /** A project that has installed the tarball with npm and has nothing else. */
  const install = async () => {
    const template = join(folder, "installed");
    await mkdir(template);
    await writeFile(join(template, "package.json"), '{ "private": true }\n');
    const args = ["install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund"];
    const tarballs = [packed, ...packed.others].map(({ tarball }) => tarball);
    await succeed("npm", [...args, ...tarballs], { cwd: template });
    return template;
  };
  let template;

  /**
   * Makes a project with the installed package and these files; returns its path.
   *
   * @param {string} name
   * @param {Record<string, string>} files
   */
  packed.project = async (name, files) => {
    template ??= install();
    const project = join(folder, name);
    await cp(await template, project, { recursive: true });
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(project, path)), { recursive: true });
      await writeFile(join(project, path), text);
    }
    return project;
  };
  return packed;
}

/** Packs the package, and others if named, before the tests of the surrounding suite. */
export function usePackedPackage(others) {
  const packed = { folder: temporaryFolder(), tarball: "", files: [], others: [] };
  let packing;
  // Outside a suite, Node starts all hooks of a file at once: none may rely on another.
  const ready = () => {
    packing ??= pack(packed.folder, undefined, others).then((made) => Object.assign(packed, made));
    return packing;
  };
  packed.project = async (...args) => (await ready()).project(...args);
  before(ready);
  return packed;
}

/** A tool in the project's own node_modules. */
export const bin = (name) => join(root, "node_modules/.bin", name);
