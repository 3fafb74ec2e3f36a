import { calls } from "./calls.js";

export default { fetch: async () => Response.json(await calls()) };
