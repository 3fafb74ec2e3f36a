// The typings keep their promises, and each test can fail: a wrong use is an error, but none with a looser
// typing; a right use is no error, but one with a tighter typing; and an editor completes what is known.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { consumer, ts, typings } from "../support/compiler.mjs";

/** Where the fields are declared, as the build makes them. */
const FIELDS = "generated/user-fields.d.ts";

const USER = 'const user = new CometChat.User("usr1");';

/** A wrong use, and a looser typing that would let it pass. */
const wrong = {
  "a user's uid is a text, and there are no other parameters": {
    text: 'new CometChat.User(12345, {}, "x");',
    looser: {
      file: "user.d.ts",
      from: "constructor(uid: string, name?: string);",
      to: "constructor(...values: unknown[]);",
    },
  },
  "a user's uid is a text": {
    text: "new CometChat.User(12345);",
    looser: {
      file: "user.d.ts",
      from: "constructor(uid: string, name?: string);",
      to: "constructor(uid: string | number, name?: string);",
    },
  },
  "a new user has no unknown fields, but a uid and a name": {
    text: 'createUser({ nonsense: true }, "k");',
    looser: { file: "client.d.ts", from: "user: NewUser<M>", to: "user: object" },
  },
  "a new user has no unknown fields": {
    text: 'createUser({ uid: "u", name: "n", nonsense: true }, "k");',
    looser: {
      file: FIELDS,
      from: "export interface NewUser<M extends object = Metadata> extends EditableFields<M> {",
      to: "export interface NewUser<M extends object = Metadata> extends EditableFields<M> { [key: string]: unknown;",
    },
  },
  "a new user has a uid": {
    text: 'const user: NewUser = { name: "Kevin" };',
    looser: {
      file: FIELDS,
      from: "uid: string;\n    /** Display name. 1 to 100 characters. */\n    name: string;",
      to: "uid?: string; name: string;",
    },
  },
  "a new user has a name": {
    text: 'const user: NewUser = { uid: "usr1" };',
    looser: {
      file: FIELDS,
      from: "/** Display name. 1 to 100 characters. */\n    name: string;",
      to: "name?: string;",
    },
  },
  "an auth key is a text": {
    text: 'createUser({ uid: "u", name: "n" }, 5);',
    looser: {
      file: "client.d.ts",
      from: "user: NewUser<M>, authKey: string",
      to: "user: NewUser<M>, authKey: string | number",
    },
  },
  "an exception's code is not set": {
    text: 'declare const error: CometChatException; error.code = "A";',
    looser: {
      file: "exception.d.ts",
      from: "readonly code: ErrorCode;",
      to: "code: ErrorCode;",
    },
  },
  "the metadata's type reaches what a call gives": {
    text: `createUser(new User<{ department: string }>("u", "n"), "k")
      .then((user) => { const level: number = user.getMetadata().department; });`,
    looser: { file: "user.d.ts", from: "getMetadata(): M;", to: "getMetadata(): any;" },
  },
  "metadata is an object": {
    text: "export type Wrong = NewUser<string>;",
    looser: {
      file: FIELDS,
      from: "export interface NewUser<M extends object = Metadata> extends EditableFields<M> {",
      to: "export interface NewUser<M = Metadata> extends EditableFields<any> {",
    },
  },
  "what else the service sends has to be looked at": {
    text: `${USER} (user as users.UserWithExtras).conversationId.length;`,
    looser: {
      file: "user.d.ts",
      from: "[field: string]: unknown;",
      to: "[field: string]: any;",
    },
  },
  "a user has no unknown fields": {
    text: `${USER} user.statusMesage;`,
    looser: {
      file: "user.d.ts",
      from: "declare class User<M extends object = Metadata> implements UserFields<M> {",
      to: "declare class User<M extends object = Metadata> implements UserFields<M> { [key: string]: unknown;",
    },
  },
  "nobody sets a role of their own": {
    text: 'CometChat.updateCurrentUserDetails({ role: "admin" });',
    looser: {
      file: FIELDS,
      from: "export interface CurrentUserChanges<M extends object = Metadata> {",
      to: "export interface CurrentUserChanges<M extends object = Metadata> { role?: string;",
    },
  },
  "a misspelt code is found by a switch": {
    text: `declare const error: CometChatException;
      switch (error.code as users.KnownErrorCode) { case "ERR_UID_NOT_FUOND": }`,
    looser: {
      file: "exception.d.ts",
      from: "type KnownErrorCode = ClientErrorCode | ServiceErrorCode;",
      to: "type KnownErrorCode = string;",
    },
  },
};
for (const [declaration, value, file] of [
  ["uid: string", '"x"', "user.d.ts"],
  ['status?: "online" | "offline"', '"online"', FIELDS],
  ["lastActiveAt?: number", "5", FIELDS],
  ["hasBlockedMe?: boolean", "true", FIELDS],
  ["blockedByMe?: boolean", "true", FIELDS],
  ["deactivatedAt?: number", "5", FIELDS],
  ["createdAt?: number", "5", FIELDS],
  ["updatedAt?: number", "5", FIELDS],
  ["authToken?: string", '"x"', FIELDS],
]) {
  const name = /^\w+/.exec(declaration)[0];
  wrong[`a user's ${name} is not set`] = {
    text: `${USER} user.${name} = ${value};`,
    looser: { file, from: `readonly ${declaration};`, to: `${declaration};` },
  };
}

