// The page: shows each route as soon as the proxy has seen it, and the findings so far.

import { el, fill, spoken } from "./dom.js";
import { findings } from "./findings.js";
import { call, stream } from "./server.js";

const MARKS = { readable: "✓", hidden: "✗", blocked: "✗", absent: "–" };
const CREDENTIALS = { include: "with credentials", omit: "without credentials" };

const list = document.getElementById("list");
const found = document.getElementById("found");
const status = document.getElementById("status");
const times = new Map();
let shown = "";

const chip = (kind, text) => el("span", { class: `chip ${kind}` }, text);

function chips(row) {
  if (row.failure) return chip("blocked", `${row.failure.phrase} ✗`);
  const custom = row.headers.filter((header) => header.custom);
  if (custom.length === 0) return el("span", { class: "none" }, "no custom headers");
  return custom.map(({ name, state }) => chip(state, [spoken(`${state}: `), `${name.toLowerCase()} ${MARKS[state]}`].flat()));
}

function table(row) {
  const line = ({ name, state, why, value, custom }) =>
    el(
      "tr",
      { class: custom ? "custom" : "", "data-header": name, "data-state": state },
      el("th", { role: "rowheader", scope: "row" }, name),
      el("td", {}, el("span", { class: `state ${state}` }, `${state} ${MARKS[state]}`)),
      el("td", { class: "why" }, why),
      el("td", { class: "value" }, value),
    );
  return el(
    "div",
    { class: "scroll", tabIndex: 0, role: "group", "aria-label": "Headers" },
    el(
      "table",
      {},
      el("thead", {}, el("tr", {}, ["header", "JavaScript", "why", "value"].map((name) => el("th", { scope: "col" }, name)))),
      el("tbody", {}, row.headers.map(line)),
    ),
  );
}

function route(row) {
  const counter = el("span", { class: "times" });
  times.set(row.source, counter);
  return el(
    "li",
    { class: "route", "data-path": row.path, "data-blocked": row.failure !== null },
    el(
      "details",
      {},
      el(
        "summary",
        {},
        el("span", { class: "path" }, el("span", { class: "method" }, `${row.method} `), el("span", { class: "target" }, row.path)),
        el("span", { class: `code-of s${row.status[0]}` }, row.status),
        el("span", { class: "chips" }, chips(row)),
        counter,
      ),
      el(
        "div",
        { class: "details" },
        el("p", {}, "page ", el("code", {}, row.page), ` in ${row.browsers.join(", ")}, ${CREDENTIALS[row.credentials] ?? row.credentials}`),
        row.failure && el("p", { class: "problem" }, row.failure.sentence),
        row.headers.length > 0 && table(row),
      ),
    ),
  );
}

function update({ routes, counts, findings: all, limits }) {
  list.append(...routes.map(route));
  list.hidden = list.children.length === 0;
  for (const [source, number] of Object.entries(counts)) {
    const counter = times.get(source);
    if (counter) counter.textContent = number > 1 ? `${number} ×` : "";
  }
  if (JSON.stringify(all) !== shown) {
    shown = JSON.stringify(all);
    found.hidden = all.length === 0;
    fill(found, findings(all));
  }
  fill(document.getElementById("limits"), limits.map((text) => el("li", {}, text)));
  const number = list.children.length;
  const seen = number === 1 ? "1 route" : `${number} routes`;
  report(number === 0 ? "Waiting for requests from your front end." : `${seen} so far.`);
}

function report(text, kind = "") {
  status.className = kind;
  if (status.textContent !== text) status.textContent = text;
}

const fact = (name, value) => [el("dt", {}, name), el("dd", {}, el("code", {}, value))];

async function start() {
  const subject = await call("subject");
  fill(
    document.getElementById("facts"),
    fact("call", subject.proxy),
    fact("forwarded to", subject.upstream),
    fact("hdrcli", subject.hdrcli),
  );
  for await (const value of stream("events")) update(value);
  report("The proxy has stopped.", "problem");
}

start().catch((error) => report(error.message, "problem"));
