#!/usr/bin/env node
// The package's command in place of the native program, for tests that start the latter: it has no database, its
// state is in memory anyway, and its app has the native program's id unless another is given.

const args = ["--app-id", "emulator", ...process.argv.slice(2)];
const at = args.indexOf("--database-url");
if (at >= 0) args.splice(at, 2);
process.argv.splice(2, process.argv.length, ...args);
await import("../../../pkg/emulator/dist/command.js");
