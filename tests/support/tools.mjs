// The programs that only the packaging tests need.

import { toolbox } from "../../scripts/toolbox.mjs";

const tools = toolbox("tests/packaging/tools", "packaging-tools");

/** Installs the tools that `tests/packaging/tools/package-lock.json` names, unless they are there. */
export const installTools = tools.install;

/** The path of a tool's program. */
export const tool = tools.program;

/** A tool as a module. */
export const requireTool = tools.require;
