// @vitest-environment jsdom
import { expect, test } from "vitest";
import { calls } from "./calls.js";

test("creates a user, changes it and signs it in", async () => {
  expect(document.body).toBeInstanceOf(HTMLElement);
  const { COMETCHAT_APP_ID: appId, COMETCHAT_AUTH_KEY: authKey, NEW_UID: uid } = process.env;
  const { users, areUsers, errors } = await calls({ appId, authKey, uid });

  expect(users).toMatchObject([
    { uid, name: "Kevin", tags: ["new"] },
    { uid, metadata: { department: "sales" } },
    { uid, statusMessage: "in a meeting" },
  ]);
  expect(areUsers).toBe(true);
  expect(errors).toMatchObject([{ code: "ERR_UID_ALREADY_EXISTS" }, { code: "INVALID_UID" }]);
});
