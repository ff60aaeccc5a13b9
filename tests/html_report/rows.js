() => {
  const text = (element) => element.textContent.trim();
  const matrix = {};
  for (const body of document.querySelectorAll("tbody[data-route]")) {
    const titles = [...body.closest("table").querySelectorAll("thead th")].map(text);
    matrix[body.dataset.route] = [...body.rows].map((row, place) => {
      const cells = [...row.cells].slice(place === 0 ? 1 : 0).map(text);
      return Object.fromEntries(titles.slice(1).map((title, number) => [title, cells[number] ?? null]));
    });
  }
  const routes = {};
  for (const details of document.querySelectorAll("details.route")) {
    let page = null;
    const tables = [];
    for (const part of details.querySelector(".inside").children) {
      if (part.localName === "h4") page = text(part).replace("Page ", "");
      const table = part.querySelector("table.headers");
      if (!table) continue;
      const titles = [...table.querySelectorAll("thead th")].map(text);
      for (const row of table.tBodies[0].rows) {
        const cells = [...row.cells].map(text);
        tables.push({ page, ...Object.fromEntries(titles.map((title, number) => [title, cells[number]])) });
      }
    }
    const name = `${text(details.querySelector(".method"))} ${text(details.querySelector(".path"))}`;
    const chips = [...details.querySelectorAll(".chips .state")].map(text);
    routes[details.dataset.route] = { name, chips, status: text(details.querySelector(".status")), headers: tables };
  }
  return { matrix, routes };
}
