"""BROWSERS.md, generated from the fields of `UserAgent`: `python -m tests.fetch.quirks`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from hdrcli.fetch import CHROMIUM, FIREFOX, STANDARD, WEBKIT
from hdrcli.verdict.quirks import FIELDS, GROUPS, Quirk, docstrings

DOCUMENT: Final = Path(__file__).parent.parent.parent / "BROWSERS.md"
MEASURED: Final = {"Chromium 156": CHROMIUM, "Firefox ESR 153": FIREFOX, "WebKitGTK 2.50": WEBKIT}

_HEAD: Final = """\
# How browsers differ from the standard

Generated from `hdrcli/fetch/user_agent/` by `python -m tests.fetch.quirks`; do not edit.

Each row is a quirk: one field of `UserAgent` in which at least one browser differs from the standard. The engine reads
these fields when it simulates a browser (`hdrcli check --browser`), and reports name the quirks that made browsers
disagree. For each quirk, a vector in `tests/fetch/vectors` proves it in the real browser. All were measured in November
2026. "(libsoup)" marks behaviour of WebKitGTK's HTTP library, which Safari does not use.
"""
_TITLES: Final = {
    "request_headers": "Request headers",
    "head": "The head of a response",
    "http2": "The head of a response over HTTP/2",
    "checks": "Which URLs are requested, and which responses are let through",
    "preflight": "Preflights and their cache",
    "redirects": "Redirects",
    "cookies": "Cookies",
}


def having(quirk: Quirk) -> list[str]:
    """The browsers that differ from the standard in this field."""
    return [browser for browser, user_agent in MEASURED.items() if quirk.value(user_agent) != quirk.value(STANDARD)]


QUIRKS: Final = [quirk for quirk in FIELDS if having(quirk)]


def document() -> str:
    """The whole document: one table for each group."""
    return "\n".join([_HEAD, *map(_table, GROUPS)])


def _table(group: str) -> str:
    rows = [_row(quirk.name) for quirk in QUIRKS if quirk.group == group]
    return "".join([f"## {_TITLES[group]}\n\n| quirk | what browsers do | step |\n|---|---|---|\n", *rows])


def _row(name: str) -> str:
    text, separator, url = " ".join(docstrings()[name].split()).rpartition("https://")
    cells = [f"`{name}`", text.strip().replace("|", r"\|"), f"<{separator}{url}>"]
    return f"| {' | '.join(cells)} |\n"


if __name__ == "__main__":
    DOCUMENT.write_text(document(), "utf-8")
