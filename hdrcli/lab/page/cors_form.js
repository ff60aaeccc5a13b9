// The CORS settings of the running sample: each change holds at once, for this browser and for hdrcli.

import { el, fill, spoken } from "./dom.js";
import { call } from "./server.js";

const ORDERS = {
  added: "added to the app",
  around: "around the whole app",
};

/** Show the form in `panel`. `changed` is called when other settings hold. */
export function corsForm(panel, settings, changed) {
  const field = (label, input, hint) =>
    el("label", { class: "field" }, el("span", { class: "name" }, label, hint && el("small", {}, ` ${hint}`)), input);
  const lines = (name) => el("textarea", { name, rows: Math.max(2, settings[name].length), spellcheck: false });
  const cors = el("input", { type: "checkbox", name: "cors" });
  const origins = lines("allow_origins");
  const exposed = lines("expose_headers");
  const credentials = el("input", { type: "checkbox", name: "allow_credentials" });
  const age = el("input", { type: "number", name: "max_age", min: 0, max: 86400, step: 1, required: true });
  const order = el(
    "select",
    { name: "order" },
    Object.entries(ORDERS).map(([value, text]) => el("option", { value }, text)),
  );
  const code = el("code", {});
  const problem = el("p", { class: "problem", role: "alert", hidden: true });
  const form = el(
    "form",
    { submit: (event) => event.preventDefault() },
    el("label", { class: "switch" }, cors, " CORSMiddleware"),
    field("expose_headers", exposed, "one on each line"),
    field("allow_origins", origins, "one on each line"),
    el("label", { class: "switch" }, credentials, " allow_credentials"),
    field("max_age", age, "seconds"),
    field("where the middleware is", order),
    problem,
    el("pre", { class: "code", "aria-label": "The settings as Python", tabIndex: 0 }, code),
    el("button", { type: "button", click: () => put(initial) }, "Reset"),
  );
  const initial = settings;
  const split = (area) => area.value.split(/[\n,]/).map((line) => line.trim()).filter(Boolean);

  function show() {
    cors.checked = settings.cors;
    origins.value = settings.allow_origins.join("\n");
    exposed.value = settings.expose_headers.join("\n");
    credentials.checked = settings.allow_credentials;
    age.value = settings.max_age;
    order.value = settings.order;
    for (const each of [origins, exposed, credentials, age, order]) each.disabled = !settings.cors;
    code.textContent = python(settings);
  }

  async function put(wanted) {
    problem.hidden = true;
    try {
      settings = await call("cors", wanted);
      show();
      await changed();
    } catch (error) {
      fill(problem, error.message);
      problem.hidden = false;
    }
  }

  form.addEventListener("change", () => {
    if (!form.reportValidity()) return;
    put({
      cors: cors.checked,
      allow_origins: split(origins),
      expose_headers: split(exposed),
      allow_credentials: credentials.checked,
      max_age: age.valueAsNumber,
      order: order.value,
    });
  });

  const isWide = matchMedia("(min-width: 64rem)").matches;
  fill(
    panel,
    el(
      "details",
      { open: isWide },
      el("summary", {}, el("h2", { id: "cors-title" }, "CORS settings", spoken(" of the running sample"))),
      el("p", { class: "hint" }, "These are the settings of the running sample. A change takes effect at once, and all routes are checked again."),
      form,
    ),
  );
  panel.hidden = false;
  show();
  return { expose: (name) => put({ ...settings, expose_headers: [...settings.expose_headers, name] }) };
}

/** The settings as they are written in an app. */
function python({ cors, allow_origins, expose_headers, allow_credentials, max_age, order }) {
  if (!cors) return "# no CORSMiddleware";
  const list = (values) =>
    values.length === 0 ? "[]" : `[\n${values.map((value) => `        ${JSON.stringify(value)},\n`).join("")}    ]`;
  const [begin, first] = order === "added" ? ["app.add_middleware(", "CORSMiddleware"] : ["app = CORSMiddleware(", "app"];
  const lines = [
    first,
    `allow_origins=${list(allow_origins)}`,
    'allow_methods=["*"]',
    'allow_headers=["*"]',
    `expose_headers=${list(expose_headers)}`,
    `allow_credentials=${allow_credentials ? "True" : "False"}`,
    `max_age=${max_age}`,
  ];
  return `${begin}\n${lines.map((line) => `    ${line},\n`).join("")})`;
}
