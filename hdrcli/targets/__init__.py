"""The kinds of targets: what a word on the command line may be.

Each kind is a module and one entry of `KINDS`. All words are read before anything is sent, so that wrong usage costs
nothing. A kind whose words are only requests gives the routes, which are grouped by service; any other kind gives a
`Target`, which opens its services when their turn comes: it starts an app, or requests a document.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from typing import Final, Protocol, runtime_checkable

from hdrcli.planning.routes import Route, Service, check_settings, read_url, services_of
from hdrcli.records.errors import UsageError
from hdrcli.settings import Settings
from hdrcli.targets import app, curl, file, named, request_list, url
from hdrcli.targets.planned import Planned
from hdrcli.targets.reading import file_named
from hdrcli.text.escaping import printable
from hdrcli.text.redaction import redact_text
from hdrcli.wire.transport import Transport


class Target(Protocol):
    """What a word names."""

    def services(self, network: Transport) -> AsyncGenerator[Service]:
        """Yield each service, and close what it needed when the generator goes on or is closed.

        A service that cannot be opened is one with a `problem`. Requests that find out what there is to check go
        over `network`.
        """
        ...


@runtime_checkable
class Prepared(Target, Protocol):
    """A target that finds out more before the first service of a run is checked, such as an app that is imported."""

    async def prepare(self) -> None:
        """Raises `UsageError` for a target that cannot be checked."""
        ...


class Kind(Protocol):
    """A module of this package."""

    NAME: str
    """What its words are, as the message lists them that refuses a word of no kind."""

    def read(self, text: str, settings: Settings) -> Target | Iterable[Route] | None:
        """What this word names, or None if it isn't a word of this kind.

        Raises `UsageError` for a word of this kind that cannot be checked.
        """
        ...


KINDS: Final[tuple[Kind, ...]] = (app, file, request_list, curl, named, url)
"""In order of precedence: the first kind that reads a word has it."""

_WITH_PROFILE: Final[tuple[Kind, ...]] = (app, named, url)
"""The kinds that `--profile` goes with: a client needs a service that responds."""

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_is_request_item = re.compile(r"(?![A-Za-z]:\\)(?:[A-Z][\w-]*:|[A-Za-z][\w-]*(?::=|==?))[^/:=].*", re.DOTALL).fullmatch
"""What HTTPie takes behind the URL: X-Trace:1, name=value, page==2, size:=3. A path of Windows is none: C:\\a.har."""

_FILE_NAMES: Final = (".har", ".json", ".txt", ".py")
"""How the names of files end that may be targets."""


def read_targets(settings: Settings) -> tuple[Target, ...]:
    """The targets of `settings`, in order; all routes that are named one by one are the first of them.

    Raises `UsageError` for a word that names nothing, and for settings that cannot be carried out.
    """
    if settings.launch is not None:
        from hdrcli.targets.launching import LaunchedTarget

        return (LaunchedTarget(settings),)
    if not settings.targets:
        names = f" {named.names_of(settings.services)}." if settings.services else ""
        raise UsageError(f"There is nothing to check: give a URL, or an app such as main:app.{names}")
    check_settings(settings)
    routes: list[Route] = []
    targets: list[Target] = []
    for text in settings.targets:
        read = _read(text, settings)
        if isinstance(read, Iterable):
            routes += read
        else:
            targets.append(read)
    planned = services_of(routes, settings)
    return (Planned(planned), *targets) if planned else tuple(targets)


def _read(text: str, settings: Settings) -> Target | Iterable[Route]:
    """What the first kind that knows a word makes of it; an empty word is never passed over."""
    if not text.strip():
        read_url(text)  # which refuses it
    kinds = KINDS if settings.profile is None else _WITH_PROFILE
    for kind in kinds:
        read = kind.read(text, settings)
        if read is not None:
            return read
    raise _refusal(text, kinds, settings)


def _refusal(text: str, kinds: Sequence[Kind], settings: Settings) -> UsageError:
    """The error for a word that is not a target, with what is likely to be meant."""
    shown = printable(redact_text(text))
    if text.upper() in _METHODS:
        return UsageError(f'"{shown}" is not a target. Write the method with --method {shown.upper()}.')
    if _is_request_item(text) is not None:
        hint = "--header sets a header, --data or --json the body; a query is part of the URL."
        return UsageError(f'"{shown}" is not a target. {hint}')
    if file_named(f"{text}.py") is not None:
        return UsageError(f'"{shown}" is not a target. Did you mean the app in {shown}.py?')
    if settings.profile is not None:
        what = "a URL, an app, or the name of a service in the configuration"
        return UsageError(f'takes {what}, and "{shown}" is none of them.', option="--profile")
    if text.lower().endswith(_FILE_NAMES):
        return UsageError(f'There is no file "{shown}".')
    *names, last = [kind.NAME for kind in reversed(kinds)]
    return UsageError(f'"{shown}" is not a target. Give {", ".join(names)}, or {last}.')


async def open_services(targets: Iterable[Target], network: Transport) -> AsyncGenerator[Service]:
    """The services of all targets, one after the other; each is open until the next one is wanted.

    Raises `UsageError` before the first one, for a target that cannot be checked.
    """
    targets = tuple(targets)
    for target in targets:
        if isinstance(target, Prepared):
            await target.prepare()
    for target in targets:
        async with aclosing(target.services(network)) as services:
            async for service in services:
                yield service
