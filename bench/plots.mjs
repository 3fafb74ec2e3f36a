// Series as SVG pictures that can be read on a light and on a dark page.

import { NAMES } from "./figures.mjs";
import { importTool, requireTool } from "./tools.mjs";

const WIDTH = 720;
const HEIGHT = 360;
/** Also distinct for the colour-blind, on both backgrounds. A contender has one colour in all plots. */
const COLOURS = {
  [NAMES.ours]: "#d95f02",
  [NAMES.official]: "#3b82d6",
  [NAMES["by-hand"]]: "#7a7f87",
  [NAMES["by-hand-limited"]]: "#1b9e77",
  [NAMES["official-jsdom"]]: "#a855c7",
  [NAMES.nothing]: "#b59a00",
};
const MORE_COLOURS = [...Object.values(COLOURS), "#e0457b", "#0aa5b5"];

function coloursOf(names) {
  const free = MORE_COLOURS.filter((colour) => !names.some((name) => COLOURS[name] === colour));
  return names.map((name) => COLOURS[name] ?? free.shift() ?? "currentColor");
}

/** The plot brings its own background: it cannot know that of the page. */
const STYLE = `
  svg { color: #1f2328; background: #ffffff; font: 12px system-ui, sans-serif; }
  @media (prefers-color-scheme: dark) { svg { color: #e6edf3; background: #0d1117; } }`;

/**
 * @param {import("./figures.mjs").Series} series
 * @returns {Promise<string>} An SVG file.
 */
export async function draw(series) {
  const Plot = await importTool("@observablehq/plot");
  const { JSDOM } = requireTool("jsdom");
  const { document } = new JSDOM("").window;
  const colours = coloursOf(series.lines.map(({ name }) => name));
  const names = series.lines.map(({ name }) => name.replaceAll("`", ""));
  const rows = series.lines.flatMap(({ points }, index) =>
    points.map(([x, y]) => ({ name: names[index], x, y })),
  );
  const legend = placed(names);
  const shared = {
    document,
    width: WIDTH,
    marginTop: legend.at(-1).y + 38,
    marginBottom: 44,
    color: { domain: names, range: colours },
  };
  const svg =
    series.kind === "bars"
      ? bars(Plot, series, rows, names, shared)
      : lines(Plot, series, rows, shared);
  // The title and the legend are above the plot's own area.
  const text = (x, y, content, attributes = {}) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", "text");
    element.textContent = content;
    for (const [name, value] of Object.entries({
      x,
      y,
      fill: "currentColor",
      "text-anchor": "start",
      ...attributes,
    })) {
      element.setAttribute(name, value);
    }
    svg.append(element);
  };
  text(12, 20, series.title, { "font-weight": 600, "font-size": 14 });
  legend.forEach(({ x, y }, index) => {
    text(x, y, "■", { fill: colours[index] });
    text(x + 14, y, names[index]);
  });
  text(12, legend.at(-1).y + 24, series.yLabel);
  // Plot's own style is for a plot within a page.
  svg.querySelector("style").remove();
  const style = document.createElementNS("http://www.w3.org/2000/svg", "style");
  style.textContent = STYLE;
  svg.prepend(style);
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", series.title);
  return `${svg.outerHTML}\n`;
}

/** The places of the legend's names: side by side, in as many rows as needed. */
function placed(names) {
  let [x, y] = [12, 42];
  return names.map((name) => {
    const width = 34 + 6.6 * name.length;
    if (x + width > WIDTH) [x, y] = [12, y + 20];
    const place = { x, y };
    x += width;
    return place;
  });
}

/** Numbers on a logarithmic axis: 0.5, 20, 3k, 1M. */
const short = (value) =>
  value >= 1
    ? value.toLocaleString("en", { notation: "compact" })
    : String(Number(value.toPrecision(2)));

function lines(Plot, { xLabel, xLog, yLog }, rows, shared) {
  const axis = { x: "x", y: "y", z: "name", stroke: "name" };
  return Plot.plot({
    ...shared,
    height: HEIGHT,
    marginLeft: 64,
    marginRight: 24,
    x: { label: xLabel, type: xLog ? "log" : "linear", tickFormat: xLog ? short : undefined },
    y: {
      label: null,
      type: yLog ? "log" : "linear",
      grid: true,
      zero: !yLog,
      tickFormat: yLog ? short : undefined,
    },
    marks: [Plot.line(rows, axis), Plot.dot(rows, { ...axis, fill: "name", r: 2.5 })],
  });
}

function bars(Plot, { xLabel, lines }, rows, names, shared) {
  const groups = lines[0].points.map(([x]) => x);
  return Plot.plot({
    ...shared,
    height: 130 + groups.length * names.length * 24,
    marginLeft: 12,
    marginRight: 80,
    x: { label: xLabel, grid: true },
    y: { axis: null, domain: names },
    fy: { domain: groups, label: null, axis: null, padding: 0.25 },
    marks: [
      Plot.barX(rows, { x: "y", y: "name", fy: "x", fill: "name" }),
      Plot.text(rows, {
        x: "y",
        y: "name",
        fy: "x",
        text: ({ y }) => y.toLocaleString("en", { maximumFractionDigits: 0 }),
        textAnchor: "start",
        dx: 5,
      }),
      Plot.text(groups, {
        fy: (group) => group,
        frameAnchor: "top-left",
        dy: -13,
        text: (group) => group,
      }),
      Plot.ruleX([0]),
    ],
  });
}
