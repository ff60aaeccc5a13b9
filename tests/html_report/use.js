async () => {
  const routes = [...document.querySelectorAll("details.route")];
  const rows = [...document.querySelectorAll("tbody[data-route]")];
  const findings = [...document.querySelectorAll("article.finding")];
  const search = document.getElementById("search");
  const kind = document.getElementById("kind");
  const shown = () => [routes, rows, findings].map((some) => some.filter((each) => !each.hidden).length);
  const searched = (text) => {
    search.value = text;
    search.dispatchEvent(new Event("input"));
    return shown();
  };
  const filtered = (text) => {
    kind.value = text;
    kind.dispatchEvent(new Event("change"));
    return shown();
  };
  const facts = {
    toolbar: !document.querySelector(".toolbar").hidden,
    all: shown(),
    region: searched("X-REGION"),
    both: searched("get x-region"),
    none: searched("no such text"),
    said: document.getElementById("found").textContent,
    again: searched(""),
    hidden: filtered("hidden"),
    blocked: filtered("blocked"),
    failed: filtered("failed"),
    fine: filtered("fine"),
  };
  searched("no such text");
  const last = routes.at(-1);
  const linked = new Promise((resolve) => addEventListener("hashchange", () => setTimeout(resolve)));
  location.hash = last.querySelector(".inside").id;
  await linked;
  facts.linked = [last.open, last.hidden];
  document.getElementById("unfold").click();
  facts.unfolded = document.querySelectorAll("details:not([open])").length;
  document.getElementById("fold").click();
  facts.folded = document.querySelectorAll("details[open]").length;
  facts.buttons = document.querySelectorAll(".copied button").length;
  return facts;
}
