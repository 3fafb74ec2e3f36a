import { connectEmulator, init } from "cometchat-users";
import { createApp } from "vue";
import App from "./App.vue";

const { VITE_COMETCHAT_APP_ID, VITE_COMETCHAT_EMULATOR } = import.meta.env;
if (VITE_COMETCHAT_EMULATOR) connectEmulator(VITE_COMETCHAT_EMULATOR);
await init(VITE_COMETCHAT_APP_ID, { region: "us" });

createApp(App).mount("main");
