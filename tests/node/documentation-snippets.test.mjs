// The JavaScript snippets of CometChat's documentation on user management, and of the two steps that
// come before it (init, login), as programs: only the import is another. Each runs in a process of
// its own against the emulator, and what it leaves at the server is looked at.

import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { useEmulator } from "../support/emulator.mjs";
import { PLACEHOLDERS, runSnippet } from "../support/snippets/run.mjs";

const emulator = useEmulator({ args: PLACEHOLDERS });
const IMPORT = 'import { CometChat } from "cometchat-users";';

const user1 = { uid: "user1", name: "Somebody" };
const nameOf = async (uid) => (await emulator.rest("GET", `/users/${uid}`)).name;

const snippets = {
  "init, with .then(ok, error)": {
    code: `
      let appID = "APP_ID";
      let region = "APP_REGION";

      let appSetting = new CometChat.AppSettingsBuilder()
        .subscribePresenceForAllUsers()
        .setRegion(region)
        .autoEstablishSocketConnection(true)
        .build();

      CometChat.init(appID, appSetting).then(
        () => {
          console.log("Initialization completed successfully");
        },
        (error) => {
          console.log("Initialization failed with error:", error);
        }
      );`,
    prints: /^Initialization completed successfully\n$/,
  },
  "init, with await": {
    code: `
      let appID = "APP_ID";
      let region = "APP_REGION";

      let appSetting = new CometChat.AppSettingsBuilder()
        .subscribePresenceForAllUsers()
        .setRegion(region)
        .autoEstablishSocketConnection(true)
        .build();

      try {
        await CometChat.init(appID, appSetting);
        console.log("Initialization completed successfully");
      } catch (error) {
        console.log("Initialization failed with error:", error);
      }`,
    prints: /^Initialization completed successfully\n$/,
  },

  "createUser, with .then(ok, error)": {
    given: "initialized",
    code: `
      let authKey = "AUTH_KEY";
      let uid = "user1";
      let name = "Kevin";

      let user = new CometChat.User(uid);

      user.setName(name);

      CometChat.createUser(user, authKey).then(
        user => {
          console.log("user created", user);
        }, error => {
          console.log("error", error);
        }
      )`,
    prints: /^user created User \{.*uid: 'user1',.*name: 'Kevin'/s,
    leaves: async () => assert.equal(await nameOf("user1"), "Kevin"),
  },
  "createUser, with .then(ok, error), for a uid that is taken": {
    given: "initialized",
    users: [user1],
    code: `
      var authKey = "AUTH_KEY";
      var uid = "user1";
      var name = "Kevin";

      var user = new CometChat.User(uid);

      user.setName(name);

      CometChat.createUser(user, authKey).then(
        user => {
          console.log("user created", user);
        }, error => {
          console.log("error", error);
        }
      )`,
    prints: /^error CometChatException: .*code: 'ERR_UID_ALREADY_EXISTS'/s,
    leaves: async () => assert.equal(await nameOf("user1"), "Somebody"),
  },
  "createUser, with await": {
    given: "initialized",
    code: `
      const authKey = "AUTH_KEY";
      const uid = "user1";
      const name = "Kevin";

      const user = new CometChat.User(uid);
      user.setName(name);

      try {
        const createdUser = await CometChat.createUser(user, authKey);
        console.log("user created", createdUser);
      } catch (error) {
        console.log("error", error);
      }`,
    prints: /^user created User \{.*name: 'Kevin'/s,
    leaves: async () => assert.equal(await nameOf("user1"), "Kevin"),
  },
  "createUser with all properties, with await": {
    given: "initialized",
    roles: ["premium"],
    code: `
      const authKey = "AUTH_KEY";

      const user = new CometChat.User("user1");
      user.setName("Kevin Smith");
      user.setAvatar("https://example.com/avatar.png");
      user.setLink("https://example.com/profile/kevin");
      user.setRole("premium");
      user.setStatusMessage("Hello World");
      user.setMetadata({ department: "Engineering" });
      user.setTags(["tag1", "tag2"]);

      try {
        const createdUser = await CometChat.createUser(user, authKey);
        console.log("user created", createdUser.getRole(), createdUser.getMetadata());
      } catch (error) {
        console.log("error", error);
      }`,
    prints: /^user created premium \{ department: 'Engineering' \}\n$/,
    leaves: async () => assert.equal(await nameOf("user1"), "Kevin Smith"),
  },

  "updateUser, with .then(ok, error)": {
    given: "initialized",
    users: [user1],
    code: `
      let authKey = "AUTH_KEY";
      let uid = "user1";
      let name = "Kevin Fernandez";

      let user = new CometChat.User(uid);

      user.setName(name);

      CometChat.updateUser(user, authKey).then(
        user => {
          console.log("user updated", user);
        }, error => {
          console.log("error", error);
        }
      )`,
    prints: /^user updated User \{.*name: 'Kevin Fernandez'/s,
    leaves: async () => assert.equal(await nameOf("user1"), "Kevin Fernandez"),
  },
  "updateUser, with .then(ok, error), for a uid that does not exist": {
    given: "initialized",
    code: `
      let authKey = "AUTH_KEY";
      let uid = "user1";
      let name = "Kevin Fernandez";

      let user = new CometChat.User(uid);

      user.setName(name);

      CometChat.updateUser(user, authKey).then(
        user => {
          console.log("user updated", user);
        }, error => {
          console.log("error", error);
        }
      )`,
    prints: /^error CometChatException: .*code: 'ERR_UID_NOT_FOUND'/s,
  },
  "updateUser, with await": {
    given: "initialized",
    users: [user1],
    code: `
      const authKey = "AUTH_KEY";
      const uid = "user1";
      const name = "Kevin Fernandez";

      const user = new CometChat.User(uid);
      user.setName(name);

      try {
        const updatedUser = await CometChat.updateUser(user, authKey);
        console.log("user updated", updatedUser);
      } catch (error) {
        console.log("error", error);
      }`,
    prints: /^user updated User \{.*name: 'Kevin Fernandez'/s,
    leaves: async () => assert.equal(await nameOf("user1"), "Kevin Fernandez"),
  },

  "updateCurrentUserDetails, with .then(ok, error)": {
    given: "logged-in",
    users: [user1],
    code: `
      let uid = "user1";
      let name = "Kevin Fernandez";

      let user = new CometChat.User(uid);

      user.setName(name);

      CometChat.updateCurrentUserDetails(user).then(
        user => {
          console.log("user updated", user);
        }, error => {
          console.log("error", error);
        }
      )`,
    prints: /^user updated User \{.*uid: 'cometchat-uid-1',.*name: 'Kevin Fernandez'/s,
    async leaves() {
      assert.equal(await nameOf("cometchat-uid-1"), "Kevin Fernandez");
      assert.equal(await nameOf("user1"), "Somebody", "another user than oneself was changed");
    },
  },
  "updateCurrentUserDetails, with .then(ok, error), while signed out": {
    given: "initialized",
    code: `
      let uid = "user1";
      let name = "Kevin Fernandez";

      let user = new CometChat.User(uid);

      user.setName(name);

      CometChat.updateCurrentUserDetails(user).then(
        user => {
          console.log("user updated", user);
        }, error => {
          console.log("error", error);
        }
      )`,
    prints: /^error CometChatException: .*code: 'USER_NOT_LOGGED_IN'/s,
  },
  "updateCurrentUserDetails, with await": {
    given: "logged-in",
    code: `
      const user = new CometChat.User("user1");
      user.setName("Kevin Fernandez");
      user.setAvatar("https://example.com/new-avatar.png");
      user.setStatusMessage("In a meeting");

      try {
        const updatedUser = await CometChat.updateCurrentUserDetails(user);
        console.log("user updated", updatedUser.getStatusMessage(), updatedUser.getAvatar());
      } catch (error) {
        console.log("error", error);
      }`,
    prints: /^user updated In a meeting https:\/\/example\.com\/new-avatar\.png\n$/,
    leaves: async () => assert.equal(await nameOf("cometchat-uid-1"), "Kevin Fernandez"),
  },

  "quick reference": {
    given: "logged-in",
    code: `
      // Create a user
      const user = new CometChat.User("user1");
      user.setName("Kevin");
      await CometChat.createUser(user, "AUTH_KEY");

      // Update a user
      user.setName("Kevin Fernandez");
      await CometChat.updateUser(user, "AUTH_KEY");

      // Update logged-in user (no auth key needed)
      await CometChat.updateCurrentUserDetails(user);`,
    prints: /^$/,
    async leaves() {
      assert.equal(await nameOf("user1"), "Kevin Fernandez");
      assert.equal(await nameOf("cometchat-uid-1"), "Kevin Fernandez");
    },
  },

  "login with a key, with .then(ok, error)": {
    given: "initialized",
    code: `
      const UID = "cometchat-uid-1";
      const authKey = "AUTH_KEY";

      CometChat.getLoggedinUser().then(
        (user) => {
          if (!user) {
            CometChat.login(UID, authKey).then(
              (user) => {
                console.log("Login Successful:", { user });
              },
              (error) => {
                console.log("Login failed with exception:", { error });
              }
            );
          }
        },
        (error) => {
          console.log("Some Error Occurred", { error });
        }
      );`,
    prints: /^Login Successful: \{\n {2}user: User \{.*uid: 'cometchat-uid-1'/s,
  },
  "login with a key, with await": {
    given: "initialized",
    code: `
      const UID = "cometchat-uid-1";
      const authKey = "AUTH_KEY";

      try {
        const loggedInUser = await CometChat.getLoggedinUser();
        if (!loggedInUser) {
          const user = await CometChat.login(UID, authKey);
          console.log("Login Successful:", { user });
        }
      } catch (error) {
        console.log("Login failed with exception:", { error });
      }`,
    prints: /^Login Successful: \{\n {2}user: User \{.*uid: 'cometchat-uid-1'/s,
  },
  "login with a token, with .then(ok, error)": {
    given: "initialized",
    code: `
      const authToken = "AUTH_TOKEN";

      CometChat.getLoggedinUser().then(
        (user) => {
          if (!user) {
            CometChat.login(authToken).then(
              (user) => {
                console.log("Login Successful:", { user });
              },
              (error) => {
                console.log("Login failed with exception:", { error });
              }
            );
          }
        },
        (error) => {
          console.log("Some Error Occurred", { error });
        }
      );`,
    prints: /^Login Successful: \{\n {2}user: User \{.*uid: 'cometchat-uid-2'/s,
  },
  "login when somebody is logged in already": {
    given: "logged-in",
    code: `
      CometChat.getLoggedinUser().then(
        (user) => {
          if (!user) {
            console.log("nobody is logged in");
          } else {
            console.log(user.getUid());
          }
        },
        (error) => {
          console.log("Some Error Occurred", { error });
        }
      );`,
    prints: /^cometchat-uid-1\n$/,
  },
  "logout, with .then(ok, error)": {
    given: "logged-in",
    code: `
      CometChat.logout().then(
        () => {
          console.log("Logout completed successfully");
        },
        (error) => {
          console.log("Logout failed with exception:", { error });
        }
      );`,
    prints: /^Logout completed successfully\n$/,
  },
};

describe("each JavaScript snippet of the documentation runs with only its import replaced", () => {
  let token;
  beforeEach(async () => {
    await emulator.reset();
    const tokens = "/users/cometchat-uid-2/auth_tokens";
    token = (await emulator.rest("POST", tokens, {})).authToken;
  });

  for (const [name, { code, given, users = [], roles = [], prints, leaves }] of Object.entries(
    snippets,
  )) {
    test(name, async () => {
      for (const role of roles) await emulator.rest("POST", "/roles", { role, name: role });
      for (const user of users) await emulator.rest("POST", "/users", user);
      // A token is made by the server: it alone of the placeholders cannot be chosen.
      const program = `${IMPORT}\n${code.replace("AUTH_TOKEN", token)}`;
      assert.match(await runSnippet(program, { emulator, given }), prints);
      await leaves?.();
    });
  }
});
