#!/usr/bin/env node
// The package's command in place of the native program, for tests that start the latter: it has no database, and
// its state is in memory anyway.

const args = process.argv.slice(2);
const at = args.indexOf("--database-url");
if (at >= 0) args.splice(at, 2);
process.argv.splice(2, process.argv.length, ...args);
await import("../../../pkg/emulator/dist/command.js");
