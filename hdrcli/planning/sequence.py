"""The requests of a profile, each made of what earlier responses gave.

If no response could give a value, because an earlier step was blocked, only the step's preflight is sent, which doesn't
need the value: so all that has to be allowed is found at once.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Generator
from typing import Final

from hdrcli.fetch import HTTPResponse, parse_url
from hdrcli.fetch.headers import Header, get, is_header_value
from hdrcli.fetch.url import URL
from hdrcli.planning.page_request import headers_of
from hdrcli.planning.routes import Route
from hdrcli.profiles.profile import Given, Profile, Step, values_in
from hdrcli.records.route import RouteRecord, SkippedRoute
from hdrcli.settings import Settings
from hdrcli.settings.contract import Expectation
from hdrcli.verdict.expectations import is_expected_status

_BODY_SIZE: Final = 65536
"""Bytes of a body that may give a value."""
_LONGEST_VALUE: Final = 4096
_GZIP: Final = 16 + zlib.MAX_WBITS


class ProfileSequence:
    """The steps of a profile at a URL. Those at one origin are the routes of one service.

    `skipped` are the steps of the last `routes()` that turned out not to belong to the sequence.
    """

    def __init__(self, profile: Profile, url: URL, settings: Settings) -> None:
        self.skipped: tuple[SkippedRoute, ...] = ()
        self._url = url
        self._settings = settings
        self._left = list(profile.steps)
        self._values: dict[str, str] = {}
        self._missing: set[str] = set()
        """The values that a response could have given, and did not."""
        self._statuses: dict[str, int] = {}

    def planned(self) -> tuple[Route, ...]:
        """The routes at the next origin, as far as they are known; none if no steps are left."""
        routes = [self._route(step) for step in self._left]
        return tuple(route for route in routes if route.url.origin == routes[0].url.origin)

    def routes(self) -> Generator[Route, RouteRecord, None]:
        """The routes at the next origin, one after the other; takes the record of each."""
        left, self._left, self.skipped = self._left, [], ()
        origin = self._url_of(left[0]).origin
        for step in left:
            route, reason = self._route(step), self._reason_to_skip(step)
            if reason:
                self.skipped += (SkippedRoute(method=step.method, path=step.name, reason=reason),)
            elif route.url.origin != origin:
                self._left.append(step)
            else:
                self._take(step, (yield route))

    def _take(self, step: Step, record: RouteRecord) -> None:
        """Remember what a response gives, hidden or not: the later steps then show their faults, too."""
        responses = (fetch.response for fetch in record.fetches if not fetch.caller.for_comparison)
        response = next((response for response in responses if response is not None), None)
        if response is None:
            return
        self._statuses[step.name] = response.status
        for given in step.gives:
            if not is_expected_status(response.status, (given.status,)):
                continue
            value = _value_of(given, response) or given.default.replace("{path}", _path_of(self._url))
            if value and len(value) <= _LONGEST_VALUE and is_header_value(value):
                self._values[given.value] = value
            else:
                self._missing.add(given.value)

    def _reason_to_skip(self, step: Step) -> str:
        if step.after is not None:
            name, status = step.after
            if not is_expected_status(self._statuses.get(name, 0), (status,)):
                return f"as {name} got no {status}"
        if step.needs in self._missing or (step.base and step.base not in self._values):
            return f"as no response named the {step.needs}"
        return ""

    def _route(self, step: Step) -> Route:
        url, settings = self._url_of(step), self._settings
        in_headers = [name for _, text in step.headers for name in values_in(text)]
        has_headers = all(name in self._values or name in self._missing for name in in_headers)
        has_url = not self._unknown_in(step)
        own = headers_of(settings) if url.origin == self._url.origin else ()
        return Route(
            method=step.method,
            url=url,
            headers=(*self._headers(step), *own),
            body=step.body,
            preflight_only=step.preflight_only or not (settings.dry_run or (has_headers and has_url)),
            source=f"profile, {step.name}",
            expectations=_expectations(step),
            step=step.name,
            body_wanted=_BODY_SIZE if any(given.member for given in step.gives) else 0,
        )

    def _url_of(self, step: Step) -> URL:
        base = parse_url(self._values.get(step.base, ""), self._url) or self._url
        unknown = self._unknown_in(step)
        text = step.url.replace("{path}", _path_of(base))
        for name, value in self._values.items():
            text = text.replace(f"{{{name}}}", value)
        url = parse_url(f"{_path_of(base)}/hdrcli-{unknown[0]}" if unknown else text, base)
        return url if url is not None and url.is_http else self._url

    def _unknown_in(self, step: Step) -> list[str]:
        """The names of the values in the step's URL that no response gave."""
        return [name for name in values_in(step.url) if name != "path" and name not in self._values]

    def _headers(self, step: Step) -> tuple[Header, ...]:
        """The step's headers, without those whose value the client doesn't have either."""
        headers = []
        for name, text in step.headers:
            if not self._missing.intersection(values_in(text)):
                filled = re.sub(r"\{([a-z]+)\}", lambda match: self._values.get(match[1], f"hdrcli-{match[1]}"), text)
                headers.append((name, filled))
        return tuple(headers)


def _path_of(url: URL) -> str:
    return url.path.rstrip("/")


def _expectations(step: Step) -> tuple[Expectation, ...]:
    """What the step expects of each of its responses."""
    first, *others = step.reads_one_of or ("",)
    return (
        *(Expectation(verdict="status", name=status) for status in step.statuses),
        *(Expectation(verdict="readable", name=name) for name in step.reads),
        *([Expectation(verdict="readable", name=first, alternatives=tuple(others))] if first else []),
        *(Expectation(verdict="readable-if-sent", name=name) for name in step.reads_if_sent),
    )


def _value_of(given: Given, response: HTTPResponse) -> str:
    """The value in a response; empty if it has none."""
    if given.member:
        return _member(given.member, response)
    text = get(given.header, response.headers) or ""
    if not given.pattern:
        return text
    match = re.search(given.pattern, text)
    return "" if match is None else match[1]


def _member(name: str, response: HTTPResponse) -> str:
    """The member of a body that is a JSON object, or the member's first element."""
    body = response.body
    try:
        if get("Content-Encoding", response.headers) == "gzip":
            body = zlib.decompressobj(_GZIP).decompress(body, _BODY_SIZE)
        document = json.loads(body)
    except (ValueError, RecursionError, zlib.error):
        return ""
    value = document.get(name) if isinstance(document, dict) else None
    if isinstance(value, list) and value:
        value = value[0]
    return value if isinstance(value, str) else ""
