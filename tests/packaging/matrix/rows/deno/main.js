import { calls } from "./calls.js";

const settings = JSON.parse(Deno.args[0]);
console.log(JSON.stringify(await calls(settings)));
