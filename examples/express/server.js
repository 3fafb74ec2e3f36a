import { AdminClient, nodeHandler, tokenHandler } from "cometchat-users/server";
import express from "express";
import { currentUser } from "./session.js";

const { COMETCHAT_APP_ID, COMETCHAT_REST_API_KEY, COMETCHAT_EMULATOR_HOST, PORT } = process.env;
const admin = new AdminClient(COMETCHAT_APP_ID, COMETCHAT_REST_API_KEY, { region: "us" });
const app = express();

app.post("/api/cometchat-token", nodeHandler(tokenHandler({ admin, identify: currentUser })));
app.get("/api/config", (_, response) => {
  response.json({ appId: COMETCHAT_APP_ID, emulator: COMETCHAT_EMULATOR_HOST });
});
app.use(express.static("public"));
app.use(express.static("node_modules/cometchat-users/dist", { index: false }));

const server = app.listen(PORT, () => {
  console.log(`http://localhost:${server.address().port}`);
});
