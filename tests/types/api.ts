// What the types promise, for the compiler only: it is never run. A line below `@ts-expect-error` is a mistake
// that has to be an error; all others have to compile.

import {
  type AppSettings,
  AppSettingsBuilder,
  Client,
  type ClientErrorCode,
  CometChat,
  CometChatException,
  type CreateOptions,
  type CurrentUserChanges,
  createUser,
  type ErrorCode,
  getLoggedInUser,
  getUser,
  type InitOptions,
  init,
  type isInitialized,
  type KnownErrorCode,
  load,
  login,
  logout,
  type Metadata,
  type NewUser,
  type Region,
  type RequestOptions,
  type ServiceErrorCode,
  type SessionStorage,
  User,
  type UserChanges,
  type UserFields,
  type UserWithExtras,
  updateCurrentUserDetails,
  updateUser,
} from "cometchat-users";
import module from "cometchat-users/cometchat_users.wasm";

/** `true` only for the very same type; `any` is the same as `any` alone. */
type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type IsAny<T> = 0 extends 1 & T ? true : false;
declare function assertType<_Holds extends true>(): void;
declare function process(variable: string): string;
declare function assertNot<_Fails extends false>(): void;

// The assertions themselves can fail.
assertType<Same<string, string>>();
// @ts-expect-error: two types that differ
assertType<Same<string, number>>();
// biome-ignore lint/suspicious/noExplicitAny: this looks for `any`.
type Any = any;
// @ts-expect-error: any is not a string
assertType<Same<Any, string>>();
// @ts-expect-error: any is found
assertNot<IsAny<Any>>();

// --- The other entries are the same package -------------------------------------------------------

assertType<
  Same<typeof import("cometchat-users/cometchat-users.min.js"), typeof import("cometchat-users")>
>();
await load(module);

// --- What each function returns -------------------------------------------------------------------

assertType<Same<ReturnType<typeof init>, Promise<true>>>();
assertType<Same<ReturnType<typeof isInitialized>, boolean>>();
assertType<Same<ReturnType<typeof logout>, Promise<void>>>();
assertType<Same<ReturnType<typeof load>, Promise<void>>>();

const created = await createUser({ uid: "usr1", name: "Kevin" }, "key");
assertType<Same<typeof created, User<Metadata>>>();
const updated = await updateUser({ uid: "usr1", statusMessage: "Hi" }, "key");
assertType<Same<typeof updated, User<Metadata>>>();
const current = await updateCurrentUserDetails({ name: "Kevin" });
assertType<Same<typeof current, User<Metadata>>>();
const loggedIn = await login("usr1", "key");
assertType<Same<typeof loggedIn, User<Metadata>>>();
const loggedInByToken = await login("token");
await login({ tokenFrom: "/api/cometchat-token" }, { timeoutMs: 5 });
await login({ tokenFrom: async () => "token" });
// @ts-expect-error: a function gives a token
await login({ tokenFrom: () => 5 });
// @ts-expect-error: the key is the server's
await login({ tokenFrom: "/api/cometchat-token" }, "key");
assertType<Same<typeof loggedInByToken, User<Metadata>>>();
const found = await getUser("usr1");
assertType<Same<typeof found, User<Metadata>>>();
const session = await getLoggedInUser();
assertType<Same<typeof session, User<Metadata> | null>>();

// --- No `any` anywhere ----------------------------------------------------------------------------

type AnyIn<T> = { [K in keyof T]-?: IsAny<T[K]> extends true ? K : never }[keyof T];
type AnyResult<T> = {
  [K in keyof T]-?: T[K] extends (...args: never[]) => infer R
    ? IsAny<R> extends true
      ? K
      : IsAny<Awaited<R>> extends true
        ? K
        : never
    : never;
}[keyof T];
type AnyParameter<T> = {
  [K in keyof T]-?: T[K] extends (...args: infer P) => unknown
    ? true extends { [I in keyof P]: IsAny<P[I]> }[number]
      ? K
      : never
    : never;
}[keyof T];
// @ts-expect-error: a field of type any is found
assertType<Same<AnyIn<{ a?: Any }>, never>>();
// @ts-expect-error: a result of type any is found
assertType<Same<AnyResult<{ a(): Promise<Any> }>, never>>();
// @ts-expect-error: a parameter of type any is found
assertType<Same<AnyParameter<{ a(one: string, two: Any): void }>, never>>();

