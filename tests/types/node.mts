// A program for Node, whose compiler knows of no browser: the package's types need none of it.

import { type InitOptions, init, load, type RequestOptions } from "cometchat-users";

const settings: InitOptions = { region: "us", storage: "memory", fetch };
const options: RequestOptions = { signal: AbortSignal.timeout(5) };
await load(new Uint8Array());
await load(new ArrayBuffer(0));
await init("app", settings);

export { options };
