// The page: loads what the lab is about, calls each route, and shows the results.

import { corsForm } from "./cors_form.js";
import { el, fill } from "./dom.js";
import { isForOthers } from "./reading.js";
import { RouteRow } from "./route_row.js";
import { call } from "./server.js";
import { observe, visitor } from "./visitor.js";

const AT_ONCE = 4;
const MODES = ["omit", "include"];

const browser = visitor();
const status = document.getElementById("status");
const runButton = document.getElementById("run");
let subject;
let rows = [];
let run = 0;

/** Call a route in this browser, have it checked by the server, and return the report. */
async function check(request) {
  const modes = request.credentials.length ? request.credentials : MODES;
  const seen = [];
  for (const mode of modes) seen.push(await observe(subject.base + request.path, request, mode, subject.timeout));
  return call("check", { ...request, visitor: { name: browser.name, version: browser.version }, seen });
}

/** Check all routes that only read, some at once. A later run takes the place of one that is not over. */
async function checkAll() {
  const own = ++run;
  const waiting = rows.filter((row) => row.isSafe);
  const total = waiting.length;
  for (const row of waiting) row.wait();
  report(`Checking ${total} routes …`);
  const work = async () => {
    while (waiting.length && own === run) await waiting.shift().check(() => own === run);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  if (own === run) summarize();
}

function summarize() {
  const checked = rows.filter((row) => row.route);
  const different = checked.filter((row) => row.agreement === "different").length;
  if (subject.cors === null && checked.length > 0 && checked.every((row) => isForOthers(row.route))) {
    return report(`The API does not allow the origin ${location.origin}: allow it, or choose an origin that it allows with --page-port.`);
  }
  const routes = `${checked.length} ${checked.length === 1 ? "route" : "routes"} checked`;
  if (browser.name === null) return report(`${routes}. hdrcli has no simulation of this browser.`);
  const agree = different === 0 ? `${browser.title} and its simulation agree` : `${browser.title} differs in ${different}`;
  return report(`${routes}: ${agree}.`);
}

function report(text) {
  status.textContent = text;
  document.body.dataset.run = text.endsWith("…") ? "running" : "done";
}

function fact(name, ...value) {
  return [el("dt", {}, name), el("dd", {}, ...value)];
}

function showSkipped(skipped) {
  const section = document.getElementById("skipped");
  section.hidden = skipped.length === 0;
  fill(
    section,
    el("summary", {}, `${skipped.length} ${skipped.length === 1 ? "operation is" : "operations are"} not listed`),
    el("ul", {}, skipped.map((text) => el("li", {}, text))),
  );
}

async function start() {
  subject = await call("subject");
  fill(
    document.getElementById("facts"),
    fact("page", el("code", {}, location.origin)),
    fact("calls", el("code", {}, subject.base), ` (${subject.name})`),
    fact("this browser", browser.title),
    fact("compared with", `hdrcli ${subject.hdrcli}`),
  );
  const context = {
    browser,
    words: subject.words,
    base: subject.base,
    check,
    expose: subject.cors ? (name) => cors.expose(name) : null,
    changed: summarize,
  };
  rows = subject.routes.map((route, number) => new RouteRow(route, number, context));
  fill(document.getElementById("list"), rows.map((row) => row.element));
  for (const id of ["legend", "columns"]) document.getElementById(id).hidden = false;
  const cors = subject.cors ? corsForm(document.getElementById("cors"), subject.cors, checkAll) : null;
  document.body.classList.toggle("with-cors", cors !== null);
  runButton.disabled = false;
  runButton.addEventListener("click", checkAll);
  showSkipped(subject.skipped);
  await checkAll();
}

start().catch((error) => {
  status.className = "problem";
  report(error.message);
});
