// What the types of `cometchat-users/server` promise, for the compiler only. A line below `@ts-expect-error` is a
// mistake that has to be an error; all others have to compile.

import {
  AdminClient,
  type AuthToken,
  type CometChatException,
  type ImportOutcome,
  nodeHandler,
  type PageMeta,
  tokenHandler,
  type UnsettableField,
  User,
  type Violation,
  validateUser,
} from "cometchat-users/server";

/** `true` only for the very same type. */
type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function assertType<_Holds extends true>(): void;

const admin = new AdminClient("APP_ID", "REST_API_KEY", { region: "us" });
new AdminClient("APP_ID", "REST_API_KEY", { emulator: "127.0.0.1:8090", perMinute: 600 });
new AdminClient("APP_ID", "REST_API_KEY", { adminHost: "h", perMinute: { core: 5 } });
// @ts-expect-error: the key is needed
new AdminClient("APP_ID", { region: "us" });
// @ts-expect-error: options are needed: at least the region
new AdminClient("APP_ID", "REST_API_KEY");
// @ts-expect-error: imports have no limit to be set
new AdminClient("APP_ID", "REST_API_KEY", { perMinute: { import: 5 } });
// @ts-expect-error: no session is kept
new AdminClient("APP_ID", "REST_API_KEY", { storage: "local" });

// --- Users -----------------------------------------------------------------------------------------

interface Meta {
  department: string;
}
const created = await admin.createUser<Meta>(
  { uid: "u", name: "n", metadata: { department: "sales" } },
  { withAuthToken: true, signal: new AbortController().signal },
);
assertType<Same<typeof created, User<Meta>>>();
// @ts-expect-error: a name is needed
await admin.createUser({ uid: "u" });
// @ts-expect-error: no field of that name
await admin.createUser({ uid: "u", name: "n", nonsense: true });
// @ts-expect-error: the key is the client's
await admin.createUser({ uid: "u", name: "n" }, "REST_API_KEY");
// @ts-expect-error: there is nothing to unset
await admin.createUser({ uid: "u", name: "n" }, { unset: ["avatar"] });

assertType<Same<UnsettableField, "avatar" | "link" | "statusMessage" | "metadata" | "tags">>();
await admin.updateUser({ uid: "u" }, { unset: ["avatar", "tags"] });
// @ts-expect-error: a name cannot be unset
await admin.updateUser({ uid: "u" }, { unset: ["name"] });
// @ts-expect-error: neither can a role
await admin.updateUser({ uid: "u" }, { unset: ["role"] });
// @ts-expect-error: whose name?
await admin.updateUser({ name: "n" });

const ensured = await admin.upsertUser<Meta>({ uid: "u", name: "n" });
assertType<Same<typeof ensured.user, User<Meta>>>();
assertType<Same<typeof ensured.created, boolean>>();
// @ts-expect-error: it may have to be created
await admin.upsertUser({ uid: "u" });
await admin.getOrCreateUser({ uid: "u", name: "n" });
await admin.getUser("u", { onBehalfOf: "v" });
// @ts-expect-error: a uid
await admin.getUser({ uid: "u" });
assertType<Same<Awaited<ReturnType<AdminClient["deleteUser"]>>, void>>();
await admin.deleteUser("u", { permanent: true });
// @ts-expect-error: true or false
await admin.deleteUser("u", { permanent: "yes" });

// --- Lists -----------------------------------------------------------------------------------------

for await (const user of admin.listUsers<Meta>({
  searchKey: "k",
  searchIn: ["uid", "name"],
  status: "online",
  count: true,
  role: "r",
  roles: ["r"],
  tags: ["t"],
  uids: ["u"],
  friendsOnly: false,
  hideBlockedUsers: true,
  sortBy: "name",
  sortOrder: "desc",
  withTags: true,
  onlyDeactivated: false,
  withDeactivated: true,
  perPage: 5,
  onBehalfOf: "v",
})) {
  assertType<Same<typeof user, User<Meta>>>();
}
const page = await admin.listUsers().page(1);
assertType<Same<typeof page.users, User[]>>();
assertType<Same<typeof page.meta, PageMeta>>();
// @ts-expect-error: it searches the uid and the name
admin.listUsers({ searchIn: ["email"] });
// @ts-expect-error: no such status
admin.listUsers({ status: "away" });
// @ts-expect-error: no such order
admin.listUsers({ sortBy: "uid" });
// @ts-expect-error: the page is asked for by page(n)
admin.listUsers({ page: 2 });
admin.listBlockedUsers("u", { direction: "hasBlockedMe" });
// @ts-expect-error: no such direction
admin.listBlockedUsers("u", { direction: "mine" });

// --- Many at once ----------------------------------------------------------------------------------

const [deactivated] = await admin.deactivateUsers(new Set(["u"]));
assertType<
  Same<
    NonNullable<typeof deactivated>["outcome"],
    "deactivated" | "unchanged" | "notFound" | "unknown"
  >
>();
const [reactivated] = await admin.reactivateUsers(["u"]);
// @ts-expect-error: what is reactivated is not deactivated
reactivated?.outcome === "deactivated";
// @ts-expect-error: uids
await admin.deactivateUsers([5]);
const [blocked] = await admin.blockUsers("u", ["v"]);
assertType<Same<NonNullable<typeof blocked>["outcome"], "blocked" | "failed">>();

const outcomes = await admin.importUsers([
  { uid: "u", name: "n", createdAt: 5, lastActiveAt: 5, deactivatedAt: null },
]);
assertType<Same<typeof outcomes, ImportOutcome[]>>();
for (const outcome of outcomes) {
  if (outcome.error) assertType<Same<typeof outcome.error, CometChatException>>();
  else assertType<Same<typeof outcome.user, User>>();
}
// @ts-expect-error: seconds since 1970
await admin.importUsers([{ uid: "u", name: "n", createdAt: new Date() }]);

// --- Tokens, rules, routes -------------------------------------------------------------------------

assertType<Same<Awaited<ReturnType<AdminClient["createAuthToken"]>>, AuthToken>>();
await admin.deleteAuthToken("u", "t");
// @ts-expect-error: which token?
await admin.deleteAuthToken("u");

const [violation] = await validateUser({ uid: "u" }, "update");
assertType<Same<typeof violation, Violation | undefined>>();
// @ts-expect-error: nothing else can be checked
await validateUser({}, "delete");

const route = tokenHandler({ admin, identify: () => ({ uid: "u", name: "n" }) });
assertType<Same<ReturnType<typeof route>, Promise<Response>>>();
tokenHandler({ admin, identify: async () => null, allowedOrigins: ["https://a.io"] });
// @ts-expect-error: a user that may have to be created has a name
tokenHandler({ admin, identify: () => ({ uid: "u" }) });
nodeHandler(tokenHandler({ admin, identify: () => null }));
new User("u", "n");
