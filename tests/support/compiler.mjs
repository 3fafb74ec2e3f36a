// A TypeScript consumer of the package, as an editor sees it: what the compiler says about a program and what it
// completes, with the package's typings or with changed ones.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { docsTools } from "../../scripts/toolbox.mjs";
import { root } from "./programs.mjs";

await docsTools.install();
/** The newest TypeScript with a programming interface. */
export const ts = docsTools.require("typescript");

const registry = ts.createDocumentRegistry();
const PROGRAM = join(root, "tests/types/consumer.ts");
/** Where the cursor is. */
const MARK = "/*|*/";
const options = {
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2022.d.ts", "lib.dom.d.ts"],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
  types: [],
};

/**
 * A consumer's program.
 *
 * @param {string} text The program, after an import of the package as `users` and of its names.
 * @param {{ file: string, from: string, to: string }} [change] What to change in the package's typings.
 */
export function consumer(text, change) {
  const program = `import * as users from "cometchat-users";
    import { type NewUser, CometChat, CometChatException, createUser, User } from "cometchat-users";
    export { users, CometChat, CometChatException, createUser, User, type NewUser };
    ${text}`;
  const changed = change && changedTypings(change);
  const read = (path) => {
    if (path === PROGRAM) return program;
    return changed?.path === path ? changed.text : ts.sys.readFile(path);
  };
  const service = ts.createLanguageService(
    {
      getCompilationSettings: () => options,
      getScriptFileNames: () => [PROGRAM],
      getScriptVersion: (path) =>
        path === PROGRAM ? program : changed?.path === path ? changed.text : "1",
      getScriptSnapshot: (path) => {
        const text = read(path);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => root,
      getDefaultLibFileName: (settings) => ts.getDefaultLibFilePath(settings),
      fileExists: (path) => path === PROGRAM || ts.sys.fileExists(path),
      readFile: read,
      readDirectory: ts.sys.readDirectory,
      directoryExists: ts.sys.directoryExists,
      getDirectories: ts.sys.getDirectories,
      realpath: ts.sys.realpath,
    },
    registry,
  );
  return {
    /** What the compiler complains about. */
    errors: () =>
      [
        ...service.getSyntacticDiagnostics(PROGRAM),
        ...service.getSemanticDiagnostics(PROGRAM),
        ...(changed ? service.getSemanticDiagnostics(changed.path) : []),
      ].map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n")),

    /** What an editor offers at the mark `/*|*\/`. */
    completions: () =>
      (service.getCompletionsAtPosition(PROGRAM, program.indexOf(MARK), {})?.entries ?? []).map(
        ({ name }) => name,
      ),

    /** What an editor shows of the name before each mark. */
    hovers: () =>
      marks(program).map((at) => described(service.getQuickInfoAtPosition(PROGRAM, at - 1))),

    /** What an editor shows inside a call's parentheses at each mark: its overloads, with their parameters. */
    signatures: () =>
      marks(program).map((at) =>
        service.getSignatureHelpItems(PROGRAM, at, {}).items.map((item) => ({
          ...described(item),
          parameters: item.parameters.map(({ name, documentation }) => ({
            name,
            text: ts.displayPartsToString(documentation),
          })),
        })),
      ),
  };
}

const marks = (program) => [...program.matchAll(/\/\*\|\*\//g)].map(({ index }) => index);

/** A description as its text and its tags: `[name, text]`. */
const described = ({ documentation, tags }) => ({
  text: ts.displayPartsToString(documentation),
  tags: (tags ?? []).map(({ name, text }) => [name, ts.displayPartsToString(text)]),
});

function changedTypings({ file, from, to }) {
  const path = join(root, "pkg/dist", file);
  const text = readFileSync(path, "utf8");
  if (text.split(from).length !== 2) {
    throw new Error(`${file} has to hold this exactly once: ${from}`);
  }
  return { path, text: text.replace(from, to) };
}

/** The package's typings as syntax trees: what `index.d.ts` reaches. */
export function typings() {
  const program = ts.createProgram([join(root, "pkg/dist/index.d.ts")], options);
  // Parsed anew, each node with its parent.
  return program
    .getSourceFiles()
    .filter(({ fileName }) => fileName.startsWith(join(root, "pkg/dist")))
    .map(({ fileName, text }) => ts.createSourceFile(fileName, text, options.target, true));
}
