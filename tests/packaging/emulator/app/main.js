import { calls } from "./calls.js";

const result = await calls().catch((error) => ({ failed: String(error.stack) }));
document.querySelector("output").textContent = JSON.stringify(result);
