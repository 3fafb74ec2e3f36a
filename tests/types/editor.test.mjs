// What an editor shows of each function and each method, wherever it comes from: what it does, its parameters, what it
// returns and throws, and an example, which compiles. And what it completes.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CometChat } from "cometchat-users";
import * as server from "cometchat-users/server";
import { consumer } from "../support/compiler.mjs";

const isClass = (value) => value.toString().startsWith("class");
const functionsOf = (namespace) =>
  Object.keys(namespace).filter(
    (name) => typeof namespace[name] === "function" && !isClass(namespace[name]),
  );
const methodsOf = ({ prototype }) =>
  Object.getOwnPropertyNames(prototype).filter(
    (name) => name !== "constructor" && name !== "toJSON",
  );

/** What the expressions below need. */
const GIVEN = `import { AdminClient, nodeHandler, tokenHandler, validateUser } from "cometchat-users/server";
  import { ${functionsOf(CometChat)
    .map((name) => `${name} as own_${name}`)
    .join(", ")} } from "cometchat-users";
  declare const client: users.Client;
  declare const admin: AdminClient;`;

/** Each function, method and constructor: what people call it, and as an expression. */
const callables = [
  ...functionsOf(CometChat).flatMap((name) => [
    [name, `own_${name}`],
    [`CometChat.${name}`, `CometChat.${name}`],
    [`users.${name}`, `users.${name}`],
  ]),
  ...methodsOf(CometChat.Client).map((name) => [`Client.${name}`, `client.${name}`]),
  ...functionsOf(server).map((name) => [name, name]),
  ...methodsOf(server.AdminClient).map((name) => [`AdminClient.${name}`, `admin.${name}`]),
  ["UserList.page", "admin.listUsers().page"],
  ["new Client", "new CometChat.Client"],
  ["new AdminClient", "new AdminClient"],
];
const program = (after) =>
  [GIVEN, ...callables.map(([, expression]) => `${expression}${after};`)].join("\n");
const signatures = consumer(program("(/*|*/)")).signatures();
const hovers = consumer(program("/*|*/")).hovers();

/** They throw nothing of their own. */
const NEVER_THROW =
  /(isInitialized|onSessionChange|LoginListener|nodeHandler|tokenHandler|new Client)$/;

const tagsOf = ({ tags }, wanted) => tags.filter(([name]) => name === wanted);

/** Asserts that a description leaves nothing out; `parameters` are those of the signature. */
function assertComplete(name, shown, parameters) {
  assert.match(shown.text, /^[A-Z].{10,}\./s, `${name}: what it does`);
  assert.doesNotMatch(shown.text, /As the function|inheritDoc/, name);
  const named = tagsOf(shown, "param").map(([, text]) => text);
  for (const parameter of parameters) {
    const prefix = `${parameter.name} `;
    assert.ok(
      named.some((text) => text.startsWith(prefix) && text.length > prefix.length + 5),
      `${name}: @param ${parameter.name}`,
    );
  }
  assert.equal(named.length, parameters.length, `${name}: ${named}`);
  const wanted = ["example"];
  if (!name.startsWith("new ")) wanted.push("returns");
  if (!NEVER_THROW.test(name)) wanted.push("throws");
  for (const tag of wanted) {
    assert.match(tagsOf(shown, tag)[0]?.[1] ?? "", /^\S.{4,}/s, `${name}: @${tag}`);
  }
}

assert.ok(callables.length > 60, `${callables.length} functions and methods`);

for (const [at, [name]] of callables.entries()) {
  test(`in the parentheses of ${name}, an editor shows each overload and each parameter`, () => {
    assert.ok(signatures[at].length > 0);
    for (const signature of signatures[at]) {
      assertComplete(name, signature, signature.parameters);
      for (const { name: parameter, text } of signature.parameters) {
        assert.match(text, /^\S.{5,}/s, `${name}: ${parameter}`);
      }
    }
  });

  // A constructor's description is shown in its call.
  if (name.startsWith("new ")) continue;
  test(`over ${name}, an editor shows all of its description`, () => {
    assertComplete(name, hovers[at], signatures[at][0].parameters);
  });
}

test("over the classes, an editor shows what they are", () => {
  const classes = ["Client", "User", "CometChatException", "AppSettingsBuilder"];
  const shown = consumer(classes.map((name) => `CometChat.${name}/*|*/;`).join("\n")).hovers();
  for (const [at, name] of classes.entries()) assert.match(shown[at].text, /^[A-Z].{15,}/s, name);
});

test("each example compiles", () => {
  const examples = signatures.flat().flatMap((signature) => tagsOf(signature, "example"));
  assert.ok(examples.length >= callables.length);
  // These are imported already.
  const known = ["createUser", "validateUser"];
  const names = functionsOf(CometChat).filter((name) => !known.includes(name));
  const text = [
    GIVEN,
    `import { ${names.join(", ")}, Client, LoginListener } from "cometchat-users";
      declare const authToken: string;
      declare const app: { post(path: string, route: unknown): void };
      declare const identify: Parameters<typeof tokenHandler>[0]["identify"];`,
    ...new Set(examples.map(([, code]) => `{ ${code.replace(/^export /gm, "")} }`)),
  ].join("\n");
  assert.deepEqual(consumer(text).errors(), []);
  assert.notDeepEqual(consumer(`${text} { getUser(5); }`).errors(), [], "the test cannot fail");
});

describe("an editor completes", () => {
  const completes = (what, text, wanted) =>
    test(what, () => {
      const offered = consumer(text).completions();
      for (const name of wanted) assert.ok(offered.includes(name), `${name} of ${offered}`);
    });
  const regions = ["us", "eu", "in"];
  const codes = ["ERR_UID_NOT_FOUND", "INVALID_UID", "REQUEST_TIMEOUT"];
  completes("regions, for init", 'CometChat.init("app", { region: "/*|*/" });', regions);
  completes("regions, for a Client", 'new users.Client("app", { region: "/*|*/" });', regions);
  completes(
    "regions, for an AdminClient",
    `${GIVEN} new AdminClient("app", "key", { region: "/*|*/" });`,
    regions,
  );
  completes(
    "regions, for the builder",
    'new CometChat.AppSettingsBuilder().setRegion("/*|*/");',
    regions,
  );
  completes(
    "codes, in a switch",
    'declare const e: CometChatException; switch (e.code) { case "/*|*/": }',
    codes,
  );
  completes("the fields of one's own", "CometChat.updateCurrentUserDetails({ /*|*/ });", [
    "name",
    "statusMessage",
    "tags",
  ]);

  test("no role, for oneself", () => {
    const offered = consumer("CometChat.updateCurrentUserDetails({ /*|*/ });").completions();
    assert.ok(!offered.includes("role"));
  });
});