type Package = typeof import("cometchat-users");
assertType<Same<AnyIn<Package>, never>>();
assertType<Same<AnyIn<typeof CometChat>, never>>();
assertType<Same<AnyIn<User>, never>>();
assertType<Same<AnyIn<Client>, never>>();
assertType<Same<AnyIn<CometChatException>, never>>();
assertType<Same<AnyIn<UserFields>, never>>();
assertType<Same<AnyIn<NewUser>, never>>();
assertType<Same<AnyIn<InitOptions>, never>>();
assertType<Same<AnyResult<Package>, never>>();
assertType<Same<AnyResult<User>, never>>();
assertType<Same<AnyResult<Client>, never>>();
assertType<Same<AnyResult<AppSettingsBuilder>, never>>();
assertType<Same<AnyParameter<Package>, never>>();
assertType<Same<AnyParameter<User>, never>>();
assertType<Same<AnyParameter<Client>, never>>();
assertType<Same<AnyParameter<AppSettingsBuilder>, never>>();
assertNot<IsAny<Metadata[string]>>();
// Unknown fields from the service have to be checked before use.
assertType<Same<UserWithExtras["conversationId"], unknown>>();
assertType<Same<UserWithExtras["name"], string>>();
assertType<Same<CometChatException["cause"], unknown>>();
assertType<Same<CometChatException["code"], ErrorCode>>();
const known: (ClientErrorCode | ServiceErrorCode)[] = ["INVALID_UID", "ERR_UID_NOT_FOUND"];
// @ts-expect-error: no code of this package
const unknownCode: ClientErrorCode = "ERR_TYPO_HERE";
assertType<Same<CometChatException["details"], string>>();
// An absent key has the type of one.
assertType<undefined extends CometChatException["status"] ? true : false>();
assertType<undefined extends User["avatar"] ? true : false>();

// --- The getters of a User ------------------------------------------------------------------------

assertType<Same<ReturnType<User["getUid"]>, string>>();
assertType<Same<ReturnType<User["getName"]>, string>>();
assertType<Same<ReturnType<User["getAvatar"]>, string | null>>();
assertType<Same<ReturnType<User["getLink"]>, string | null>>();
assertType<Same<ReturnType<User["getRole"]>, string>>();
assertType<Same<ReturnType<User["getMetadata"]>, Metadata>>();
assertType<Same<ReturnType<User["getStatus"]>, "online" | "offline">>();
assertType<Same<ReturnType<User["getStatusMessage"]>, string | null>>();
assertType<Same<ReturnType<User["getLastActiveAt"]>, number>>();
assertType<Same<ReturnType<User["getHasBlockedMe"]>, boolean>>();
assertType<Same<ReturnType<User["getBlockedByMe"]>, boolean>>();
assertType<Same<ReturnType<User["getTags"]>, string[]>>();
assertType<Same<ReturnType<User["getDeactivatedAt"]>, number>>();
assertType<Same<ReturnType<User["getAuthToken"]>, string | null>>();

// --- The metadata's type goes through every function ----------------------------------------------

type Profile = { department: string; level?: number };
const typed = new User<Profile>("usr1");
typed.setMetadata({ department: "engineering" });
// @ts-expect-error: department is a string
typed.setMetadata({ department: 5 });
// @ts-expect-error: department is needed
typed.setMetadata({});
const typedCreated = await createUser(typed, "key");
assertType<Same<typeof typedCreated, User<Profile>>>();
assertType<Same<ReturnType<typeof typedCreated.getMetadata>, Profile>>();
const department: string = typedCreated.getMetadata().department;
// @ts-expect-error: there is no such field in the metadata
typedCreated.getMetadata().departement;
const typedUpdated = await updateUser(typedCreated, "key");
assertType<Same<typeof typedUpdated, User<Profile>>>();
const typedCurrent = await updateCurrentUserDetails(typedUpdated);
assertType<Same<typeof typedCurrent, User<Profile>>>();
const inferred = await createUser({ uid: "u", name: "n", metadata: { department: "x" } }, "key");
assertType<Same<ReturnType<typeof inferred.getMetadata>, { department: string }>>();
const asked = await getUser<Profile>("usr1");
assertType<Same<typeof asked, User<Profile>>>();
const sessionOf = await getLoggedInUser<Profile>();
assertType<Same<typeof sessionOf, User<Profile> | null>>();
const byKey = await login<Profile>("usr1", "key");
assertType<Same<typeof byKey, User<Profile>>>();
const ofClient = await new Client("app", { region: "us" }).createUser(typed, "key");
assertType<Same<typeof ofClient, User<Profile>>>();
// An interface, too, may describe metadata.
interface Described {
  department: string;
}
const described: User<Described> = await createUser(new User<Described>("usr1", "K"), "key");
// @ts-expect-error: metadata is an object
const wrongMetadata: NewUser<string> = { uid: "u", name: "n", metadata: "text" };

