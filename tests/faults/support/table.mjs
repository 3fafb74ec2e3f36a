// The table of docs/faults.md: written by report.mjs, read by the test, which holds it against its run.

import { NAMES } from "./methods.mjs";

/** Names of the two packages in the table's second column. */
export const OURS = "ours";
export const OFFICIAL = "official";

/** An outcome of this package, as a cell. */
export function cell(outcome) {
  if (!outcome) return "–";
  if (outcome.kind !== "rejects") return outcome.kind;
  const status = outcome.status ? ` ${outcome.status}` : "";
  const attempts = outcome.attempts > 1 ? ` ×${outcome.attempts}` : "";
  return `\`${outcome.code}\`${status}${attempts}`;
}

/** A row of the table. */
export const row = (title, who, cells) =>
  `| ${title} | ${who} | ${NAMES.map((name) => cells[name] ?? "–").join(" | ")} |`;

/** The row of this package for a fault. */
export const ourRow = (fault, outcomes) =>
  row(fault.title, OURS, Object.fromEntries(NAMES.map((name) => [name, cell(outcomes[name])])));

export const heading = ["fault", "", ...NAMES.map((name) => `\`${name}\``)];
export const rule = heading.map(() => "---");
