// Figures: medians of measurements that were made in turns, compared with each other and with their targets.

/**
 * @typedef {object} Figure
 * @property {string} id
 * @property {string} what
 * @property {number} value The median.
 * @property {string} unit
 * @property {[number, number]} [spread] The quartiles.
 * @property {{ what: string, value: number, spread?: [number, number] }} [baseline] What the value is divided by.
 * @property {{ what: string, value: number, spread?: [number, number] }[]} [others] Other columns.
 * @property {number} [ratio] The value divided by the baseline's.
 * @property {[number, number]} [ratioSpread] Quartiles of the ratios of each turn.
 * @property {{ op: "<=" | ">=", value: number, of: "ratio" | "value" }} [target]
 * @property {boolean} [ok] Whether the target holds.
 * @property {{ what: string, ratio: number }} [floor] The best possible ratio, measured.
 *
 * The result of a part of the benchmarks: `notes` say how it was measured.
 * @typedef {{ figures: Figure[], series: Series[], notes?: string[] }} Part
 *
 * @typedef {object} Series
 * @property {string} id
 * @property {string} title
 * @property {string} xLabel
 * @property {string} yLabel
 * @property {boolean} [xLog]
 * @property {boolean} [yLog]
 * @property {"lines" | "bars"} [kind] Default: lines. Bars have names instead of numbers on their axis.
 * @property {{ name: string, points: [number | string, number][] }[]} lines
 */

/** The value below which the given part of the values lies. */
export function quantile(values, part) {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * part;
  const below = Math.floor(place);
  return sorted[below] + (place - below) * ((sorted[below + 1] ?? sorted[below]) - sorted[below]);
}

export const median = (values) => quantile(values, 0.5);

const quartiles = (values) => [quantile(values, 0.25), quantile(values, 0.75)];

/**
 * Measures some programs several times in turns, forwards, then backwards: none has a better place in the
 * order, and whatever else the machine does affects all of them.
 *
 * @template T
 * @param {number} turns
 * @param {string[]} names
 * @param {(name: string) => Promise<T>} measure
 * @returns {Promise<Record<string, T[]>>} What was measured, by name, in the order of the turns.
 */
export async function inTurns(turns, names, measure) {
  const measured = Object.fromEntries(names.map((name) => [name, []]));
  for (let turn = 0; turn < turns; turn++) {
    const order = turn % 2 === 0 ? names : names.toReversed();
    for (const name of order) measured[name].push(await measure(name));
  }
  return measured;
}

/** What the contenders are called in tables and plots; the first is the package. */
export const NAMES = {
  ours: "this package",
  "ours-js": "this package without WebAssembly",
  "ours-cdn": "this package, one file of a CDN",
  official: "official SDK",
  "official-jsdom": "official SDK in jsdom",
  "by-hand": "`fetch` by hand",
  "by-hand-limited": "the same with a time limit",
  nothing: "Node alone",
};

/**
 * A figure of values that were measured in turns.
 *
 * @param {object} about `id`, `what`, `unit`, perhaps `target`; and `against`, the contender that the
 *   ratio is to.
 * @param {Record<string, number[]>} values By contender, with "ours" among them.
 * @returns {Figure}
 */
export function compare({ against, ...about }, values) {
  const column = (name) => ({
    what: NAMES[name],
    value: median(values[name]),
    spread: quartiles(values[name]),
  });
  const { value, spread } = column("ours");
  const baseline = against && column(against);
  const ratios = against && values.ours.map((own, turn) => own / values[against][turn]);
  return judge({
    ...about,
    value,
    spread,
    baseline,
    ratio: baseline && value / baseline.value,
    ratioSpread: ratios && quartiles(ratios),
    others: Object.keys(values)
      .filter((name) => name !== "ours" && name !== against)
      .map(column),
  });
}

/** The figure with `ok`, when it has a target. */
export function judge(figure) {
  const { target } = figure;
  if (!target) return figure;
  const judged = target.of === "ratio" ? figure.ratio : figure.value;
  const ok = target.op === "<=" ? judged <= target.value : judged >= target.value;
  return { ...figure, ok };
}
