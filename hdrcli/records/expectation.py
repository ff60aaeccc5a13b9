"""An expectation that a route does not meet."""

from __future__ import annotations

from typing import ClassVar

from hdrcli.records.route import FetchRecord
from hdrcli.records.verdict import HeaderVerdict
from hdrcli.settings.contract import Expectation
from hdrcli.structs import Record


class UnmetExpectation(Record, frozen=True, kw_only=True):
    """An expectation that a route does not meet, as the first fetch that shows it.

    `name` is the header that shows it, or the expectation's own name if that is a pattern that no sent header matches.
    `browsers` are those that do not meet it for this page and mode, empty if none does. `verdict` is what `fetch` makes
    of the header, which does not count where `has_expected_status` is false. `holds_in_a_mode` says that all fetches
    with another credentials mode meet the expectation. `step` is that of the route.
    """

    not_in_repr: ClassVar = frozenset({"url"})

    expectation: Expectation
    name: str
    method: str
    url: str
    fetch: FetchRecord
    browsers: tuple[str, ...]
    verdict: HeaderVerdict
    has_expected_status: bool
    holds_in_a_mode: bool
    step: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """See `RouteRecord.key`."""
        return self.method, self.url, self.step
