// The whole table of faults, a row for each fault and package, and the table of docs/faults.md, which counts
// its cells by kind of fault. report.mjs writes both; the test compares the second with its run.

import { NAMES } from "./methods.mjs";

/** Names of the two packages in the table's second column. */
export const OURS = "ours";
export const OFFICIAL = "official";

/** An outcome of this package, as a cell. */
export function ourCell(outcome) {
  if (!outcome) return "–";
  if (outcome.kind !== "rejects") return outcome.kind;
  const status = outcome.status ? ` ${outcome.status}` : "";
  const attempts = outcome.attempts > 1 ? ` ×${outcome.attempts}` : "";
  return `\`${outcome.code}\`${status}${attempts}`;
}

/** An outcome of the official SDK, as a cell. */
export function officialCell(outcome) {
  if (!outcome) return "–";
  const { kind, code, name, value, unhandled, leaksTo } = outcome;
  const marks = `${unhandled ? " †" : ""}${leaksTo ? " ‡" : ""}`;
  if (kind === "resolves") return `resolves${value ? ` with \`${value}\`` : ""}${marks}`;
  if (kind === "rejects") return `${code || name ? `\`${code ?? name}\`` : "no code"}${marks}`;
  return `**${kind}**${marks}`;
}

const key = (group, title, who) => `${group}\n${title}\n${who}`;

/** A row of the table. */
export const row = (title, who, cells) =>
  `| ${title} | ${who} | ${NAMES.map((name) => cells[name] ?? "–").join(" | ")} |`;

/** The row of this package for a fault. */
export const ourRow = (fault, outcomes) =>
  row(fault.title, OURS, Object.fromEntries(NAMES.map((name) => [name, ourCell(outcomes[name])])));

/**
 * All rows of a document.
 *
 * @returns {(fault: { group: string, title: string }, who: string) => string | undefined}
 */
export function rowsOf(text) {
  const rows = new Map();
  let group;
  for (const line of text.split("\n")) {
    if (line.startsWith("## ")) group = line.slice(3);
    const [, title, who] =
      line.split(" | ").length > 2 ? (/^\| (.*?) \| (\w+) \| /.exec(line) ?? []) : [];
    if (title) rows.set(key(group, title, who), line);
  }
  return (fault, who) => rows.get(key(fault.group, fault.title, who));
}

/** The faults of each kind. */
export function kinds(faults) {
  const kinds = new Map();
  for (const fault of faults) kinds.set(fault.group, [...(kinds.get(fault.group) ?? []), fault]);
  return kinds;
}

const cells = (row) =>
  row
    .replace(/ \|$/, "")
    .split(" | ")
    .slice(-NAMES.length)
    .filter((cell) => cell !== "–");

/** How often each outcome is in some rows, without HTTP statuses and values: the most frequent first. */
export function tally(rows) {
  const counts = new Map();
  for (const cell of rows.flatMap(cells)) {
    const outcome = cell
      .replace(/` \d{3}/, "`")
      .replace(/ ×(\d+)/, " (after $1 requests)")
      .replace(/ with `.*`/, "");
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  }
  return [...counts]
    .sort(([one, count], [other, otherCount]) => otherCount - count || (one < other ? -1 : 1))
    .map(([outcome, count]) => `${count} × ${outcome}`)
    .join(", ");
}

/** The worst outcomes, counted over all rows of a package. */
export function worst(rows) {
  const outcomes = rows.flatMap(cells);
  const count = (text) => outcomes.filter((outcome) => outcome.includes(text)).length;
  return `${count("never settles")} of ${outcomes.length} never settle, ${count("†")} †, ${count("‡")} ‡`;
}

/** The page's last row is about all faults. */
export const ALL = "**all**";

/** A row of the page. */
export const pageRow = (kind, count, ours, official) =>
  `| ${kind} | ${count} | ${ours} | ${official} |`;

/** The rows of a page by kind: `[count, ours, official]`. */
export const pageRows = (text) =>
  new Map(
    [...text.matchAll(/^\| (.+?) \| (\d+) \| (.*?) \| (.*?) \|$/gm)].map(([, kind, ...cells]) => [
      kind,
      cells,
    ]),
  );

/** Rows under their groups' headings, as Markdown. */
export function sections(faults, rowsFor) {
  const head = `| fault | | ${NAMES.map((name) => `\`${name}\``).join(" | ")} |\n|${" --- |".repeat(NAMES.length + 2)}`;
  return [...kinds(faults)]
    .map(([kind, faults]) => {
      const rows = faults.flatMap(rowsFor).filter(Boolean);
      return `## ${kind}\n\n${head}\n${rows.join("\n")}\n`;
    })
    .join("\n");
}
