// The requests behind a call, each as a bar in the time of the call: it opens to what was sent and what came back,
// and is copied as cURL or `fetch`. Keys and tokens are shown masked, and copied as names.

import { DEFAULT_EMULATOR, type Exchange } from "./connection.js";
import { copyButton, el, mask } from "./dom.js";
import { IN_PAGE } from "./engine-messages.js";
import { figure } from "./highlight.js";
import { duration, pretty } from "./words.js";

/** The headers with secrets, and what is copied in their place. */
const SECRETS: Record<string, string> = {
  apikey: "YOUR_AUTH_KEY",
  authtoken: "YOUR_AUTH_TOKEN",
};

/** @param whole How long the call took, in milliseconds. */
export function requests(exchanges: Exchange[], whole: number): HTMLElement {
  const items = exchanges.map((exchange) => {
    const { method, url, status, startedAt, milliseconds } = exchange;
    const bar = el("span", { className: status && status < 400 ? "bar good" : "bar bad" });
    bar.style.left = `${share(startedAt, whole)}%`;
    bar.style.width = `${share(milliseconds, whole)}%`;
    const what = el("span", { className: "mono what" }, el("b", {}, method));
    what.append(` ${new URL(url).pathname}`);
    const time = el(
      "span",
      { className: "mono soft" },
      `${status ?? "no reply"} · ${duration(milliseconds)}`,
    );
    const track = el("span", { className: "track", ariaHidden: "true" }, bar);
    const details = el("details", {}, el("summary", {}, what, time, track));
    // Only now: the reply may end after the call.
    details.addEventListener("toggle", () => {
      if (details.open && details.children.length === 1) details.append(...opened(exchange));
    });
    return el("li", {}, details);
  });
  const none = items.length === 0 && el("p", { className: "soft" }, "No request was sent.");
  return el(
    "section",
    { className: "requests" },
    el("h3", {}, "Requests"),
    none,
    el("ol", {}, ...items),
  );
}

function opened(exchange: Exchange): Node[] {
  const { headers, body, startedAt, milliseconds, replyHeaders, reply } = exchange;
  const shown = headers.map(([name, value]) => line([name, name in SECRETS ? mask(value) : value]));
  const answer = replyHeaders && [...replyHeaders.map(line), "", pretty(reply ?? "")].join("\n");
  const time = `Sent ${duration(startedAt)} after the call began; took ${duration(milliseconds)}.`;
  return [
    el("p", { className: "soft" }, time),
    el(
      "p",
      { className: "copies" },
      copyButton("cURL", () => curl(exchange), "Copy this request as cURL"),
      copyButton("fetch", () => fetchCall(exchange), "Copy this request as fetch"),
    ),
    figure("Request", [...shown, "", pretty(body ?? "")].join("\n").trim()),
    figure("Reply", answer?.trim() ?? "No reply came."),
  ];
}

const line = ([name, value]: [string, string]) => `${name}: ${value}`;

/** Address and headers for others: an emulator that a program can reach, and no secret. */
function copied({ url, headers }: Exchange) {
  const named = headers.map(([name, value]) => [name, SECRETS[name] ?? value] as const);
  return { url: url.replace(IN_PAGE, DEFAULT_EMULATOR), headers: named };
}

function curl(exchange: Exchange): string {
  const { url, headers } = copied(exchange);
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const parts = [`curl -X ${exchange.method} ${quoted(url)}`];
  for (const [name, value] of headers) parts.push(`-H ${quoted(`${name}: ${value}`)}`);
  if (exchange.body) parts.push(`--data-raw ${quoted(exchange.body)}`);
  return parts.join(" \\\n  ");
}

function fetchCall(exchange: Exchange): string {
  const { url, headers } = copied(exchange);
  const { method, body } = exchange;
  const options = { method, headers: Object.fromEntries(headers), ...(body && { body }) };
  return `await fetch(${JSON.stringify(url)}, ${JSON.stringify(options, null, 2)});`;
}

const share = (part: number, whole: number) =>
  Math.max(0, Math.min(100, (100 * part) / Math.max(whole, 1)));
