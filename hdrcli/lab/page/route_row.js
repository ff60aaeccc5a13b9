// A route in the list: one line with its custom headers, and its details when it is opened.

import { el, fill, spoken } from "./dom.js";
import { agreement, callers, MODES, observed, telling, verdict } from "./reading.js";
import { requestForm } from "./request_form.js";
import { resultView } from "./result_view.js";

const MARKS = { readable: "✓", hidden: "✗", blocked: "✗", absent: "–" };
const VERDICTS = { same: "= same", different: "≠ differs" };

export class RouteRow {
  constructor({ shown_path, ...route }, number, context) {
    this.context = context;
    this.request = { ...route, credentials: [], redirect: "follow" };
    this.shownPath = shown_path;
    this.report = null;
    this.details = el("div", { class: "details", id: `details-${number}`, hidden: true });
    this.form = null;
    this.result = el("div", { class: "result" });
    this.name = el("span", { class: "path" });
    this.button = el(
      "button",
      { type: "button", class: "open", "aria-expanded": "false", "aria-controls": this.details.id, click: () => this.toggle() },
      this.name,
    );
    this.cells = new Map(MODES.map((mode) => [mode, el("div", { class: "cell", "data-mode": mode })]));
    this.status = el("div");
    this.mark = el("div", { class: "mark" });
    this.element = el(
      "li",
      { class: "route", "data-state": "new" },
      el("div", { class: "line" }, this.button, this.status, [...this.cells.values()], this.mark),
      this.details,
    );
    this.showName();
    if (!this.isSafe) fill(this.mark, el("span", { class: "verdict" }, "not sent"));
  }

  get isSafe() {
    return ["GET", "HEAD"].includes(this.request.method);
  }

  get route() {
    return this.report?.route;
  }

  get agreement() {
    return this.route ? agreement(this.route) : null;
  }

  wait() {
    this.element.dataset.state = "waiting";
  }

  /** Check the route; `counts` says whether the result is still wanted when it is there. */
  async check(counts = () => true) {
    this.element.dataset.state = "running";
    try {
      const report = await this.context.check(this.request);
      if (!counts()) return;
      this.report = report;
      this.show();
    } catch (error) {
      if (!counts()) return;
      this.report = null;
      this.element.dataset.state = "failed";
      for (const cell of this.cells.values()) fill(cell);
      fill(this.mark, el("span", { class: "problem" }, error.message));
      fill(this.result);
    }
  }

  toggle() {
    const isOpen = this.details.hidden;
    this.details.hidden = !isOpen;
    this.button.setAttribute("aria-expanded", String(isOpen));
    if (isOpen && this.form === null) {
      this.form = requestForm(this.request, async (request) => {
        this.request = request;
        this.showName();
        await this.check();
        this.context.changed();
      });
      fill(this.details, this.form, this.result);
    }
    if (isOpen) this.showResult();
  }

  showName() {
    const { method } = this.request;
    const status = String(this.route?.status ?? "");
    fill(this.name, el("span", { class: "method" }, method), " ", el("span", { class: "target" }, this.shownPath));
    this.status.textContent = status;
    this.status.className = `code-of s${status[0]}`;
  }

  show() {
    const { route } = this.report;
    const { browser } = this.context;
    const its = callers(route, browser.name);
    this.element.dataset.state = "done";
    this.element.dataset.agreement = this.agreement ?? "none";
    this.shownPath = route.url.slice(this.context.base.length);
    this.showName();
    for (const [mode, cell] of this.cells) fill(cell, this.cellOf(route, mode, its.get(mode)));
    const word = VERDICTS[this.agreement];
    fill(this.mark, word ? el("span", { class: `verdict ${this.agreement}` }, word) : null);
    this.showResult();
  }

  cellOf(route, mode, caller) {
    const label = el("span", { class: "label" }, this.context.words.modes[mode]);
    if (!caller) return [label, el("span", { class: "none" }, "not checked")];
    if (caller.failure) {
      const phrase = this.context.words.failures[caller.failure.code] ?? caller.failure.code;
      return [label, el("span", { class: "chip blocked", title: caller.failure.message }, `blocked: ${phrase}`)];
    }
    const { browser, words } = this.context;
    const chips = telling(route.headers, words)
      .map((header) => [header, verdict(header, mode, browser.name)])
      .filter(([header, its]) => header.custom || its.clause !== "safelisted")
      .map(([header, its]) =>
        el(
          "span",
          { class: `chip ${its.state} ${header.custom ? "custom" : "standard"}`, "data-header": header.name },
          header.name,
          " ",
          el("span", { "aria-hidden": "true" }, MARKS[its.state]),
          spoken(its.state),
        ),
      );
    return [label, chips.length ? el("span", { class: "chips" }, chips) : el("span", { class: "none" }, "only safelisted headers")];
  }

  showResult() {
    if (this.details.hidden || !this.report) return;
    fill(this.result, resultView(this.report, observed(this.report.route), this.context));
  }
}