describe("a wrong use is told, and would not be were the typing looser", () => {
  for (const [rule, { text, looser }] of Object.entries(wrong)) {
    test(rule, () => {
      assert.equal(consumer(text).errors().length, 1);
      assert.deepEqual(consumer(text, looser).errors(), []);
    });
  }
});

/** A right use, and a tighter typing that would not let it pass. */
const right = {
  "a code that the package does not know of can be compared": {
    text: `declare const error: CometChatException;
      if (error.code === "ERR_TYPO_HERE") console.log(error);`,
    tighter: { file: "exception.d.ts", from: " | (string & Record<never, never>)", to: "" },
  },
  "an exception can be made with a code of one's own": {
    text: 'new CometChatException({ code: "MINE", message: "m" });',
    tighter: { file: "exception.d.ts", from: " | (string & Record<never, never>)", to: "" },
  },
  "CometChat.User and CometChat.CometChatException are types": {
    text: `let user: CometChat.User<{ a: 1 }>;
      let error: CometChat.CometChatException;
      let client: CometChat.Client;
      export type { user, error, client };`,
    tighter: {
      file: "index.d.ts",
      from: 'export * as CometChat from "./api.js";',
      to: 'import * as api from "./api.js"; export declare const CometChat: typeof api;',
    },
  },
  "a region that the package does not know of can be set": {
    text: 'CometChat.init("app", { region: "mars" });',
    tighter: { file: "settings.d.ts", from: " | (string & Record<never, never>)", to: "" },
  },
  "a user as the service sent it can be given back, with its role": {
    text: `${USER} CometChat.updateCurrentUserDetails(user);`,
    tighter: {
      file: FIELDS,
      from: "export interface CurrentUserChanges<M extends object = Metadata> {",
      to: "export interface CurrentUserChanges<M extends object = Metadata> { role?: never;",
    },
  },
  "a field that a caller may change can be set": {
    text: `${USER} user.name = "K"; user.tags = ["a"]; user.metadata = { a: 1 };`,
    tighter: {
      file: "user.d.ts",
      from: "/** Display name. */\n    name: string;",
      to: "readonly name: string;",
    },
  },
};

describe("a right use compiles, and would not were the typing tighter", () => {
  for (const [rule, { text, tighter }] of Object.entries(right)) {
    test(rule, () => {
      assert.deepEqual(consumer(text).errors(), []);
      assert.notDeepEqual(consumer(text, tighter).errors(), []);
    });
  }
});

describe("an editor completes", () => {
  const COMPARISON = `declare const error: CometChatException; if (error.code === "/*|*/") {}`;

  test("the known codes, in a comparison", () => {
    const offered = consumer(COMPARISON).completions();
    for (const code of ["ERR_UID_NOT_FOUND", "UID_IS_COMPULSORY", "WASM_UNAVAILABLE"]) {
      assert.ok(offered.includes(code), `${code} is not among ${offered}`);
    }
  });

  test("none of them, were `code` a mere string", () => {
    const looser = {
      file: "exception.d.ts",
      from: "(string & Record<never, never>)",
      to: "string",
    };
    const offered = consumer(COMPARISON, looser).completions();
    assert.ok(!offered.includes("ERR_UID_NOT_FOUND"), "the test cannot fail");
  });

  test("the fields of a new user", () => {
    const offered = consumer('createUser({ /*|*/ }, "k");').completions();
    for (const field of ["uid", "name", "avatar", "link", "role", "metadata", "tags"]) {
      assert.ok(offered.includes(field), field);
    }
  });
});

describe("the typings themselves", () => {
  /** Where a file says `any`. */
  const anysOf = (file) => {
    const found = [];
    const visit = (node) => {
      if (node.kind === ts.SyntaxKind.AnyKeyword) {
        const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
        found.push(`${file.fileName}:${line + 1}`);
      }
      ts.forEachChild(node, visit);
    };
    visit(file);
    return found;
  };

  test("say `any` nowhere", () => {
    const files = typings();
    assert.ok(files.length >= 7, `${files.length} files`);
    assert.deepEqual(files.flatMap(anysOf), []);
    const text = "export declare function a(b?: Record<string, any[]>): void;";
    const file = ts.createSourceFile("a.d.ts", text, ts.ScriptTarget.ES2022, true);
    assert.deepEqual(anysOf(file), ["a.d.ts:1"], "the test cannot fail");
  });
});
