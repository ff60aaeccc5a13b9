"""The tables in docs/audit.md: the origins, with the other scanners that try each of them, and what scanners find.

`python -m tests.audit.document` rewrites it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Final

from hdrcli.audit.not_tried import NOT_TRIED
from hdrcli.audit.planning import plan
from hdrcli.audit.probes import FIRST, NAMED_BY_SERVICE, OTHERS, OriginProbe
from hdrcli.fetch.url import Origin
from tests.audit.bed import FAULTY, HOST, SAFE
from tests.audit.known_probes import OTHER_CHECKS
from tests.audit.scanners import SCANNERS

DOCUMENT: Final = Path(__file__).parents[2] / "docs" / "audit.md"
NAMES: Final = tuple(scanner.name for scanner in SCANNERS)

ALSO_TRIED_BY: Final[dict[str, tuple[str, ...]]] = {
    "any-origin": NAMES,
    "null": NAMES,
    "label-appended": NAMES,
    "text-appended": ("nuclei",),
    "text-prepended": ("CORScanner", "nuclei"),
    "text-prepended-to-host": ("Corsy",),
    "part-of-host": ("CORScanner",),
    "dot-replaced": NAMES,
    "special-character": NAMES,
    "special-label": ("nuclei",),
    "localhost-label": ("nuclei",),
    "http-text-prepended": ("nuclei",),
    "http": ("CORScanner", "Corsy"),
    "http-subdomain": ("nuclei",),
    "subdomain": ("CORScanner",),
    "sibling": ("nuclei",),
    "shared-hosting": ("CORScanner",),
    "named-origin": ("Corsy",),
}
"""Which of the scanners send an origin of this kind, by their source; nuclei stands for its template on CORS."""

_PAGE: Final = Origin(scheme="https", host=HOST, port=None)
_SERVICE: Final = Origin(scheme="https", host="api.shop.example", port=None)
_PARTNER: Final = "https://partner.example"
_TABLE: Final = r"(?<=\n\n)\| {} .*?\|\n(?=\n)"


def tables() -> dict[str, str]:
    """The tables, by the first cell of their head."""
    planned = plan((*FIRST, *OTHERS), _SERVICE, (_PAGE,))
    first = (next(group) for _, group in groupby(planned, lambda each: each.probe.name))
    probes = [*(_row_of_probe(each.origin, each.probe) for each in first), _row_of_probe(_PARTNER, NAMED_BY_SERVICE)]
    return {
        "probe": _table([("probe", "such as", "what the server does", "who can read", *NAMES), *probes]),
        "not tried": _table([("not tried", "reason"), *((_cell(text), reason) for text, reason in NOT_TRIED)]),
        "other check": _table([("other check", "reason"), *OTHER_CHECKS.items()]),
        "servers": _table([("servers", "hdrcli", *NAMES), *_summary()]),
        "faulty server": _table([("faulty server", "hdrcli", *NAMES), *_finds()]),
        "safe server": _table([("safe server", "hdrcli", *NAMES), *_false_alarms()]),
    }


def _row_of_probe(origin: str, probe: OriginProbe) -> tuple[str, ...]:
    others = ("yes" if scanner in ALSO_TRIED_BY.get(probe.name, ()) else "" for scanner in NAMES)
    return f"`{probe.name}`", f"`{origin}`", probe.shows, str(probe.reader), *others


def _finds() -> Iterator[tuple[str, ...]]:
    """What the scanners find of the faulty servers; `test_audit` shows that hdrcli finds all of them."""
    for name, (server, _) in FAULTY.items():
        yield name, "found", *("found" if scanner.finds(server) else "" for scanner in SCANNERS)


def _false_alarms() -> Iterator[tuple[str, ...]]:
    """What the scanners report of the safe servers; `test_audit` shows that hdrcli reports none of them."""
    for name, server in SAFE.items():
        yield name, "", *("false alarm" if scanner.finds(server) else "" for scanner in SCANNERS)


def _summary() -> Iterator[tuple[str, ...]]:
    for what, rows in (("faulty, found", [*_finds()]), ("safe, false alarms", [*_false_alarms()])):
        yield what, *(f"{sum(map(bool, column))} of {len(rows)}" for column in [*zip(*rows, strict=True)][1:])


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _table(rows: Iterable[tuple[str, ...]]) -> str:
    head, *others = (f"| {' | '.join(row)} |\n" for row in rows)
    return "".join([head, f"|{'---|' * (head.count(' | ') + 1)}\n", *others])


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
