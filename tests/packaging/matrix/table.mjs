// The matrix for people: the table that the command prints and that stands in the README, and the page
// docs/use-it-with.md, whose snippets are the files that the rows run.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../../support/programs.mjs";
import { sources } from "./matrix.mjs";
import { rows } from "./rows.mjs";

const README = join(root, "README.md");
const PAGE = join(root, "docs/use-it-with.md");
const [BEGIN, END] = ["<!-- matrix -->", "<!-- /matrix -->"];

/** `Vite 8.3.8, Chromium 142`; of a thing in several versions, `TypeScript 7.0.2 and 5.9.3`. */
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

/** A heading's address within its page, as GitHub makes it. */
export const anchor = (title) =>
  title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(" ", "-");

/** The README's table. */
export const readmeTable = (results) =>
  columns([
    ["works in", "tried with", "what is done besides the calls"],
    ...results.map(({ row, versions }) => [
      `[${row.title}](docs/use-it-with.md#${anchor(row.title)})`,
      versionsText(versions),
      row.does,
    ]),
  ]);

/** The README's table as it stands. */
export async function tableInReadme() {
  const readme = await readFile(README, "utf8");
  const [start, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`README.md has no ${BEGIN} … ${END}`);
  return readme.slice(start + BEGIN.length, end).trim();
}

/** docs/use-it-with.md as it has to be. */
export async function page() {
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

The lines that call the package are the same everywhere. In what follows they are this file, ${file("calls.js")}:

${calls}

A page has it called by ${file("main.js")}, unless another is shown:

${script}

And a program by ${file("main.mjs")}, with \`COMETCHAT_EMULATOR_HOST\` set where it shall reach the emulator:

${program}

\`npm run matrix\` runs every snippet of this page: it installs the packed package in a project for each place, builds
it there, runs it against [the emulator](../README.md#the-emulator), and compares what the calls return and what
the server holds after them.

${sections.join("\n\n")}
`;
}

/** docs/use-it-with.md as it stands. */
export const pageInDocs = () => readFile(PAGE, "utf8").catch(() => "");

/** Writes the README's table and the page. */
export async function write(results) {
  const readme = await readFile(README, "utf8");
  const before = readme.slice(0, readme.indexOf(BEGIN) + BEGIN.length);
  const after = readme.slice(readme.indexOf(END));
  await tableInReadme();
  await writeFile(README, `${before}\n\n${readmeTable(results)}\n\n${after}`);
  await writeFile(PAGE, await page());
}

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
