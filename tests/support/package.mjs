// The package as npm would publish it: packed into a tarball, and installed from that in empty
// projects outside the repository.

import { cp, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { before } from "node:test";
import { root, succeed, temporaryFolder } from "./programs.mjs";

/** Packs the package before the tests of the surrounding suite. */
export function usePackedPackage() {
  const packed = { folder: temporaryFolder(), tarball: "", files: [] };
  let packing;
  const pack = async () => {
    const args = ["pack", "./pkg", "--json", "--pack-destination", packed.folder];
    const [{ filename, files }] = [JSON.parse(await succeed("npm", args))].flat();
    packed.tarball = join(packed.folder, filename);
    packed.files = files.map(({ path }) => path).sort();
  };
  // Outside of a suite, Node begins the hooks of a file all at once: none may count on another.
  const ready = () => {
    packing ??= pack();
    return packing;
  };
  before(ready);

  let template;
  /** A project that has installed the tarball with npm and has nothing else. */
  async function installed() {
    await ready();
    const folder = join(packed.folder, "installed");
    await mkdir(folder);
    await writeFile(join(folder, "package.json"), '{ "private": true }\n');
    const args = ["install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund"];
    await succeed("npm", [...args, packed.tarball], { cwd: folder });
    return folder;
  }

  /**
   * Makes a project with the installed package and these files; gives its path.
   *
   * @param {string} name
   * @param {Record<string, string>} files
   */
  packed.project = async (name, files) => {
    template ??= installed();
    const folder = join(packed.folder, name);
    await cp(await template, folder, { recursive: true });
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    return folder;
  };
  return packed;
}

/** The project's own node_modules, for the tools that it has anyway. */
export const bin = (name) => join(root, "node_modules/.bin", name);
