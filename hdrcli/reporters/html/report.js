"use strict";
// Searches, filters, sorts, folds and copies. Everything is in the page without it.
(() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const byId = (id) => document.getElementById(id);

  // --- search and filter ---
  const search = byId("search");
  const kind = byId("kind");
  const found = byId("found");
  const findings = all("article.finding");
  const routes = all("details.route");
  const rows = new Map(all("tbody[data-route]").map((row) => [row.dataset.route, row]));
  const parts = all(".part");
  const texts = new Map();

  const textOf = (element) => {
    let text = texts.get(element);
    if (text === undefined) {
      const row = rows.get(element.dataset.route);
      text = `${row ? row.textContent : ""} ${element.textContent}`.toLowerCase();
      texts.set(element, text);
    }
    return text;
  };

  const apply = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const matches = (element) => words.every((word) => textOf(element).includes(word));
    let shown = 0;
    for (const route of routes) {
      const row = rows.get(route.dataset.route);
      const kinds = row.dataset.kinds.split(" ");
      const fits = (!kind.value || kinds.includes(kind.value)) && matches(route);
      route.hidden = row.hidden = !fits;
      shown += fits;
    }
    for (const part of parts) part.hidden = !part.querySelector("tbody:not([hidden])");
    let shownFindings = 0;
    for (const finding of findings) {
      finding.hidden = !matches(finding);
      shownFindings += !finding.hidden;
    }
    const isFiltered = words.length > 0 || kind.value;
    found.textContent = isFiltered
      ? `${shown} of ${routes.length} routes, ${shownFindings} of ${findings.length} findings`
      : "";
  };

  search.addEventListener("input", apply);
  kind.addEventListener("change", apply);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      search.value = "";
      apply();
    }
  });

  // --- sort ---
  // The parts of a matrix are sorted as one table: up, down, and back to the order of the report.
  const RANKS = ["hidden", "blocked", "no-response", "absent", "readable"];

  const keyOf = (body, column) => {
    let place = 0;
    const cell = [...body.rows[0].cells].find((each) => (place += each.colSpan) > column);
    const mark = cell.matches(".state") ? cell : cell.querySelector(".state");
    const rank = RANKS.findIndex((word) => mark?.classList.contains(word));
    return rank < 0 ? cell.textContent : String(rank);
  };

  const sortBy = (tables, column) => {
    const heads = tables.map((table) => [...table.tHead.rows[0].cells]);
    const order = { none: "ascending", ascending: "descending", descending: "none" };
    const next = order[heads[0][column].ariaSort ?? "none"];
    for (const head of heads) head.forEach((th, place) => { th.ariaSort = place === column && next !== "none" ? next : null; });
    const bodies = tables.flatMap((table) => [...table.tBodies]);
    const places = new Map([...rows.values()].map((body, place) => [body, place]));
    const keys = new Map(bodies.map((body) => [body, keyOf(body, column)]));
    const compare = new Intl.Collator("en", { numeric: true }).compare;
    const sign = { ascending: 1, descending: -1, none: 0 }[next];
    bodies.sort((one, other) => sign * compare(keys.get(one), keys.get(other)) || places.get(one) - places.get(other));
    const sizes = tables.map((table) => table.tBodies.length);
    tables.forEach((table, place) => table.append(...bodies.splice(0, sizes[place])));
    apply();
  };

  for (const section of new Set(parts.map((part) => part.parentElement))) {
    const tables = [...section.querySelectorAll(":scope > .part > table")];
    for (const table of tables) {
      [...table.tHead.rows[0].cells].forEach((th, column) => {
        if (th.tagName !== "TH") return;
        const button = document.createElement("button");
        button.type = "button";
        button.append(...th.childNodes);
        button.addEventListener("click", () => sortBy(tables, column));
        th.append(button);
      });
    }
  }

  // --- unfold and fold ---
  const setOpen = (open) => {
    for (const details of all("main details")) {
      if (!details.closest("[hidden]")) details.open = open;
    }
  };
  byId("unfold").addEventListener("click", () => setOpen(true));
  byId("fold").addEventListener("click", () => setOpen(false));

  // A link to a route that the filter hides shows it.
  const reveal = () => {
    const target = byId(decodeURIComponent(location.hash.slice(1)));
    const route = target && target.closest("details.route");
    if (!route) return;
    if (route.hidden) {
      search.value = kind.value = "";
      apply();
    }
    route.open = true;
    route.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  reveal();

  // --- copy ---
  const copy = async (pre) => {
    try {
      await navigator.clipboard.writeText(pre.textContent);
    } catch {
      getSelection().selectAllChildren(pre);
      if (!document.execCommand("copy")) return false;
      getSelection().removeAllRanges();
    }
    return true;
  };
  for (const block of all(".copied")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      button.textContent = (await copy(block.querySelector("pre"))) ? "Copied" : "Selected";
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
    block.append(button);
  }

  document.querySelector(".toolbar").hidden = false;
})();
