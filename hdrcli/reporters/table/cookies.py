"""The cookies that the browser holds and does not send."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from hdrcli.fetch import CookieFault
from hdrcli.records.route import FetchRecord
from hdrcli.reporters.table.whose import whose
from hdrcli.verdict.failures import cookie_sentence

_PLAIN: Final = frozenset({None, CookieFault.NO_REQUEST})
"""Sent, or told by what kept the request from being sent."""


def cookies_not_sent(fetches: Sequence[FetchRecord]) -> list[str]:
    """A line for each cookie and reason, with the fetches of the page; "omit" speaks for itself."""
    kept: dict[tuple[str, str], list[FetchRecord]] = {}
    for fetch in fetches:
        for verdict in fetch.cookies if fetch.credentials != "omit" else ():
            if verdict.fault not in _PLAIN:
                kept.setdefault((verdict.name, cookie_sentence(verdict)), []).append(fetch)
    return [
        f"cookie {name} is not sent with credentials {whose(those, fetches)}: {detail}"
        for (name, detail), those in kept.items()
    ]
