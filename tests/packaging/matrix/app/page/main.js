import { calls } from "./calls.js";

// Here the page's address brings the settings; an app has them in its configuration.
const settings = Object.fromEntries(new URLSearchParams(location.search));
const show = (result) => {
  document.querySelector("output").textContent = JSON.stringify(result);
};
calls(settings).then(show, (error) => show({ failed: String(error), details: error.details }));
