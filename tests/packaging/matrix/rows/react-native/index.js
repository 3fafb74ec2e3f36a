import { calls } from "./calls.js";

const { print, settings } = globalThis.hosted;
calls(settings).then(
  (result) => print(JSON.stringify({ result })),
  (error) => print(JSON.stringify({ error: `${error.stack}\n${error.details}` })),
);
