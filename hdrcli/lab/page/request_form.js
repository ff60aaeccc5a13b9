// The request of a route, to be changed and sent again.

import { el } from "./dom.js";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const CREDENTIALS = {
  "": "both: omit, and include",
  omit: "omit (without cookies)",
  "same-origin": "same-origin",
  include: "include (with cookies)",
};
const REDIRECTS = ["follow", "error", "manual"];

const options = (values, chosen) => values.map(([value, text]) => el("option", { value, selected: value === chosen }, text));
const pairs = (values) => values.map((value) => [value, value]);

/** The form. `send` gets the changed request. */
export function requestForm(request, send) {
  const field = (label, input, className = "field") =>
    el("label", { class: className }, el("span", { class: "name" }, label), input);
  const method = el("select", { name: "method" }, options(pairs([...new Set([...METHODS, request.method])]), request.method));
  const path = el("input", { name: "path", value: request.path, required: true, pattern: "/.*", spellcheck: false });
  const headers = el("textarea", {
    name: "headers",
    rows: 2,
    spellcheck: false,
    placeholder: "X-Trace: 1",
    value: request.headers.map(([name, value]) => `${name}: ${value}`).join("\n"),
  });
  const body = el("textarea", { name: "body", rows: 2, spellcheck: false, value: request.body ?? "" });
  const credentials = el("select", { name: "credentials" }, options(Object.entries(CREDENTIALS), request.credentials[0] ?? ""));
  const redirect = el("select", { name: "redirect" }, options(pairs(REDIRECTS), request.redirect));
  const note = el("small", { class: "note" });
  const explain = () => {
    const writes = !["GET", "HEAD", "OPTIONS"].includes(method.value);
    note.textContent = writes ? `${method.value} is sent by this browser for each credentials mode, and by hdrcli once.` : "";
  };
  method.addEventListener("change", explain);
  explain();
  const submit = el("button", { type: "submit", class: "primary" }, "Send");
  return el(
    "form",
    {
      class: "request",
      submit: async (event) => {
        event.preventDefault();
        submit.disabled = true;
        await send({
          method: method.value,
          path: path.value,
          headers: parsed(headers.value),
          body: body.value === "" ? null : body.value,
          credentials: credentials.value === "" ? [] : [credentials.value],
          redirect: redirect.value,
        });
        submit.disabled = false;
      },
    },
    field("method", method),
    field("path", path, "field wide"),
    field("credentials", credentials),
    field("redirect", redirect),
    field("request headers, one on each line", headers, "field half"),
    field("body", body, "field half"),
    el("div", { class: "send" }, submit, note),
  );
}

/** Lines as names and values. A line without a colon is a name, for which fetch() throws or not. */
function parsed(text) {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const colon = line.indexOf(":");
      return colon < 0 ? [line.trim(), ""] : [line.slice(0, colon), line.slice(colon + 1).trim()];
    });
}
