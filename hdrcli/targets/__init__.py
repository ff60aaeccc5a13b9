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
from hdrcli.structs import replace
from hdrcli.targets import app, curl, file, named, request_list, url
from hdrcli.targets.planned import Planned
from hdrcli.targets.reading import file_named
from hdrcli.targets.scope import FLAGS, OutOfScopeError
from hdrcli.text.escaping import printable
from hdrcli.text.field_names import is_registered
from hdrcli.text.header_redaction import redact_request_header
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

_is_header = re.compile(r"(?P<name>[A-Za-z][\w-]*):(?P<value>[^/:=].*)", re.DOTALL).fullmatch
_STANDARD_INPUT: Final = frozenset({"-", "@-"})
JSON_IS_BODY: Final = "--json takes the body of the request, as in curl; --format json prints the report as JSON."

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
        is_mistaken = settings.json is not None and url.has_scheme(settings.json) is not None
        hint = f" {JSON_IS_BODY}" if is_mistaken else names
        raise UsageError(f"There is nothing to check: give a URL, or an app such as main:app.{hint}")
    check_settings(settings)
    _check_flags(settings)
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


def _check_flags(settings: Settings) -> None:
    """Raise `UsageError` for a flag that means nothing for any of several targets."""
    if len(settings.targets) < 2:  # noqa: PLR2004 -- one target refuses its flags when it is read
        return
    for flag in sorted(settings.given & FLAGS):
        refusals = [_out_of_scope(text, flag, settings) for text in settings.targets]
        if refusals[0] is not None and all(refusals):
            raise refusals[0]


def _out_of_scope(text: str, flag: str, settings: Settings) -> OutOfScopeError | None:
    """The error of this word as the only target, if the flag means nothing for it. Standard input is read only once."""
    if text.strip() in _STANDARD_INPUT:
        return None
    try:
        _read(text, replace(settings, targets=(text,), given=frozenset({flag})))
    except OutOfScopeError as error:
        return error
    except UsageError:
        pass
    return None


def _read(text: str, settings: Settings) -> Target | Iterable[Route]:
    """What the first kind that knows a word makes of it; an empty word is never passed over."""
    if not text.strip():
        read_url(text)  # which refuses it
    header = _header_meant(text)
    if header is not None:
        raise header
    kinds = KINDS if settings.profile is None else _WITH_PROFILE
    for kind in kinds:
        read = kind.read(text, settings)
        if read is not None:
            return read
    raise _refusal(text, kinds, settings)


def _header_meant(text: str) -> UsageError | None:
    """The error for a header as HTTPie takes it, such as X-Trace:1, which looks like a host and a port."""
    match = _is_header(text)
    if match is None or file_named(text) is not None:
        return None
    name, value = match["name"], match["value"].strip()
    if not (name.lower().startswith("x-") or (name[0].isupper() and is_registered(name))):
        return None
    if "-" not in name and value.isdecimal():
        return None
    shown = f"{name}: {printable(redact_request_header((name, value))[1])}"
    return UsageError(f"{name} is the name of a header, and not a target. Write -H '{shown}'.")


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
