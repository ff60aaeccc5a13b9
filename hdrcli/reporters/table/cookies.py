"""The cookies that the browser holds and does not send."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from hdrcli.fetch import CookieFault
from hdrcli.model import FetchRecord

_PLAIN: Final = frozenset({None, CookieFault.NOT_ASKED})
"""Sent, or told by what kept the request from being sent."""


def cookies_not_sent(fetches: Iterable[tuple[str, FetchRecord]]) -> list[str]:
    """A line for each cookie and reason, with the labels of the fetches; "omit" speaks for itself."""
    labels: dict[tuple[str, str], list[str]] = {}
    for label, fetch in fetches:
        for verdict in fetch.cookies if fetch.credentials != "omit" else ():
            if verdict.fault not in _PLAIN:
                labels.setdefault((verdict.name, verdict.detail), []).append(f'"{label}"')
    return [
        f"cookie {name} is not sent with credentials {' and '.join(those)}: {detail}"
        for (name, detail), those in labels.items()
    ]
