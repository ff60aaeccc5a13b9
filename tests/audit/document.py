"""The table of origins in docs/audit.md, with the other scanners that try each of them.

`python -m tests.audit.document` rewrites it.
"""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import Path
from typing import Final

from hdrcli.audit.planning import plan
from hdrcli.audit.probes import FIRST, NOT_TRIED, OTHERS
from hdrcli.fetch.url import Origin
from tests.audit.bed import HOST

DOCUMENT: Final = Path(__file__).parents[2] / "docs" / "audit.md"
SCANNERS: Final = ("CORScanner", "Corsy", "nuclei")

ALSO_TRIED_BY: Final[dict[str, tuple[str, ...]]] = {
    "any-origin": SCANNERS,
    "null": SCANNERS,
    "label-appended": SCANNERS,
    "text-appended": ("nuclei",),
    "text-prepended": SCANNERS,
    "text-prepended-to-host": SCANNERS,
    "part-of-host": ("CORScanner",),
    "dot-replaced": SCANNERS,
    "special-character": SCANNERS,
    "localhost-label": ("nuclei",),
    "http-text-prepended": ("nuclei",),
    "http": ("CORScanner", "Corsy"),
    "http-subdomain": ("nuclei",),
    "subdomain": ("CORScanner", "nuclei"),
    "shared-hosting": ("CORScanner",),
}
"""Which of the scanners send an origin of this kind, by their source; nuclei stands for its template on CORS."""

_PAGE: Final = Origin(scheme="https", host=HOST, port=None)
_SERVICE: Final = Origin(scheme="https", host="api.shop.example", port=None)
_TABLE: Final = r"(?<=\n\n)\| {} .*?\|\n(?=\n)"


def tables() -> dict[str, str]:
    """The tables, by the first cell of their head."""
    rows: list[tuple[str, ...]] = [("probe", "such as", "what the server does", "who can read", *SCANNERS)]
    planned = plan((*FIRST, *OTHERS), _SERVICE, (_PAGE,))
    for name, group in groupby(planned, lambda each: each.probe.name):
        first = next(group)
        others = ("yes" if scanner in ALSO_TRIED_BY.get(name, ()) else "" for scanner in SCANNERS)
        rows.append((f"`{name}`", f"`{first.origin}`", first.probe.shows, str(first.probe.reader), *others))
    reasons: list[tuple[str, ...]] = [("not tried", "reason"), *((_cell(text), reason) for text, reason in NOT_TRIED)]
    return {"probe": _table(rows), "not tried": _table(reasons)}


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _table(rows: list[tuple[str, ...]]) -> str:
    head, *others = (f"| {' | '.join(row)} |\n" for row in rows)
    return "".join([head, f"|{'---|' * len(rows[0])}\n", *others])


def documented(first: str) -> str:
    """The table with this head, as it is in the document."""
    (table,) = re.findall(_TABLE.format(first), DOCUMENT.read_text("utf-8"), re.DOTALL)
    return str(table)


def rewrite() -> None:
    """Replace the tables by those of today."""
    for first, table in tables().items():
        DOCUMENT.write_text(DOCUMENT.read_text("utf-8").replace(documented(first), table), "utf-8")


if __name__ == "__main__":
    rewrite()
