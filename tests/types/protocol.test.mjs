// Rust, the typings and docs/api.md agree on the service: the names of the fields, who may change which,
// their types, the error codes and the limits.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { consumer, ts, typings } from "../support/compiler.mjs";
import { root } from "../support/programs.mjs";

const printed = execFileSync("cargo", ["xtask", "protocol"], { cwd: root, stdio: "pipe" });
const { fields, codes, limits } = JSON.parse(printed);
const named = (...editable) =>
  fields.filter((field) => editable.includes(field.editable)).map(({ name }) => name);

const api = readFileSync(`${root}docs/api.md`, "utf8");
const files = typings();
const file = (name) => files.find(({ fileName }) => fileName.endsWith(`/${name}`));
/** A class, an interface or a type of a file. */
const declaration = (from, name) =>
  from.statements.find((statement) => statement.name?.text === name);
/** The fields that a class or an interface declares itself; a user has those of `UserFields`, too. */
const members = (name) => {
  if (name !== "User") return declared(name);
  const user = file("user.d.ts").statements.find(
    (statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === "User",
  );
  assert.equal(user.heritageClauses[0].getText(), "extends UserFields<M>");
  return new Map([...declared("UserFields"), ...declared("User", ts.isClassDeclaration)]);
};

function declared(name, is = () => true) {
  const found = [file("user.d.ts"), file("generated/user-fields.d.ts")]
    .flatMap(({ statements }) => statements)
    .find((statement) => statement.name?.text === name && is(statement));
  return new Map(
    found.members
      .filter((member) => ts.isPropertyDeclaration(member) || ts.isPropertySignature(member))
      .map((member) => [
        member.name.text,
        {
          isReadonly: (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Readonly) !== 0,
          type: member.type.getText(),
          comment: ts
            .getJSDocCommentsAndTags(member)
            .map(({ comment }) => comment)
            .join("\n"),
        },
      ]),
  );
}

describe("the fields of a user", () => {
  const types = {
    text: /^string$|^"online" \| "offline"$/,
    time: /^number$/,
    flag: /^boolean$/,
    object: /^M$/,
    textList: /^string\[\]$/,
  };

  for (const name of ["User", "UserFields"]) {
    test(`${name} declares them all, with their types, and what nobody may set as read-only`, () => {
      const declared = members(name);
      assert.deepEqual([...declared.keys()].sort(), fields.map(({ name }) => name).sort());
      for (const { name, kind, editable } of fields) {
        assert.match(declared.get(name).type, types[kind], name);
        const isReadonly = editable === "no" || editable === "atCreation";
        assert.equal(declared.get(name).isReadonly, isReadonly, name);
      }
    });
  }

  test("each has its comment, in the typings as in the protocol", () => {
    for (const name of ["User", "UserFields"]) {
      const found = members(name);
      for (const { name, about } of fields) assert.equal(found.get(name).comment, about, name);
    }
  });

  test("a user always has a uid and a name, and the other fields may be absent", () => {
    const user = [...declared("User", ts.isClassDeclaration).keys()];
    assert.deepEqual(user, ["uid", "name"]);
    const types = `const user = new User("usr1");
      export const uid: string = user.uid;
      export const name: string = user.name;`;
    assert.deepEqual(consumer(types).errors(), []);
    assert.equal(consumer(`${types} export const link: string = user.link;`).errors().length, 1);
  });

  test("what a caller may give is what may be changed", () => {
    const editable = named("yes", "notByOneself");
    assert.deepEqual([...members("EditableFields").keys()].sort(), editable.sort());
    const own = [...members("CurrentUserChanges").keys()];
    assert.deepEqual(own.sort(), ["uid", ...named("yes")].sort());
    assert.deepEqual([...members("NewUser").keys()], ["uid", "name"]);
    assert.deepEqual([...members("UserChanges").keys()], ["uid"]);
  });

  test("the table of docs/api.md names who may change which", () => {
    const rows = [
      ...api.matchAll(/^\| (`\w+`.*?)\|.*?\| +(yes|no|at creation|not by oneself) +\|/gm),
    ];
    const words = {
      yes: "yes",
      no: "no",
      atCreation: "at creation",
      notByOneself: "not by oneself",
    };
    const said = new Map(
      rows.flatMap(([, names, editable]) =>
        [...names.matchAll(/`(\w+)`/g)].map(([, name]) => [name, editable]),
      ),
    );
    for (const { name, editable } of fields) assert.equal(said.get(name), words[editable], name);
    assert.equal(said.size, fields.length);
  });
});

describe("the error codes", () => {
  const union = (name) =>
    declaration(file("generated/codes.d.ts"), name).type.types.map(({ literal }) => literal.text);

  test("are those of the types", () => {
    assert.deepEqual(union("ClientErrorCode"), codes.client);
    assert.deepEqual(union("ServiceErrorCode"), codes.service);
  });

  test("of the package are those of the table in docs/api.md", () => {
    const [, table] = /\n\| code +\| when +\|\n(.*?)\n\n/s.exec(api);
    const said = table
      .split("\n")
      .slice(1)
      .flatMap((row) => {
        const names = [...row.split("|")[1].matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name);
        // `INVALID_USER_AVATAR`, `_LINK`, …: the others begin as the first does.
        return names.map((name) => (name.startsWith("_") ? `INVALID_USER${name}` : name));
      });
    assert.deepEqual(
      said.filter((name) => !/^(AUTH_)?ERR_$/.test(name)).sort(),
      [...codes.client].sort(),
    );
  });

  test("a code that the package's own script gives, or a doc comment names, is one of them", () => {
    const folder = `${root}pkg/src`;
    const known = new Set([...codes.client, ...codes.service]);
    let count = 0;
    for (const name of readdirSync(folder).filter((name) => name.endsWith(".ts"))) {
      const text = readFileSync(`${folder}/${name}`, "utf8");
      for (const [, code] of text.matchAll(/["`]([A-Z]+(?:_[A-Z]+)+)["`]/g)) {
        // `INVALID_USER_NAME` (`AVATAR`, …, `STATUS_MESSAGE`): the rest of a name.
        if (code === "STATUS_MESSAGE" || code === "COMETCHAT_EMULATOR_HOST") continue;
        // What an example has in place of one's own.
        if (code === "APP_ID" || code === "AUTH_KEY") continue;
        assert.ok(known.has(code), `${name} names ${code}`);
        count += 1;
      }
    }
    assert.ok(count > 20, `${count} codes found`);
  });
});

describe("the limits", () => {
  const kilobytes = (bytes) => `${bytes / 1024} KB`;
  const count = (number) => number.toLocaleString("en-US");

  /** What the doc comment of a field that a caller sets has to say. */
  const said = {
    name: `1 to ${limits.nameChars} characters.`,
    avatar: `At most ${count(limits.urlChars)} characters.`,
    link: `At most ${count(limits.urlChars)} characters.`,
    metadata: `At most ${kilobytes(limits.metadataBytes)} as JSON.`,
    tags: `At most ${limits.tags} tags of at most ${limits.tagChars} characters.`,
  };
  for (const [name, text] of Object.entries(said)) {
    test(`of ${name} are those of its doc comment`, () => {
      assert.ok(members("EditableFields").get(name).comment.endsWith(text), text);
    });

    test(`of ${name} are those of its setter's doc comment`, () => {
      const setter = `set${name[0].toUpperCase()}${name.slice(1)}`;
      const user = file("user.d.ts").statements.find(ts.isClassDeclaration);
      const method = user.members.find((member) => member.name?.text === setter);
      const [parameter] = ts.getJSDocParameterTags(method.parameters[0]);
      const limit = text.slice(1, -1);
      assert.ok(parameter.comment.includes(limit), `${setter}: ${parameter.comment}`);
    });
  }

  test("of the uid and the name of a new user, too", () => {
    const { uid, name } = Object.fromEntries(members("NewUser"));
    assert.ok(uid.comment.startsWith(`1 to ${limits.uidChars} letters`));
    assert.ok(name.comment.endsWith(`1 to ${limits.nameChars} characters.`));
  });

  test("of metadata are those of its type", () => {
    const [metadata] = file("generated/user-fields.d.ts").statements;
    const [comment] = ts.getJSDocCommentsAndTags(metadata);
    assert.ok(comment.comment.endsWith(`at most ${kilobytes(limits.metadataBytes)} as JSON.`));
  });

  test("are those of docs/api.md", () => {
    for (const text of [
      `1 to ${limits.uidChars} letters, digits, \`-\`, \`_\``,
      `display name, 1 to ${limits.nameChars} characters`,
      `URL of a picture, at most ${count(limits.urlChars)} characters`,
      `URL of a profile page, at most ${count(limits.urlChars)} characters`,
      `any JSON object of at most ${kilobytes(limits.metadataBytes)}`,
      `at most ${limits.tags} texts of at most ${limits.tagChars} characters`,
      `A request may have at most ${kilobytes(limits.bodyBytes)}`,
    ]) {
      assert.ok(api.includes(text), text);
    }
  });
});
