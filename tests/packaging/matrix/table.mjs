// The matrix for people: the table that the command prints, and the page docs/use-it-with.md, whose table
// is that of a run and whose snippets are the files that the rows run.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../../support/programs.mjs";
import { sources } from "./matrix.mjs";
import { rows } from "./rows.mjs";

const PAGE = join(root, "docs/use-it-with.md");
const [BEGIN, END] = ["<!-- matrix -->", "<!-- /matrix -->"];

/** `Vite 8.3.8, Chromium 142`; with several versions of a tool, `TypeScript 7.0.2 and 5.9.3`. */
export function versionsText(versions) {
  const byName = new Map();
  for (const [name, version] of versions) {
    byName.set(name, [...(byName.get(name) ?? []), version]);
  }
  return [...byName].map(([name, versions]) => `${name} ${versions.join(" and ")}`).join(", ");
}

const columns = (lines) => {
  const widths = lines[0].map((_, at) => Math.max(...lines.map((line) => line[at].length)));
  const shown = lines.map((line) => line.map((cell, at) => cell.padEnd(widths[at])));
  const rule = widths.map((width) => "-".repeat(width));
  return [shown[0], rule, ...shown.slice(1)].map((line) => `| ${line.join(" | ")} |`).join("\n");
};

/** The table that the command prints. */
export const table = (results) =>
  columns([
    ["row", "tried with", "what is done", "result", "seconds"],
    ...results.map(({ row, versions, error, seconds }) => [
      row.name,
      versionsText(versions),
      row.does,
      error ? "FAILED" : "passed",
      seconds.toFixed(1),
    ]),
  ]);

/** A heading's anchor, as GitHub makes it. */
export const anchor = (title) =>
  title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(" ", "-");

/** The page's table. */
export const pageTable = (results) =>
  columns([
    ["works in", "tried with", "what is done besides the calls"],
    ...results.map(({ row, versions }) => [
      `[${row.title}](#${anchor(row.title)})`,
      versionsText(versions),
      row.does,
    ]),
  ]);

/** The table in docs/use-it-with.md. */
export async function tableInPage() {
  const text = await pageInDocs();
  const [start, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`${PAGE} has no ${BEGIN} … ${END}`);
  return text.slice(start + BEGIN.length, end).trim();
}

/** docs/use-it-with.md as it has to be, with this table. */
export async function page(table) {
  const app = { name: "app", app: ["calls.js", "node/main.mjs", "page/main.js"] };
  const [calls, program, script] = await Promise.all(
    ["calls.js", "main.mjs", "main.js"].map((name) => shown(app, name)),
  );
  const sections = await Promise.all(rows.map(section));
  return `<!-- Written by \`npm run matrix -- --write\` from tests/packaging/matrix. -->

# Use it with …

\`\`\`sh
npm install cometchat-users
\`\`\`

In each of these places \`npm run matrix\` installs the packed package in a small project, builds and runs it there
against [the emulator](../README.md#try-it), and compares what the calls return and what the server holds after
them.

${BEGIN}

${table}

${END}

The lines that call the package are the same everywhere. Below, they are this file, ${file("calls.js")}:

${calls}

A page calls them from ${file("main.js")}, unless another script is shown:

${script}

A program calls them from ${file("main.mjs")}; set \`COMETCHAT_EMULATOR_HOST\` to make it use the emulator:

${program}

${sections.join("\n\n")}
`;
}

/** The text of docs/use-it-with.md. */
export const pageInDocs = () => readFile(PAGE, "utf8").catch(() => "");

/** Writes the page. */
export const write = async (results) => writeFile(PAGE, await page(pageTable(results)));

const file = (name) => `\`${name}\``;

async function section(row) {
  const files = await Promise.all(
    row.shows.map(async (name) => `${file(name)}:\n\n${await shown(row, name)}`),
  );
  const commands = row.commands.length > 0 ? [`\`\`\`sh\n${row.commands.join("\n")}\n\`\`\``] : [];
  return [`## ${row.title}`, row.says, ...files, ...commands].join("\n\n");
}

/** A file of a row's project as a block of code. */
async function shown(row, name) {
  const [, source] = sources(row).find(([to]) => name === to || name.startsWith(`${to}/`)) ?? [];
  if (!source) throw new Error(`${row.name} shows ${name}, which is none of its files`);
  const [to] = sources(row).find(([to]) => name === to || name.startsWith(`${to}/`));
  const text = await readFile(join(source, name.slice(to.length)), "utf8");
  return `\`\`\`${name.split(".").at(-1)}\n${text.trim()}\n\`\`\``;
}
