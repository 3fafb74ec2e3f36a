// The code blocks of a document, each with the headings above it.

import { readFileSync } from "node:fs";

/**
 * @param {string} file
 * @returns {{ language: string, code: string, line: number, headings: string[] }[]} `headings` from the
 *   document's title down to the nearest.
 */
export function codeBlocks(file) {
  const blocks = [];
  const headings = [];
  let open;
  for (const [index, line] of readFileSync(file, "utf8").split("\n").entries()) {
    if (open) {
      if (line.startsWith("```")) {
        blocks.push({ ...open, code: open.code.join("\n") });
        open = undefined;
      } else open.code.push(line);
    } else if (line.startsWith("```")) {
      open = { language: line.slice(3), line: index + 1, headings: [...headings], code: [] };
    } else {
      const [, marks, title] = /^(#+) (.+)$/.exec(line) ?? [];
      if (marks) headings.splice(marks.length - 1, Number.POSITIVE_INFINITY, title);
    }
  }
  return blocks;
}
