"""The search and the filter of a report."""

from __future__ import annotations

from hdrcli.reporters.html.markup import Markup, element


def toolbar() -> Markup:
    """A form that the script shows: without it, it could do nothing."""
    choices = (
        ("", "All routes"),
        ("hidden", "With hidden headers"),
        ("blocked", "Blocked"),
        ("failed", "No response, or not as expected"),
        ("fine", "Nothing hidden or blocked"),
    )
    return element(
        "div",
        element(
            "label",
            element("span", "Search"),
            element("input", type="search", id="search", placeholder="Route, header, value, code", autocomplete="off"),
        ),
        element(
            "label",
            element("span", "Show"),
            element("select", *(element("option", text, value=value) for value, text in choices), id="kind"),
        ),
        element("button", "Unfold all", type="button", id="unfold"),
        element("button", "Fold all", type="button", id="fold"),
        element("p", "", id="found", role="status"),
        class_="toolbar",
        role="search",
        hidden="",
    )
