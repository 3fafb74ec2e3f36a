import { createUser, init } from "cometchat-users";

// In a build for tests alone: CometChat's hosts are answered in the page.
if (import.meta.env.MODE === "test") {
  const { createEmulator } = await import("cometchat-emulator");
  window.emulator = await createEmulator();
  window.emulator.intercept();
}

await init("APP_ID", { region: "us" });
document.querySelector("button").onclick = async () => {
  const outcome = await createUser({ uid: "kevin", name: "Kevin" }, "AUTH_KEY").then(
    (user) => `created ${user.name}`,
    (error) => error.code,
  );
  document.querySelector("output").textContent = outcome;
};
document.documentElement.dataset.ready = "";
