"""The frame of a page: its head with the policy that lets nothing but its own style and script run."""

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
def asset(name: str, package: str = "hdrcli.reporters.html") -> str:
    """The text of a style or a script."""
    return files(package).joinpath(name).read_text("utf-8")


def _source(text: str) -> str:
    """The source expression of an inline style or script: https://www.w3.org/TR/CSP3/#grammardef-hash-source."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def document(
    title: str, header: Markup, parts: Iterator[Markup], footer: Markup, *, style: str, script: str = ""
) -> Iterator[str]:
    """The text of the file, piece by piece. Without a script, nothing runs."""
    policy = {
        "default-src": "'none'",
        "style-src": _source(style),
        "script-src": _source(script) if script else "'none'",
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
    yield joined(element("a", "Skip to the results", href="#results", class_="skip"), header)
    yield '\n<main id="results" tabindex="-1">\n'
    for part in parts:
        yield f"{part}\n"
    yield "</main>\n"
    yield footer
    if script:
        yield element("script", Markup(script))
    yield "\n</body>\n</html>\n"
