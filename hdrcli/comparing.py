"""Compares two targets: checks one after the other, as a page calls them, and says what differs."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence

from hdrcli.comparison.facts import RouteFacts, facts_of
from hdrcli.fetch.headers import is_token
from hdrcli.inspection import events, in_event_loop
from hdrcli.records.errors import UsageError
from hdrcli.report.comparison import Comparing, Comparison, Side
from hdrcli.report.events import Event, RequestSent, RouteChecked, RunEnded, ServiceChecked
from hdrcli.report.totals import Totals
from hdrcli.settings import Settings
from hdrcli.structs import Record, replace
from hdrcli.targets import Target, read_targets
from hdrcli.targets.planned import Planned
from hdrcli.text.secrets import secrets_shown

_STANDARD_INPUT = "-"


def compare(a: Settings, b: Settings, *, ignore_headers: Sequence[str] = ()) -> Comparison:
    """Check the targets of `a`, then those of `b`, and compare what pages get of them.

    Each side has settings of its own; its expectations, its baseline and what it ignores have no meaning here. If only
    one side names the origins of pages, or is a recording of some, they count for the other side, too. Headers that
    match a name or a pattern of `ignore_headers` are not compared.

    Raises `UsageError` as `check` does, and `RuntimeError` where an event loop is running: use `compare_async` there.
    """
    return in_event_loop(lambda: compare_async(a, b, ignore_headers=ignore_headers), "compare_async")


async def compare_async(
    a: Settings,
    b: Settings,
    *,
    ignore_headers: Sequence[str] = (),
    consumer: Callable[[Event], None] = lambda _: None,
    on_request: Callable[[RequestSent], None] = lambda _: None,
) -> Comparison:
    """As `compare`, in a running event loop. `consumer` takes the events of both runs, `on_request` as in `events`."""
    _check_patterns(ignore_headers)
    if _STANDARD_INPUT in a.targets and _STANDARD_INPUT in b.targets:
        raise UsageError("Standard input can be one of the two targets only.")
    sides = _with_pages(*(_Read.of(settings) for settings in (a, b)))
    comparing = Comparing()
    ended = []
    for side, add in zip(sides, (comparing.add_a, comparing.add_b), strict=True):
        with secrets_shown(side.settings.show_secrets, side.settings.secrets):
            ended.append(await _check(side, ignore_headers, add, consumer, on_request))
    with secrets_shown(a.show_secrets, (*a.secrets, *b.secrets)):
        return comparing.end(*ended)


class _Read(Record, frozen=True, kw_only=True):
    """The settings of a side, and its targets, which are read once: one may be standard input."""

    settings: Settings
    targets: tuple[Target, ...]

    @classmethod
    def of(cls, settings: Settings) -> _Read:
        """The side that these settings are for."""
        services = tuple(replace(each, settings=_as_side(each.settings)) for each in settings.services)
        own = replace(_as_side(settings), services=services)
        return cls(settings=own, targets=read_targets(own))

    @property
    def pages(self) -> tuple[str, ...]:
        """The pages that the settings name, or those of a named service, or those that a recording shows."""
        named = [each.settings.origins for each in self.settings.services if each.name in self.settings.targets]
        recorded = [
            route.pages
            for target in self.targets
            if isinstance(target, Planned)
            for service in target.planned
            for route in service.routes
        ]
        pages = self.settings.origins, *named, tuple(dict.fromkeys(page for each in recorded for page in each))
        return next(filter(None, pages), ())

    def called_from(self, pages: tuple[str, ...]) -> _Read:
        """The same side, for these pages."""
        services = tuple(
            replace(each, settings=replace(each.settings, origins=pages)) for each in self.settings.services
        )
        settings = replace(self.settings, origins=pages, services=services)
        is_named = any(each.name in settings.targets for each in services)
        return _Read(settings=settings, targets=read_targets(settings) if is_named else self.targets)


def _as_side(settings: Settings) -> Settings:
    """The settings without those that only a single check has."""
    return replace(
        settings,
        is_side=True,
        contract=(),
        baseline=None,
        baseline_update=False,
        baseline_prune=False,
        compare=None,
        dry_run=False,
        in_browser=False,
        launch=None,
    )


def _with_pages(a: _Read, b: _Read) -> tuple[_Read, _Read]:
    """Both sides, called from the pages of the other one if one of them has none of its own."""
    ours, theirs = a.pages, b.pages
    if ours and not theirs:
        return a, b.called_from(ours)
    return (a if ours or not theirs else a.called_from(theirs)), b


def _check_patterns(patterns: Sequence[str]) -> None:
    for pattern in patterns:
        if not is_token(pattern.replace("?", "*")):
            raise UsageError(f'"{pattern}" is not the name of a header, or a pattern.', option="--ignore-header")


async def _check(
    side: _Read,
    ignored: Sequence[str],
    add: Callable[[RouteFacts], None],
    consumer: Callable[[Event], None],
    on_request: Callable[[RequestSent], None],
) -> Side:
    """Check one side, hand on the facts of its routes, and forget the rest."""
    services: list[str] = []
    pages: dict[str, None] = {}
    limits: dict[str, None] = {}
    totals = Totals()
    happening = events(side.settings, on_request=on_request, targets=side.targets)
    async with contextlib.aclosing(happening):
        async for event in happening:
            consumer(event)
            match event:
                case RouteChecked():
                    facts = facts_of(event.route, ignored)
                    pages |= dict.fromkeys(call.page for call in facts.got)
                    add(facts)
                case ServiceChecked():
                    services.append(event.service)
                    limits |= dict.fromkeys(event.limits)
                case RunEnded():
                    totals = event.totals
                case _:
                    pass
    return Side(
        targets=side.settings.targets,
        services=tuple(services),
        pages=tuple(pages),
        limits=tuple(limits),
        totals=totals,
    )
