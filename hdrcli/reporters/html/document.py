"""The frame of the page: its head with the policy that lets nothing but its own style and script run."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Final

from hdrcli.reporters.html.markup import Markup, element, joined

_NO_ICON: Final = "data:,"
"""Without it, browsers request one from the server that the file is on."""


@cache
def _text(name: str) -> str:
    return files("hdrcli.reporters.html").joinpath(name).read_text("utf-8")


def _source(text: str) -> str:
    """The source expression of an inline style or script: https://www.w3.org/TR/CSP3/#grammardef-hash-source."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def document(title: str, header: Markup, parts: Iterator[Markup], footer: Markup) -> Iterator[str]:
    """The text of the file, piece by piece."""
    style, script = _text("report.css"), _text("report.js")
    policy = {
        "default-src": "'none'",
        "style-src": _source(style),
        "script-src": _source(script),
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    yield "<!DOCTYPE html>\n"
    yield '<html lang="en">\n'
    yield element(
        "head",
        element("meta", charset="utf-8"),
        element(
            "meta",
            http_equiv="Content-Security-Policy",
            content="; ".join(f"{name} {value}" for name, value in policy.items()),
        ),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="generator", content="hdrcli"),
        element("link", rel="icon", href=_NO_ICON),
        element("title", title),
        element("style", Markup(style)),
    )
    yield "\n<body>\n"
    yield joined(element("a", "Skip to the results", href="#results", class_="skip"), header, _toolbar())
    yield '\n<main id="results" tabindex="-1">\n'
    for part in parts:
        yield f"{part}\n"
    yield "</main>\n"
    yield footer
    yield element("script", Markup(script))
    yield "\n</body>\n</html>\n"


def _toolbar() -> Markup:
    """The search and the filter, which the script shows: without it they could do nothing."""
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
