const { createEmulator } = require("cometchat-emulator");
const { Client } = require("cometchat-users");

const URL = "https://app_id.api-us.cometchat.io/v3/users/kevin";

/** What the rows do with the emulator; returns what they have to see. */
async function calls() {
  const emulator = await createEmulator({ sampleUsers: false });
  const client = new Client(emulator.appId, { region: "us", fetch: emulator.fetch });
  const created = await client.createUser({ uid: "kevin", name: "Kevin" }, emulator.authKey);
  await client.updateUser({ uid: "kevin", name: "Kevin S." }, emulator.authKey);
  const { uid } = await client.login("kevin", emulator.authKey);

  const headers = { appId: emulator.appId, apiKey: emulator.restApiKey };
  const undo = emulator.intercept();
  const { data } = await (await fetch(URL, { headers })).json();
  undo();

  await emulator.faults.add({ action: { type: "drop" }, times: 1 });
  const dropped = await emulator.fetch(URL, { headers }).catch((error) => error.name);
  const permanent = { method: "DELETE", headers, body: '{"permanent":true}' };
  const { status } = await emulator.fetch(URL, permanent);
  const left = await emulator.users();
  await emulator.close();
  return { created: created.name, uid, name: data.name, dropped, deleted: status, left };
}

module.exports = { calls };
