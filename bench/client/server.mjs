// A server in a process of its own that answers every request with the same user, as fast as Node can. It
// prints its port, then, for each line on standard input, the CPU time it has used so far in microseconds.
// It ends when its standard input closes.

import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { created, small } from "./users.mjs";

const answer = created(small);
const headers = { "content-type": "application/json", "content-length": answer.length };

const server = createServer((request, response) => {
  request.resume();
  request.on("end", () => response.writeHead(200, headers).end(answer));
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
createInterface({ input: process.stdin })
  .on("line", () => {
    const { user, system } = process.cpuUsage();
    console.log(user + system);
  })
  .on("close", () => process.exit());
