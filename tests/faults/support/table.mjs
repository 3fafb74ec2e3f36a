// The table of docs/faults.md: written by report.mjs, read by the test, which holds it against its run.

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

/** Rows under their groups' headings, as Markdown. */
export function sections(faults, rowsFor) {
  const head = `| fault | | ${NAMES.map((name) => `\`${name}\``).join(" | ")} |\n|${" --- |".repeat(NAMES.length + 2)}`;
  const groups = new Map();
  for (const fault of faults) {
    if (!groups.has(fault.group)) groups.set(fault.group, []);
    groups.get(fault.group).push(...rowsFor(fault).filter(Boolean));
  }
  return [...groups]
    .map(([group, rows]) => `## ${group}\n\n${head}\n${rows.join("\n")}\n`)
    .join("\n");
}
