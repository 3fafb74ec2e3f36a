// What the command's server is compared with: `node:http` that reads the body and always gives the same user.

import { createServer } from "node:http";

const body = JSON.stringify({
  data: {
    uid: "kevin",
    name: "Kevin",
    avatar: "https://example.com/a.png",
    status: "offline",
    role: "default",
    createdAt: 1_800_000_000,
  },
});
const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
const server = createServer({ noDelay: true }, (request, response) => {
  request.on("data", () => {});
  request.on("end", () => {
    response.writeHead(200, headers);
    response.end(body);
  });
});
server.listen(0, "127.0.0.1", () => {
  const { address, port } = server.address();
  console.log(`COMETCHAT_EMULATOR_HOST=${address}:${port}\nCOMETCHAT_REST_API_KEY=none`);
});
process.stdin.on("end", () => process.exit()).resume();
