"""BROWSERS.md, written from the fields of `UserAgent`: `python -m tests.fetch.departures`."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Final

from hdrcli.fetch import CHROMIUM, FIREFOX, STANDARD, WEBKIT, UserAgent
from hdrcli.verdict.quirks import sentences

DOCUMENT: Final = Path(__file__).parent.parent.parent / "BROWSERS.md"
MEASURED: Final = {"Chromium 156": CHROMIUM, "Firefox ESR 153": FIREFOX, "WebKitGTK 2.50": WEBKIT}

_HEAD: Final = """\
# Where browsers depart from the standard

Written from `hdrcli/fetch/user_agent.py` by `python -m tests.fetch.departures`; do not edit. The engine's steps ask
these fields, `hdrcli check --browser` plays them, and for each one a vector in `tests/fetch/vectors` proves it in the
real browser. Measured in November 2026. "(libsoup)" marks what is WebKitGTK's HTTP library and says little of Safari.

| field | departure, and who departs | the standard's step |
|---|---|---|
"""


def departing(name: str) -> list[str]:
    """The browsers that depart from the standard in this field."""
    return [browser for browser, user_agent in MEASURED.items() if getattr(user_agent, name) != getattr(STANDARD, name)]


DEPARTURES: Final = [field.name for field in fields(UserAgent) if field.name != "name" and departing(field.name)]


def document() -> str:
    """The whole listing."""
    said = sentences()
    return _HEAD + "".join(_row(name, " ".join(said[name].split())) for name in DEPARTURES)


def _row(name: str, sentence: str) -> str:
    text, separator, url = sentence.rpartition("https://")
    cells = [f"`{name}`", text.strip().replace("|", r"\|"), f"<{separator}{url}>"]
    return f"| {' | '.join(cells)} |\n"


if __name__ == "__main__":
    DOCUMENT.write_text(document(), "utf-8")
