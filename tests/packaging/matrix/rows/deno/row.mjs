// Deno, with the permissions that the package needs and no other.

export default {
  title: "Deno",
  does: "run, allowed nothing but the network",
  tried: ["deno"],
  says:
    "Deno needs the permission to reach the service's hosts, and no other. With that to read " +
    "`COMETCHAT_EMULATOR_HOST` it finds the emulator as Node does.",
  app: ["calls.js", "node/main.mjs"],
  files: ["main.js"],
  shows: ["main.js"],
  commands: [
    "deno add npm:cometchat-users",
    "deno run --allow-net=APP_ID.api-us.cometchat.io,APP_ID.apiclient-us.cometchat.io main.js '{ … }'",
  ],
  async run(project) {
    const settings = project.settings();
    const env = { DENO_DIR: project.path("deno-cache"), DENO_NO_UPDATE_CHECK: "1" };
    const run = ["run", "--quiet", "--no-prompt", "--cached-only", "--node-modules-dir=manual"];
    const net = `--allow-net=${new URL(settings.emulator).host}`;
    await project.calls("deno", [...run, net, "main.js", JSON.stringify(settings)], {
      settings,
      env: { ...env, COMETCHAT_EMULATOR_HOST: "127.0.0.1:1" },
    });

    const names = "COMETCHAT_EMULATOR_HOST,COMETCHAT_APP_ID,COMETCHAT_AUTH_KEY,NEW_UID";
    await project.calls("deno", [...run, net, `--allow-env=${names}`, "main.mjs"], { env });
  },
};