// --- Wrong uses are errors ------------------------------------------------------------------------

// @ts-expect-error: a new user needs a uid
const noUid: NewUser = { name: "Kevin" };
// @ts-expect-error: a new user needs a name
const noName: NewUser = { uid: "usr1" };
// @ts-expect-error: a new user needs a uid
createUser({ name: "Kevin" }, "key");
// @ts-expect-error: a new user needs a name
createUser({ uid: "usr1" }, "key");
// @ts-expect-error: a change needs a uid
updateUser({ name: "Kevin" }, "key");
// @ts-expect-error: the key is missing
createUser({ uid: "usr1", name: "Kevin" });
// @ts-expect-error: a key is a string
createUser({ uid: "usr1", name: "Kevin" }, 5);
// @ts-expect-error: a key is not undefined
createUser({ uid: "usr1", name: "Kevin" }, undefined);
// @ts-expect-error: a key is a string
login("usr1", 5);
// @ts-expect-error: a uid is a string
login(5, "key");
// @ts-expect-error: somebody has to be named
login();
// @ts-expect-error: a uid is a string
new User(5);
// @ts-expect-error: a user has a uid or fields
new User();
// @ts-expect-error: tags are strings
createUser({ uid: "usr1", name: "Kevin", tags: [5] }, "key");
// @ts-expect-error: tags are an array
createUser({ uid: "usr1", name: "Kevin", tags: "vip" }, "key");
// @ts-expect-error: a name is a string
createUser({ uid: "usr1", name: 5 }, "key");
// @ts-expect-error: the service keeps the status
createUser({ uid: "usr1", name: "Kevin", status: "online" }, "key");
// @ts-expect-error: the service keeps this time
updateUser({ uid: "usr1", lastActiveAt: 5 }, "key");
// @ts-expect-error: no such field
createUser({ uid: "usr1", name: "Kevin", avatr: "https://example.com" }, "key");
// @ts-expect-error: no such field
updateCurrentUserDetails({ nmae: "Kevin" });
// @ts-expect-error: nobody sets a role of their own
updateCurrentUserDetails({ role: "admin" });
// @ts-expect-error: the same, on a client
new Client("app", { region: "us" }).updateCurrentUserDetails({ name: "Kevin", role: "admin" });
// @ts-expect-error: no such field
new User({ uid: "usr1", nmae: "Kevin" });
// @ts-expect-error: no such field
new User("usr1").statusMesage;
// @ts-expect-error: no such field
new User("usr1").nmae = "Kevin";
// @ts-expect-error: a region is a text
init("app", { region: 5 });
// @ts-expect-error: no such option
createUser({ uid: "usr1", name: "Kevin" }, "key", { timeout: 5 });
// @ts-expect-error: only a creation can ask for a token
updateUser({ uid: "usr1" }, "key", { withAuthToken: true });
// @ts-expect-error: a time limit is a number
createUser({ uid: "usr1", name: "Kevin" }, "key", { timeoutMs: "5" });
// @ts-expect-error: no such setting
init("app", { region: "us", regoin: "us" });
// @ts-expect-error: settings are needed
init("app");
// @ts-expect-error: there is no such storage
init("app", { region: "us", storage: "cookie" });
// @ts-expect-error: an app id is a string
new Client(5, { region: "us" });
// @ts-expect-error: the caller may not change an exception
new CometChatException({ code: "A", message: "b" }).code = "C";
// @ts-expect-error: a status is one of two
new User("usr1").setStatus("busy");
// @ts-expect-error: a uid is not changed
new User("usr1").uid = "usr2";
// @ts-expect-error: the service keeps this time
new User("usr1").lastActiveAt = 5;
// @ts-expect-error: a uid is a text, and there are no other parameters
new CometChat.User(12345, {}, "x");
// @ts-expect-error: no such field
createUser({ nonsense: true }, "k");
// @ts-expect-error: the session may be missing
(await getLoggedInUser()).getUid();

