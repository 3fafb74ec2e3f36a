// A process that creates an emulator and ends.

import { createEmulator } from "cometchat-emulator";

await createEmulator();
