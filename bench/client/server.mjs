// A server of its own process that answers every request with the same user, as fast as Node can. Prints
// its port.

import { createServer } from "node:http";

const answer = JSON.stringify({
  data: { uid: "usr1", name: "Kevin", role: "default", status: "offline", createdAt: 1772166128 },
});
const headers = { "content-type": "application/json", "content-length": answer.length };

const server = createServer((request, response) => {
  request.resume();
  request.on("end", () => response.writeHead(200, headers).end(answer));
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
