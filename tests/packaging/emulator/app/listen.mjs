import { createEmulator } from "cometchat-emulator";

const emulator = await createEmulator();
const { url } = await emulator.listen();
const users = async (body, method = "GET") => {
  const headers = { appId: emulator.appId, apiKey: emulator.restApiKey };
  return fetch(`${url}/v3/users`, { method, headers, body });
};
const created = await users('{"uid":"kevin","name":"Kevin"}', "POST");
const listed = await (await users()).json();
await emulator.faults.add({ action: { type: "drop" } });
const dropped = await users().catch((error) => error instanceof Error);
await emulator.close();
const closed = await users().catch((error) => error instanceof Error);
console.log(JSON.stringify([created.status, listed.data.length, dropped, closed]));
