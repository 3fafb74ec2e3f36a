import { calls } from "./calls.js";

console.log(JSON.stringify(await calls()));
