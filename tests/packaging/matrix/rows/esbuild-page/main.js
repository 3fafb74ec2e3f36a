import { load } from "cometchat-users";
import wasm from "cometchat-users/cometchat_users.wasm";
import { calls } from "./calls.js";

// Here the settings come from the page's address; an app has them in its configuration.
const settings = Object.fromEntries(new URLSearchParams(location.search));
const show = (result) => {
  document.querySelector("output").textContent = JSON.stringify(result);
};
const ready = load(wasm).then(() => calls(settings));
ready.then(show, (error) => show({ failed: String(error), details: error.details }));
