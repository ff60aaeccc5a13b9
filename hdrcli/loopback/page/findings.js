// Findings, each with its fix.

import { el } from "./dom.js";

/** A section with the findings of a report; null if there are none. */
export function findings(found) {
  if (found.length === 0) return null;
  return el(
    "section",
    { class: "findings" },
    el("h3", {}, "Findings"),
    found.map((finding) =>
      el(
        "article",
        { class: finding.severity, "data-code": finding.code },
        el("h4", {}, el("span", { class: "severity" }, `${finding.severity} ${finding.code}`), ` ${finding.headline}`),
        finding.impact.map((text) => el("p", {}, text)),
        el("p", { class: "fix" }, finding.fix),
        finding.fix_setting?.lines.length > 0 &&
          el("pre", { tabIndex: 0, role: "group", "aria-label": "The fix" }, finding.fix_setting.lines.join("\n")),
      ),
    ),
  );
}
