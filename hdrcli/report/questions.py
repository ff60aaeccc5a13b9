"""Questions about a report: may a page read this header?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hdrcli.fetch import parse_origin, parse_url
from hdrcli.fetch.request import CredentialsMode
from hdrcli.fetch.safelist import normalize_method
from hdrcli.records.route import FetchRecord, RouteRecord
from hdrcli.structs import Record
from hdrcli.text.redaction import redact_text
from hdrcli.verdict.exposure import judge_header

_MOST_LISTED = 5


class Question(Record, frozen=True, kw_only=True):
    """Which fetches of a report are meant; None is any.

    Without `credentials`, fetches that are only for comparison are not meant: nobody chose their credentials mode.
    """

    origin: str | None = None
    method: str | None = None
    url: str | None = None
    browser: str | None = None
    credentials: CredentialsMode | None = None

    def is_readable(self, name: str, routes: Iterable[RouteRecord]) -> bool:
        """Whether JavaScript can read this response header in each of the fetches.

        Raises `LookupError` if there is none, with what there is instead.
        """
        return all(judge_header(name, fetch).readable for fetch in self._fetches(tuple(routes)))

    def _fetches(self, routes: Sequence[RouteRecord]) -> Sequence[FetchRecord]:
        meant = [route for route in routes if self._is_route(route)]
        if not meant:
            wanted = " ".join(filter(None, ("no route", self.method, self.url)))
            raise LookupError(_sentence(wanted, (f"{each.method} {each.url}" for each in routes)))
        fetches = [
            fetch
            for route in meant
            for fetch in route.fetches
            if self.credentials is not None or not fetch.caller.for_comparison
        ]
        if not fetches:
            raise LookupError("no request was sent: its fetches are in `held` of the routes.")
        for subject, wanted_value, value_of in (
            ("page", self._page, lambda fetch: str(fetch.page)),
            ("browser", self.browser, lambda fetch: fetch.browser),
            ("fetch with credentials", self.credentials, lambda fetch: fetch.credentials),
        ):
            found = [fetch for fetch in fetches if wanted_value in {None, value_of(fetch)}]
            if not found:
                raise LookupError(_sentence(f"no {subject} {wanted_value}", map(value_of, fetches)))
            fetches = found
        return fetches

    @property
    def _page(self) -> str | None:
        """The origin as reports have it."""
        origin = None if self.origin is None else parse_origin(self.origin)
        return self.origin if origin is None else str(origin)

    def _is_route(self, route: RouteRecord) -> bool:
        if self.method is not None and normalize_method(self.method) != route.method:
            return False
        if self.url is None:
            return True
        its_url = parse_url(route.url)
        if its_url is None:
            return self.url == route.url
        return parse_url(self.url) == its_url or self.url in {its_url.target, its_url.path}


def _sentence(missing: str, there: Iterable[str]) -> str:
    """What is missing, and what there is."""
    names = list(dict.fromkeys(there))
    more = f" and {len(names) - _MOST_LISTED} more" if len(names) > _MOST_LISTED else ""
    listed = ", ".join(names[:_MOST_LISTED]) or "nothing"
    return redact_text(f"{missing}: the report has {listed}{more}.")