// --- Right uses compile ---------------------------------------------------------------------------

const options: CreateOptions = {
  signal: new AbortController().signal,
  timeoutMs: 5,
  maxRetries: 0,
  withAuthToken: true,
};
await createUser(
  { uid: "usr1", name: "Kevin", avatar: null, tags: ["a"] as const },
  "key",
  options,
);
await updateUser({ uid: "usr1", name: null, metadata: {} }, "key", { maxRetries: 1 });
await updateUser(await getUser("usr1"), "key");
await updateCurrentUserDetails({});
await login("token", { timeoutMs: 5 });
await login("usr1", "key", { timeoutMs: 5 });
const settings: AppSettings = new AppSettingsBuilder().setRegion("us").build();
const regions: Region[] = ["us", "eu", "in", "a region that is new"];
new AppSettingsBuilder().setRegion(regions[0] ?? "us");
await init("app", { region: process("REGION") });
const { conversationId } = (await getUser("usr1")) as UserWithExtras;
// @ts-expect-error: what else the service sends has to be looked at
const conversation: string = conversationId;
const user = await getUser<Profile>("usr1");
await updateCurrentUserDetails(user);
const settingsWithFetch: InitOptions = {
  fetch,
  storage: "memory" satisfies SessionStorage,
  region: "us",
};
await init("app", settings);
await init("app", settingsWithFetch);
await load(new URL("https://example.com/cometchat_users.wasm"));
await load(fetch("cometchat_users.wasm"));
await load(await WebAssembly.compile(new Uint8Array()));
try {
  await getUser("usr1");
} catch (error) {
  if (!(error instanceof CometChatException)) throw error;
  // A code that the service has learned since, and one for each of several cases.
  if (error.code === "ERR_TYPO_HERE") console.log(error.status);
  switch (error.code) {
    case "ERR_UID_NOT_FOUND":
    case "REQUEST_TIMEOUT":
      break;
  }
  const text: string = error.code;
  console.log(text);
  switch (error.code as KnownErrorCode) {
    case "ERR_UID_NOT_FOUND":
    case "INVALID_UID":
      break;
    // @ts-expect-error: a misspelt code
    case "ERR_UID_NOT_FUOND":
      break;
    default:
      console.log("a code that the service has learned since, too", error.message);
  }
}
const requestOptions: RequestOptions = {};
const changes: UserChanges = { uid: "usr1" };
const ownChanges: CurrentUserChanges = { statusMessage: "Hi" };
try {
  await logout(requestOptions);
} catch (error) {
  if (error instanceof CometChatException) {
    const fieldErrors: Record<string, string[]> | undefined = error.fieldErrors;
    const asError: Error = error;
    console.log(fieldErrors, asError.stack, error.retryAfterMs, error.maybeCreated);
  }
}
// The namespace's names are types as well as values.
const namespaced: CometChat.User<Profile> = new CometChat.User<Profile>("usr1");
const exception: CometChat.CometChatException = new CometChatException({ code: "A", message: "b" });
const client: CometChat.Client = new CometChat.Client("app", { region: "us" });
class ClientOfOurs extends Client {
  readonly team = "ours";
}
const ours: CometChat.Client = new ClientOfOurs("app", { region: "us" });
const storage: CometChat.SessionStorage = CometChat.StorageMode.SESSION;

export {
  changes,
  client,
  conversation,
  department,
  described,
  exception,
  known,
  namespaced,
  noName,
  noUid,
  ours,
  ownChanges,
  storage,
  unknownCode,
  wrongMetadata,
};
