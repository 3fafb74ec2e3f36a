// The figures as text: one line each on the terminal, and as Markdown.

import { NAMES } from "./figures.mjs";

/** A number with its significant digits. */
export function number(value) {
  const size = Math.abs(value);
  const digits = size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : 2;
  return value.toLocaleString("en", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

const times = (ratio) => `${ratio.toFixed(2)} x`;
const verdict = ({ ok }) => (ok === undefined ? "" : ok ? "ok" : "MISS");

function target({ target: { op, value, of }, unit }) {
  const most = op === "<=" ? "at most" : "at least";
  return `${most} ${of === "ratio" ? times(value) : `${number(value)} ${unit}`}`;
}

/** A figure for the terminal. */
export function line(figure, isQuick = false) {
  const others = columnsOf(figure).map(({ what, value }) => `${what} ${number(value)}`);
  return [
    (isQuick ? "" : verdict(figure)).padEnd(5),
    `${figure.what}: ${number(figure.value)} ${figure.unit}`,
    others.length > 0 ? `; ${others.join(", ")}` : "",
    figure.ratio === undefined ? "" : `; ${times(figure.ratio)} ${figure.baseline.what}`,
    figure.floor ? `; at best ${times(figure.floor.ratio)} (${figure.floor.what})` : "",
    figure.target ? ` (target: ${target(figure)})` : "",
  ].join("");
}

/**
 * A run as Markdown, for docs/performance.md.
 *
 * @param {{ machine: object, parts: Record<string, object> }} run
 * @param {string} plots The folder of the plots, as seen from the document.
 */
export function report({ machine, parts }, plots) {
  const judged = Object.values(parts).flatMap(({ title, figures }) =>
    figures
      .filter(({ target }) => target)
      .map((figure) => ({ ...figure, what: `${title}: ${figure.what.replace(/^· /, "")}` })),
  );
  return [
    introduction(machine),
    targets(judged),
    ...Object.values(parts).map((part) => section(part, plots)),
  ].join("\n\n");
}

function introduction({ date, command, cpu, cores, memoryGb, system, load, versions }) {
  const used = Object.entries(versions)
    .filter(([, version]) => version)
    .map(([name, version]) => `${name} ${version}`);
  return (
    `Measured by \`${command}\` on ${date}: ${cpu}, ${cores} cores, ${memoryGb} GB, ${system}, ` +
    `load ${load} at the start; ${used.join(", ")}. What is compared was measured in turns within the run; ` +
    "figures are medians, with the quartiles in brackets. [bench](../bench) explains each measurement."
  );
}

/** What the README shows of a run: one figure of a part in each row. */
const SUMMARY = [
  ["download", "download-esbuild-gzip", "a page's download for the three functions, gzip"],
  ["start", "start", "a Node process with one call, from start to end"],
  ["page", "page", "Chromium, from navigation to the first user created"],
  ["page", "page-network", "the same on a slow line (Slow 4G)"],
  ["throughput", "loopback-32", "calls per second, 32 in flight over loopback"],
];

/** The README's figures. */
export function summary({ machine: { date, command, cpu, cores, versions }, parts }) {
  const rows = SUMMARY.map(([part, id, what]) => {
    const figure = parts[part].figures.find((figure) => figure.id === id);
    const column = (name) => columnsOf(figure).find((column) => column.what === NAMES[name]);
    const official = column("official");
    const shown = ({ value }) => `${number(value)}${figure.unit === "/s" ? "" : ` ${figure.unit}`}`;
    return [what, shown(figure), shown(official), times(figure.value / official.value)];
  });
  const head = ["", NAMES.ours, `${NAMES.official} ${versions["official SDK"]}`, ""];
  return `${table(head, rows)}\n\n\`${command}\`, ${date}, ${cpu}, ${cores} cores, Node ${versions.Node}.`;
}

function targets(figures) {
  const hasFloor = figures.some(({ floor }) => floor);
  const head = ["", "measured", "against", "target", ""];
  if (hasFloor) head.push("at best");
  const rows = figures.map((figure) => {
    const { what, baseline, ratio, floor, unit } = figure;
    const row = [
      what,
      `${number(figure.value)} ${unit}`,
      baseline ? `${baseline.what}: ${number(baseline.value)} ${unit}, ${times(ratio)}` : "",
      target(figure),
      verdict(figure),
    ];
    if (hasFloor) row.push(floor ? `${times(floor.ratio)}: ${floor.what}` : "");
    return row;
  });
  return table(head, rows);
}

function section({ title, figures, series, notes = [] }, plots) {
  const pictures = series.map(({ id, title }) => `![${title}](${plots}/${id}.svg)`);
  return [
    `### ${title}`,
    ...pictures,
    "<details>\n<summary>All figures</summary>",
    figureTable(figures),
    ...notes,
    "</details>",
  ].join("\n\n");
}

/** What else was measured for a figure. */
const columnsOf = ({ baseline, others = [] }) => [baseline, ...others].filter(Boolean);

/** A column for each contender, when they are few; else one for what the ratio is to. */
function figureTable(figures) {
  const names = [...new Set(figures.flatMap(columnsOf).map(({ what }) => what))];
  const isClient = names.length > 0 && names.every((name) => Object.values(NAMES).includes(name));
  if (!isClient) {
    return table(
      ["", "measured", "against", ""],
      figures.map((figure) => [
        figure.what,
        `${cell(figure)} ${figure.unit}`,
        columnsOf(figure)
          .map((column) => `${column.what}: ${cell(column)} ${figure.unit}`)
          .join("<br>"),
        figure.ratio === undefined ? "" : times(figure.ratio),
      ]),
    );
  }
  return table(
    ["", "", NAMES.ours, ...names, ""],
    figures.map((figure) => [
      figure.what,
      figure.unit,
      cell(figure),
      ...names.map((name) => {
        const column = columnsOf(figure).find(({ what }) => what === name);
        return column ? cell(column) : "";
      }),
      ratio(figure),
    ]),
  );
}

/** The ratio, and to which column. */
function ratio({ ratio, ratioSpread, baseline }) {
  if (ratio === undefined) return "";
  const spread = ratioSpread && isSpread(ratioSpread, 2) ? ` (${range(ratioSpread, 2)})` : "";
  return `${times(ratio)}${spread} ${baseline.what}`;
}

const isSpread = ([low, high], digits) => low.toFixed(digits) !== high.toFixed(digits);
const range = ([low, high], digits) => `${low.toFixed(digits)}–${high.toFixed(digits)}`;

function cell({ value, spread }) {
  const isSame = !spread || number(spread[0]) === number(spread[1]);
  return isSame ? number(value) : `${number(value)} (${number(spread[0])}–${number(spread[1])})`;
}

const table = (head, rows) =>
  [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
