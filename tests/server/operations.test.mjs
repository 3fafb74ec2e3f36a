// Every operation of `AdminClient` against every kind of emulator.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Client } from "cometchat-users";
import { CometChatException, User } from "cometchat-users/server";
import { newUid } from "../support/emulator.mjs";
import { HOMES, useHome } from "./support/homes.mjs";

const AVATAR = "https://example.com/a.png";

for (const [name, start] of Object.entries(HOMES)) {
  describe(`against an emulator ${name}`, () => {
    const home = useHome(start);
    const created = async (admin, fields) => {
      const uid = newUid("admin");
      await admin.createUser({ uid, name: "Kevin", ...fields });
      return uid;
    };

    test("creates a user, with a token where that is asked for", async () => {
      const admin = home.admin();
      const uid = newUid("Created");
      const metadata = { department: "sales", "@private": { email: "k@example.com" } };
      const user = await admin.createUser(
        { uid, name: "Kevin", avatar: AVATAR, tags: ["new"], metadata },
        { withAuthToken: true },
      );
      assert.ok(user instanceof User);
      assert.equal(user.uid, uid.toLowerCase());
      assert.deepEqual(
        [user.name, user.avatar, user.getTags(), user.getMetadata().department],
        ["Kevin", AVATAR, ["new"], "sales"],
      );
      assert.match(user.authToken, /^created-/);
      const plain = await admin.createUser({ uid: newUid(), name: "Lisa" });
      assert.equal(plain.authToken, undefined);
      await assert.rejects(admin.createUser({ uid, name: "Kevin" }), {
        code: "ERR_UID_ALREADY_EXISTS",
      });
    });

    test("updates a user, and takes values away", async () => {
      const admin = home.admin();
      const fields = { avatar: AVATAR, link: AVATAR, tags: ["a"], metadata: { a: 1 } };
      const uid = await created(admin, { ...fields, statusMessage: "busy" });
      const renamed = await admin.updateUser({ uid, name: "Kevin S." }, { unset: ["avatar"] });
      assert.deepEqual(
        [renamed.name, renamed.avatar, renamed.link],
        ["Kevin S.", undefined, AVATAR],
      );
      await admin.updateUser({ uid }, { unset: ["link", "metadata", "tags", "statusMessage"] });
      const user = await admin.getUser(uid);
      for (const field of ["avatar", "link", "metadata", "tags", "statusMessage"]) {
        assert.equal(user[field], undefined, field);
      }
      await assert.rejects(admin.updateUser({ uid: newUid("nobody"), name: "N" }), {
        code: "ERR_UID_NOT_FOUND",
      });
    });

    test("upserts a user: it is created once, and changed after that", async () => {
      const admin = home.admin();
      const uid = newUid("upsert");
      const first = await admin.upsertUser({
        uid,
        name: "One",
        avatar: "",
        tags: [],
        metadata: {},
      });
      assert.deepEqual([first.created, first.user.name], [true, "One"]);
      assert.ok(first.user instanceof User);
      await admin.updateUser({ uid, avatar: AVATAR });
      const second = await admin.upsertUser({ uid, name: "Two", avatar: "" });
      assert.deepEqual(
        [second.created, second.user.name, second.user.avatar],
        [false, "Two", undefined],
      );
    });

    test("twenty that upsert one user at once create it once, and none fails", async () => {
      const admin = home.admin();
      const uid = newUid("race");
      const all = await Promise.all(
        Array.from({ length: 20 }, (_, number) => admin.upsertUser({ uid, name: `N${number}` })),
      );
      assert.equal(all.filter(({ created }) => created).length, 1);
    });

    test("gets a user or creates it; an existing one stays as it is", async () => {
      const admin = home.admin();
      const uid = newUid("first");
      const all = await Promise.all(
        Array.from({ length: 10 }, () => admin.getOrCreateUser({ uid, name: "First" })),
      );
      assert.equal(all.filter(({ created }) => created).length, 1);
      const again = await admin.getOrCreateUser({ uid, name: "Another" });
      assert.deepEqual([again.created, again.user.name], [false, "First"]);
    });

    test("a deactivated user can neither be had nor made, and the error says what helps", async () => {
      const admin = home.admin();
      const uid = await created(admin);
      await admin.deleteUser(uid);
      for (const call of ["upsertUser", "getOrCreateUser"]) {
        await assert.rejects(admin[call]({ uid, name: "Kevin" }), (error) => {
          assert.equal(error.code, "ERR_UID_ALREADY_EXISTS");
          assert.match(error.details, /reactivateUsers/);
          return true;
        });
      }
    });

    test("gets a user as another sees it", async () => {
      const admin = home.admin();
      const [uid, other] = [await created(admin), await created(admin)];
      const user = await admin.getUser(uid, { onBehalfOf: other });
      assert.equal(user.conversationId, [uid, other].toSorted().join("_user_"));
      await assert.rejects(admin.getUser(newUid("nobody")), { code: "ERR_UID_NOT_FOUND" });
    });

    test("deletes a user for good, or until it is reactivated", async () => {
      const admin = home.admin();
      const uid = await created(admin);
      assert.equal(await admin.deleteUser(uid), undefined);
      await assert.rejects(admin.getUser(uid), { code: "ERR_UID_NOT_FOUND" });
      await admin.reactivateUsers([uid]);
      assert.equal((await admin.getUser(uid)).uid, uid);
      await admin.deleteUser(uid, { permanent: true });
      assert.deepEqual(await admin.reactivateUsers([uid]), [{ uid, outcome: "notFound" }]);
    });

    test("lists users page by page, as far as somebody reads", async () => {
      const admin = home.admin();
      const tag = newUid("tag");
      const uids = [];
      for (let count = 0; count < 7; count++) uids.push(await created(admin, { tags: [tag] }));
      const filter = { tags: [tag], perPage: 3 };
      const listed = [];
      for await (const user of admin.listUsers({ ...filter, withTags: true })) {
        assert.ok(user instanceof User);
        assert.deepEqual(user.getTags(), [tag]);
        listed.push(user.uid);
      }
      assert.deepEqual(listed.toSorted(), uids.toSorted());
      const { users, meta } = await admin.listUsers(filter).page(3);
      assert.equal(users.length, 1);
      assert.deepEqual(meta, { page: 3, perPage: 3, count: 1, total: 7, totalPages: 3 });
      assert.deepEqual((await admin.listUsers(filter).page(4)).users, []);
    });

    test("lists only whom the filter names", async () => {
      const admin = home.admin();
      const [uid, gone] = [await created(admin, { name: "Ann-Kathrin" }), await created(admin)];
      await admin.deleteUser(gone);
      const uids = async (filter) => {
        const found = [];
        for await (const user of admin.listUsers(filter)) found.push(user.uid);
        return found;
      };
      assert.deepEqual(await uids({ searchKey: "ann-k", searchIn: ["name"] }), [uid]);
      assert.deepEqual(await uids({ searchKey: "ann-k", searchIn: ["uid"] }), []);
      assert.deepEqual(await uids({ searchKey: uid, status: "online" }), []);
      assert.deepEqual(await uids({ searchKey: uid, status: "offline", roles: ["default"] }), [
        uid,
      ]);
      assert.deepEqual(await uids({ searchKey: uid, role: "another" }), []);
      assert.deepEqual(await uids({ searchKey: gone, onlyDeactivated: true }), [gone]);
      assert.deepEqual(await uids({ searchKey: gone, withDeactivated: true, count: true }), [gone]);
      assert.deepEqual(await uids({ searchKey: gone }), []);
    });

    test("lists the users that are named, in the order that is asked for", async () => {
      const admin = home.admin();
      const names = ["Cleo", "anna", "Bea"];
      const uids = [];
      for (const name of names) uids.push(await created(admin, { name }));
      const listed = async (filter) => {
        const found = [];
        for await (const { name } of admin.listUsers({ uids, ...filter })) found.push(name);
        return found;
      };
      assert.deepEqual(await listed({}), ["anna", "Bea", "Cleo"]);
      assert.deepEqual(await listed({ sortBy: "name", sortOrder: "desc", perPage: 2 }), [
        "Cleo",
        "Bea",
        "anna",
      ]);
      const client = new Client(home.appId, home.url ? {} : home.settings);
      if (home.url) client.connectEmulator(home.url);
      await client.login(uids[0], home.authKey);
      assert.deepEqual(await listed({}), ["Cleo", "anna", "Bea"]);
      assert.deepEqual(await listed({ sortBy: "name" }), ["anna", "Bea", "Cleo"]);
      assert.deepEqual(await listed({ friendsOnly: true, onBehalfOf: uids[0] }), []);
    });

    test("imports users with their times, and says of each what became of it", async () => {
      const admin = home.admin();
      const taken = await created(admin);
      const users = Array.from({ length: 60 }, (_, index) => ({
        uid: newUid("Import"),
        name: `Name ${index}`,
        createdAt: 1_000 + index,
      }));
      users[1] = { ...users[1], lastActiveAt: 2_000, deactivatedAt: 3_000, role: "admin" };
      users[2].uid = taken;
      users[3].role = "unknown";
      const outcomes = await admin.importUsers(users);
      assert.deepEqual(
        outcomes.map(({ uid }) => uid),
        users.map(({ uid }) => uid),
      );
      const failed = outcomes.filter(({ error }) => error).map(({ error }) => error);
      assert.deepEqual(
        failed.map(({ code }) => code),
        ["ERR_UID_ALREADY_EXISTS", "ERR_BAD_REQUEST"],
      );
      assert.deepEqual(Object.keys(failed[1].fieldErrors), ["role"]);
      assert.ok(outcomes[0].user instanceof User);
      const [first, last] = await Promise.all(
        [users[0], users[59]].map((u) => admin.getUser(u.uid)),
      );
      assert.deepEqual([first.createdAt, last.createdAt], [1_000, 1_059]);
      const gone = outcomes[1].user;
      assert.deepEqual(
        [gone.uid, gone.role, gone.createdAt, gone.lastActiveAt, gone.deactivatedAt],
        [users[1].uid.toLowerCase(), "admin", 1_001, 2_000, 3_000],
      );
      await assert.rejects(admin.getUser(users[1].uid), { code: "ERR_UID_NOT_FOUND" });
      const again = await admin.importUsers(users.slice(0, 1));
      assert.equal(again[0].error.code, "ERR_UID_ALREADY_EXISTS");
    });

    test("deactivates and reactivates any number, and says what became of each", async () => {
      const admin = home.admin();
      const uids = await Promise.all(Array.from({ length: 30 }, () => created(admin)));
      const nobody = newUid("nobody");
      const all = [...uids, nobody, uids[0].toUpperCase()];
      const outcomes = await admin.deactivateUsers(new Set(all));
      assert.deepEqual(
        outcomes.map(({ uid }) => uid),
        all,
      );
      assert.deepEqual(
        outcomes.slice(0, 31).map(({ outcome }) => outcome),
        [...uids.map(() => "deactivated"), "notFound"],
      );
      const back = await admin.reactivateUsers([...uids, nobody]);
      assert.deepEqual(
        back.map(({ outcome }) => outcome),
        [...uids.map(() => "reactivated"), "notFound"],
      );
      assert.deepEqual(await admin.reactivateUsers([uids[3]]), [
        { uid: uids[3], outcome: "unchanged" },
      ]);
      assert.deepEqual(await admin.deactivateUsers([]), []);
    });

    test("blocks and unblocks on behalf of a user, and says what became of each", async () => {
      const admin = home.admin();
      const [uid, other] = [await created(admin), await created(admin)];
      const nobody = newUid("Nobody");
      const seen = async (viewed, onBehalfOf) => {
        const user = await admin.getUser(viewed, { onBehalfOf });
        return [user.getBlockedByMe(), user.getHasBlockedMe()];
      };
      const blocked = await admin.blockUsers(uid, [other.toUpperCase(), nobody, uid]);
      assert.deepEqual(
        blocked.map(({ uid: given, outcome }) => [given, outcome]),
        [
          [other.toUpperCase(), "blocked"],
          [nobody, "failed"],
          [uid, "failed"],
        ],
      );
      assert.match(blocked[0].message, /has blocked user/);
      assert.match(blocked[1].message, /does not exist/);
      assert.match(blocked[2].message, /cannot block itself/);
      assert.deepEqual(await seen(other, uid), [true, false]);
      assert.deepEqual(await seen(uid, other), [false, true]);
      const [unblocked] = await admin.unblockUsers(uid, [other]);
      assert.equal(unblocked.outcome, "unblocked");
      assert.match(unblocked.message, /has unblocked user/);
      assert.deepEqual(await seen(other, uid), [false, false]);
      for (const call of ["blockUsers", "unblockUsers"]) {
        await assert.rejects(admin[call](newUid("nobody"), [uid]), { code: "ERR_UID_NOT_FOUND" });
      }
    });

    test("blocks any number, and lists them page by page in either direction", async () => {
      const admin = home.admin();
      const uid = await created(admin);
      const uids = await Promise.all(Array.from({ length: 30 }, () => created(admin)));
      const outcomes = await admin.blockUsers(uid, uids);
      assert.deepEqual(
        outcomes.map(({ outcome }) => outcome),
        uids.map(() => "blocked"),
      );
      const [back] = uids;
      const fan = await created(admin, { name: "Fan" });
      for (const one of [back, fan]) await admin.blockUsers(one, [uid]);
      const listed = async (filter) => {
        const found = [];
        for await (const user of admin.listBlockedUsers(uid, { perPage: 20, ...filter })) {
          assert.ok(user instanceof User);
          found.push(user.uid);
        }
        return found.toSorted();
      };
      assert.deepEqual(await listed({ direction: "blockedByMe" }), uids.toSorted());
      assert.deepEqual(await listed({ direction: "hasBlockedMe" }), [back, fan].toSorted());
      assert.deepEqual(await listed({ direction: "both" }), [...uids, fan].toSorted());
      assert.deepEqual(await listed({}), [...uids, fan].toSorted());
      assert.deepEqual(await listed({ searchKey: "fan" }), [fan]);
      const list = admin.listBlockedUsers(uid, { perPage: 20 });
      const { users, meta } = await list.page(2);
      assert.deepEqual(meta, { page: 2, perPage: 20, count: 11, total: 31, totalPages: 2 });
      assert.equal(users.length, 11);
      const twice = (await list.page(1)).users.concat(users).find((user) => user.uid === back);
      assert.deepEqual([twice.getBlockedByMe(), twice.getHasBlockedMe()], [true, true]);
    });

    test("lists users as another sees them", async () => {
      const admin = home.admin();
      const tag = newUid("tag");
      const [uid, other] = [await created(admin), await created(admin, { tags: [tag] })];
      await admin.blockUsers(other, [uid]);
      const filter = { tags: [tag], onBehalfOf: uid };
      const { users } = await admin.listUsers(filter).page(1);
      assert.deepEqual(
        users.map((user) => [user.uid, user.getBlockedByMe(), user.getHasBlockedMe()]),
        [[other, false, true]],
      );
    });

    test("makes tokens that log in, and takes them back", async () => {
      const admin = home.admin();
      const uid = await created(admin);
      const first = await admin.createAuthToken(uid);
      const second = await admin.createAuthToken(uid);
      assert.equal(first.uid, uid);
      const tokens = async () =>
        (await admin.listAuthTokens(uid)).map(({ authToken }) => authToken);
      assert.deepEqual(
        (await tokens()).toSorted(),
        [first, second].map((t) => t.authToken).toSorted(),
      );
      const client = new Client(home.appId, home.url ? {} : home.settings);
      if (home.url) client.connectEmulator(home.url);
      assert.equal((await client.login(first.authToken)).uid, uid);
      await admin.deleteAuthToken(uid, first.authToken);
      assert.deepEqual(await tokens(), [second.authToken]);
      await assert.rejects(
        client.logout().then(() => client.login(first.authToken)),
        {
          code: "AUTH_ERR_AUTH_TOKEN_NOT_FOUND",
        },
      );
      await assert.rejects(admin.deleteAuthToken(uid, first.authToken), {
        code: "ERR_AUTH_TOKEN_NOT_FOUND",
      });
      await admin.deleteAuthTokens(uid);
      assert.deepEqual(await tokens(), []);
      await assert.rejects(admin.createAuthToken(newUid("nobody")), { code: "ERR_UID_NOT_FOUND" });
    });

    test("refuses an auth key, and says so", async () => {
      const admin = home.admin({}, home.authKey);
      await assert.rejects(admin.listUsers().page(1), (error) => {
        assert.ok(error instanceof CometChatException);
        assert.equal(error.code, "AUTH_ERR_NO_ACCESS");
        assert.match(error.details, /This is an Auth Key.*needs the REST API Key/);
        return true;
      });
    });
  });
}
