"""What all recordings share: nothing is sent for them, and their reports say so."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from hdrcli.fetch import parse_origin
from hdrcli.fetch.headers import Header
from hdrcli.fetch.safelist import is_cors_safelisted_method, is_cors_safelisted_request_header
from hdrcli.records.errors import UsageError
from hdrcli.settings import Settings
from hdrcli.targets.scope import check_scope
from hdrcli.verdict.patterns import compiled, matches


def check_offline(settings: Settings, name: str, *, shows_requests: bool) -> None:
    """Raise `UsageError` for settings that need the service, or would change requests that the recording shows.

    In a comparison, they are for the other side. Raises it, too, for a value of `--route` that is not a pattern.
    """
    for pattern in settings.routes:
        try:
            compiled(pattern)
        except ValueError as error:
            raise UsageError(f'"{pattern}" {error}', option="--route") from None
    if settings.is_side:
        return
    check_scope("recording", settings, name)
    if shows_requests:
        check_scope("recorded requests", settings, name)
    for option, is_given in (("--in-browser", settings.in_browser), ("--compare", settings.compare is not None)):
        if is_given:
            raise UsageError(f"sends requests, and {name} is a recording: give the URL instead.", option=option)
    for option, is_given in (("--header", bool(settings.headers)), ("--data", settings.body is not None)):
        if is_given and shows_requests:
            raise UsageError(f"changes the requests, and {name} is a recording: give the URL instead.", option=option)


def is_chosen(method: str, url: str, settings: Settings) -> bool:
    """Whether `--route` chooses a recorded request; without the option, all are chosen."""
    return not settings.routes or any(matches(pattern, method, url) for pattern in settings.routes)


def none_chosen(name: str, settings: Settings) -> UsageError:
    """The error for a recording of which no request is chosen."""
    return UsageError(f'"{",".join(settings.routes)}" matches no request in {name}.', option="--route")


def page_limits(settings: Settings, pages: Collection[str]) -> Iterator[str]:
    """A sentence if `--origin` names another page than those that made the recorded requests."""
    named = {str(parse_origin(origin)) for origin in settings.origins}
    if named and not named.issuperset(pages):
        yield "Other pages than that of --origin sent its requests: the service may respond differently to that one."


def nothing_sent(name: str) -> str:
    """The first of the sentences on what a recording cannot show."""
    return f"Nothing was sent: the responses are those in {name}."


def needs_permission(method: str, headers: Iterable[Header]) -> bool:
    """Whether a browser sends a preflight before such a request to another origin."""
    return not is_cors_safelisted_method(method) or not all(
        is_cors_safelisted_request_header(name, value) for name, value in headers
    )
