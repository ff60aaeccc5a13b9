// The result of a route: what this browser did next to its simulation, each header, the requests, the findings.

import { el, spoken } from "./dom.js";
import { findings } from "./findings.js";
import { callers, isSent, isShown, telling, verdict } from "./reading.js";

const MARKS = { readable: "✓", hidden: "✗", blocked: "✗", absent: "–" };
const EXPOSABLE = ["not-listed", "no-list"];

/** All parts of a report on one route. */
export function resultView(report, real, context) {
  const { route } = report;
  const its = callers(route, context.browser.name);
  return [
    el("div", { class: "outcomes" }, [...its.values()].map((caller) => outcome(caller, real.get(caller.credentials), context))),
    headerTable(route, [...its.keys()], real, context),
    requests(route, context),
    findings(report.findings),
    copies(report.copies),
  ];
}

function outcome(caller, real, { browser, words }) {
  const simulated = caller.failure ? caller.failure.message : `type "${caller.type}", status ${caller.status ?? 0}`;
  const console = caller.console.find((message) => message.browser === browser.name);
  const differs = real?.agreement === "different";
  return el(
    "section",
    { class: `outcome ${caller.failure ? "blocked" : "readable"} ${differs ? "different" : ""}`, "data-mode": caller.credentials },
    el("h3", {}, words.modes[caller.credentials]),
    el(
      "dl",
      {},
      real && [el("dt", {}, "this browser"), el("dd", { class: "real" }, real.error ?? `type "${real.type}", status ${real.status}`)],
      [el("dt", {}, "hdrcli"), el("dd", {}, simulated)],
      caller.redirected_to && [el("dt", {}, "redirected to"), el("dd", {}, el("code", {}, caller.redirected_to))],
      console?.text && [el("dt", {}, "console"), el("dd", { class: "console" }, console.text)],
      caller.set_cookies.map((cookie) => [
        el("dt", {}, "cookie"),
        el("dd", {}, `${cookie.name}: ${cookie.stored ? "stored" : `not stored: ${cookie.detail}`}`),
      ]),
    ),
    differs && el("p", { class: "verdict different" }, "≠ This browser and its simulation differ. Please report it."),
  );
}

function headerTable(route, modes, real, context) {
  const first = telling(route.headers, context.words);
  if (!route.headers.some(isSent)) return null;
  const others = route.headers.filter((header) => isSent(header) && !first.includes(header));
  return el(
    "div",
    { class: "scroll", tabIndex: 0, role: "group", "aria-label": "Response headers" },
    el(
      "table",
      {},
      el("caption", { class: "spoken" }, `The response headers of ${route.method} ${route.url}`),
      el("thead", {}, el("tr", {}, ["header", ...modes.map((mode) => context.words.modes[mode]), "why", "value"].map((text) => el("th", { scope: "col" }, text)))),
      el("tbody", {}, [...first, ...others].map((header) => headerRow(header, first.includes(header), modes, real, context))),
    ),
  );
}

function headerRow(header, isTelling, modes, real, context) {
  const verdicts = modes.map((mode) => verdict(header, mode, context.browser.name));
  const first = verdicts.find((each) => each && each.clause !== "blocked") ?? verdicts[0];
  const [phrase, sentence] = context.words.clauses[first.clause];
  const canExpose = context.expose && isTelling && EXPOSABLE.includes(first.clause);
  const states = Object.fromEntries(modes.map((mode, place) => [`data-${mode}`, verdicts[place]?.state]));
  return el(
    "tr",
    { class: header.custom ? "custom" : "", "data-header": header.name, ...states },
    el("th", { scope: "row" }, header.name),
    modes.map((mode, place) => el("td", {}, state(header, verdicts[place], real.get(mode)))),
    el(
      "td",
      { class: "why" },
      el("span", { title: sentence }, phrase),
      canExpose && el("button", { type: "button", class: "small", click: () => context.expose(header.name) }, "Expose", spoken(` ${header.name}`)),
    ),
    el("td", { class: "value" }, header.values.join(", ")),
  );
}

/** The verdict; where the browser itself shows something else, both. */
function state(header, its, real) {
  if (!its) return "";
  const word = el("span", { class: `state ${its.state}` }, el("span", { "aria-hidden": "true" }, `${MARKS[its.state]} `), its.state);
  const shown = isShown(header, real);
  if (shown === null || shown === (its.state === "readable")) return word;
  const own = shown ? "readable" : "not readable";
  return [el("span", { class: "verdict different" }, `≠ this browser: ${own}`), " hdrcli: ", word];
}

function requests(route, { browser, words }) {
  const fetches = route.fetches.filter((fetch) => browser.name === null || fetch.browser === browser.name);
  const exchanges = new Map();
  for (const fetch of fetches) {
    for (const exchange of fetch.exchanges) {
      const known = exchanges.get(exchange.number) ?? { exchange, modes: [] };
      known.modes.push(words.modes[fetch.credentials]);
      exchanges.set(exchange.number, known);
    }
  }
  const hasPreflight = [...exchanges.values()].some(({ exchange }) => exchange.purpose === "preflight");
  return el(
    "details",
    { class: "requests" },
    el("summary", {}, hasPreflight ? "Requests and preflights" : "Requests (no preflight is needed)"),
    [...exchanges.values()].map(({ exchange, modes }) => oneExchange(exchange, [...new Set(modes)])),
  );
}

function oneExchange({ purpose, request, response, failure }, modes) {
  const lines = (headers) => headers.map(([name, value]) => `${name}: ${value}`).join("\n");
  const head = `${request.method} ${request.url}\n${lines(request.headers)}`;
  const back = response ? `${response.status}\n${lines(response.headers)}` : failure.message;
  return el(
    "div",
    { class: "exchange", "data-purpose": purpose },
    el("h4", {}, purpose === "preflight" ? "preflight" : "request", el("small", {}, ` ${modes.join(", ")}`)),
    el("pre", { tabIndex: 0, "aria-label": `The ${purpose}` }, head),
    el("pre", { tabIndex: 0, "aria-label": `The response to the ${purpose}` }, back),
  );
}

const TITLES = { curl: "curl", fetch: "fetch()", hdrcli: "hdrcli" };

function copies(texts) {
  const said = el("span", { role: "status", class: "note" });
  const shown = el("pre", { hidden: true, tabIndex: 0, "aria-label": "The copied text" });
  const copy = async (name) => {
    shown.textContent = texts[name];
    shown.hidden = false;
    try {
      await navigator.clipboard.writeText(texts[name]);
      said.textContent = `${TITLES[name]} copied.`;
    } catch {
      said.textContent = "Copying is not allowed here: select the text.";
    }
  };
  return el(
    "div",
    { class: "copies" },
    el("span", { class: "name" }, "Copy as"),
    Object.keys(TITLES).map((name) => el("button", { type: "button", "data-copy": name, click: () => copy(name) }, TITLES[name])),
    said,
    shown,
  );
}
