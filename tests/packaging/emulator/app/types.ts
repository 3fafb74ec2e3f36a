import {
  createEmulator,
  type Emulator,
  type EmulatorOptions,
  type Fault,
  type UserRecord,
} from "cometchat-emulator";
import { init } from "cometchat-users";

const options: EmulatorOptions = {
  users: [{ uid: "kevin", name: "Kevin", tags: ["new"] }],
  apps: [{ appId: "second" }],
  rateLimits: { core: 10, standard: 20 },
  now: () => Date.now(),
};

export async function used(): Promise<string> {
  await using emulator: Emulator = await createEmulator(options);
  await init(emulator.appId, { region: "us", fetch: emulator.fetch });
  using _undo = emulator.intercept();
  const fault: Fault = await emulator.faults.add({ action: { type: "delay", ms: 5 } });
  const faults: Fault[] = await emulator.faults.add([{ action: { type: "drop" }, times: 1 }]);
  const [user]: UserRecord[] = await emulator.users();
  await using server = await emulator.listen({ port: 0 });
  await emulator.restore(await emulator.snapshot());
  return `${fault.id} ${faults.length} ${user?.uid} ${server.url}`;
}

// @ts-expect-error: a number is no app id.
createEmulator({ appId: 5 });
// @ts-expect-error: there is no such fault.
export const wrong = (emulator: Emulator) => emulator.faults.add({ action: { type: "explode" } });
