import { connectEmulator, init } from "cometchat-users";
import { mount } from "svelte";
import App from "./App.svelte";

const { VITE_COMETCHAT_APP_ID, VITE_COMETCHAT_EMULATOR } = import.meta.env;
if (VITE_COMETCHAT_EMULATOR) connectEmulator(VITE_COMETCHAT_EMULATOR);
await init(VITE_COMETCHAT_APP_ID, { region: "us" });

mount(App, { target: document.querySelector("main") });
