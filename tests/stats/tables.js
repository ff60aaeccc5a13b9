() => {
  const tables = {};
  const bars = {};
  for (const table of document.querySelectorAll("table")) {
    const caption = table.caption.textContent;
    const rows = [...table.tBodies[0].rows];
    const text = (cell) => (cell.querySelector("code") ?? cell).textContent.trim();
    tables[caption] = rows.map((row) => [...row.cells].map(text));
    bars[caption] = rows.map((row) => {
      const plot = row.querySelector("svg");
      if (!plot) return [];
      const whole = plot.getBoundingClientRect().width;
      return [...plot.querySelectorAll("rect")].map((rect) => rect.getBoundingClientRect().width / whole);
    });
  }
  const columns = [...document.querySelectorAll("svg.columns")].map((plot) => {
    const heights = [...plot.querySelectorAll("rect")].map((rect) => rect.getBoundingClientRect().height);
    return heights.map((height) => height / Math.max(...heights));
  });
  return { tables, bars, columns };
}
