// The emulator's OpenAPI document has every path, parameter and field that the service's own documents name
// (service/operations.json), except for those of a list with a reason each.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";
import { createEmulator } from "cometchat-emulator";

/** What the emulator's document lacks, and why. */
const EXCEPTIONS = {
  "POST /apikeys": "an app's two keys are given when the emulator starts",
  "GET /apikeys": "an app's two keys are given when the emulator starts",
};

const { operations } = JSON.parse(
  readFileSync(new URL("service/operations.json", import.meta.url), "utf8"),
);
let document;
before(async () => {
  const emulator = await createEmulator();
  const response = await emulator.fetch("https://app.api-us.cometchat.io/openapi.json");
  document = await response.json();
  await emulator.close();
});

/** What a reference stands for, or the value itself. */
const resolved = (value) =>
  value?.$ref === undefined
    ? value
    : value.$ref
        .slice(2)
        .split("/")
        .reduce((part, name) => part[name], document);

/** The paths of all fields that a schema names; an entry of a list has the list's path. */
function fieldsOf(schema, prefix = "") {
  const { properties = {}, anyOf = [], items, additionalProperties } = resolved(schema) ?? {};
  const named = Object.entries(properties);
  if (typeof additionalProperties === "object") named.push(["*", additionalProperties]);
  return [
    ...named.flatMap(([name, field]) => [prefix + name, ...fieldsOf(field, `${prefix}${name}.`)]),
    ...[items, ...anyOf].flatMap((part) => (part ? fieldsOf(part, prefix) : [])),
  ];
}

const schemaOf = (body) => body?.content["application/json"].schema;

/** What an operation of the emulator's document names; `undefined` if there is no such operation. */
function namedBy(operation) {
  const [method, path] = operation.split(" ");
  const ours = document.paths[`/v3.0${path}`]?.[method.toLowerCase()];
  if (ours === undefined) return undefined;
  const parameters = ours.parameters.map(resolved);
  return {
    parameters: parameters.map((parameter) => `${parameter.in}.${parameter.name}`),
    request: fieldsOf(schemaOf(ours.requestBody)),
    response: fieldsOf(schemaOf(ours.responses[200])),
  };
}

/** What the emulator's document lacks of an operation, each thing as a line of text. */
function lacking(operation, theirs) {
  const ours = namedBy(operation);
  if (ours === undefined) return [operation];
  return Object.entries(theirs).flatMap(([kind, names]) =>
    names
      .filter((name) => !ours[kind].includes(name))
      .map((name) => `${operation} ${kind} ${name}`),
  );
}

test("all that the service's documents name is in the emulator's, or an exception", () => {
  assert.ok(Object.keys(operations).length > 10);
  const missing = Object.entries(operations).flatMap(([operation, theirs]) =>
    lacking(operation, theirs),
  );
  // An exception that is none any more has to go.
  assert.deepEqual(missing.sort(), Object.keys(EXCEPTIONS).sort());
});

test("a parameter and a field that are missing are found", () => {
  const theirs = { parameters: ["query.one"], request: ["two"], response: ["data.three"] };
  assert.deepEqual(lacking("POST /users", theirs), [
    "POST /users parameters query.one",
    "POST /users request two",
    "POST /users response data.three",
  ]);
});
