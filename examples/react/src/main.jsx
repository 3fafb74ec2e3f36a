import { connectEmulator, init } from "cometchat-users";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.jsx";

const { VITE_COMETCHAT_APP_ID, VITE_COMETCHAT_EMULATOR } = import.meta.env;
if (VITE_COMETCHAT_EMULATOR) connectEmulator(VITE_COMETCHAT_EMULATOR);
await init(VITE_COMETCHAT_APP_ID, { region: "us" });

createRoot(document.querySelector("main")).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
