"use strict";
// Searches, filters, folds and copies. Everything is in the page without it.
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
