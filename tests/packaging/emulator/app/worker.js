import { calls } from "./calls.js";

calls().then(postMessage, (error) => postMessage({ failed: String(error.stack) }));
