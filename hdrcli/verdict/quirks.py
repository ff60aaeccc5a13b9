"""Why browsers get different results for the same fetch: which quirks made the difference.

Theory of operation. A quirk is one field of `UserAgent` in which a browser differs from the standard. Where the
browsers' results for one fetch differ, the fetch is replayed: the engine runs it again as the same browser, but with
one quirk removed (the field set to the standard's value), and gets the recorded responses instead of the network's. If
the result is now another one, the quirk made the difference, and its name is reported. This is repeated for each quirk
in which the compared browsers differ from each other, if the fetch reads its field: a first replay, without changes,
records the fields that it reads. Nothing is sent.

A replay may send a request that no browser has sent, for instance after a redirect that is now followed. There is no
recorded response to it, so the replay ends there, and counts as another result: without the quirk, the browser would
have sent something else. Requests are matched by what a response may depend on (`_Key`), not by their headers, which
differ in every browser.

Browsers read the bytes of a malformed head differently, so recorded bytes are read again by the changed user agent. For
very large heads this would take too long, and no quirk is reported.
"""

from __future__ import annotations

import ast
import inspect
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Final

from msgspec import Struct, defstruct, structs

from hdrcli.fetch import (
    STANDARD,
    USER_AGENTS,
    FetchParams,
    FilteredResponse,
    HTTPRequest,
    NetworkContext,
    NetworkError,
    UserAgent,
    fetch,
)
from hdrcli.fetch.headers import get
from hdrcli.fetch.network import Fetching
from hdrcli.fetch.request import Request
from hdrcli.records.exchange import Exchange
from hdrcli.records.route import FetchRecord
from hdrcli.structs import Record, replace
from hdrcli.wire.reading import is_read_alike, read_response

Begin = Callable[[FetchRecord, UserAgent], tuple[Request | NetworkError, NetworkContext]]
"""Starts a recorded fetch again, as another user agent would."""

_Key = tuple[str, str, str, str | None]
"""Purpose, method, URL and Cookie of a request: what a response may depend on."""

_End = FilteredResponse | NetworkError | _Key
"""The result of a replay, or the request to which no response is recorded."""

_Recorded = Mapping[_Key, Sequence[Exchange]]

_MOST_BYTES_READ_AGAIN: Final = 128 * 1024


class Quirk(Record, frozen=True):
    """A field of `UserAgent`: its group, and its name, which is unique."""

    group: str
    name: str

    def value(self, user_agent: UserAgent) -> object:
        """The field's value in this user agent."""
        return getattr(getattr(user_agent, self.group), self.name)

    def removed_from(self, user_agent: UserAgent) -> UserAgent:
        """The same user agent with the standard's value in this field."""
        return _without(self, user_agent)


@cache
def _without(quirk: Quirk, user_agent: UserAgent) -> UserAgent:
    group = replace(getattr(user_agent, quirk.group), **{quirk.name: quirk.value(STANDARD)})
    return replace(user_agent, **{quirk.group: group})


def recording_reads(user_agent: UserAgent) -> tuple[UserAgent, set[str]]:
    """The same user agent for one replay, and the set to which it adds the name of each field that the replay reads.

    Its groups are of classes of their own: so no cache holds what was computed from an equal group.
    """
    read: set[str] = set()

    def copy(group: Struct) -> Struct:
        kind = type(group)

        def get(self: Struct, name: str) -> object:
            read.add(name)
            return kind.__getattribute__(self, name)

        made = defstruct(kind.__name__, (), bases=(kind,), namespace={"__getattribute__": get}, frozen=True)
        return made(**structs.asdict(group))

    copies = {name: copy(getattr(user_agent, name)) for name in GROUPS}
    return replace(user_agent, **copies), read


GROUPS: Final = tuple(name for name in UserAgent.__struct_fields__ if name != "name")

FIELDS: Final = tuple(Quirk(group, name) for group in GROUPS for name in getattr(STANDARD, group).__struct_fields__)
"""Every field that may be a quirk of some browser."""


@cache
def quirks_of(browser: UserAgent) -> tuple[Quirk, ...]:
    """The fields in which a browser differs from the standard."""
    return tuple(quirk for quirk in FIELDS if quirk.value(browser) != quirk.value(STANDARD))


@cache
def docstrings() -> Mapping[str, str]:
    """The docstring of each field by its name; empty if hdrcli is installed without its source."""
    try:
        sources = [inspect.getsource(type(getattr(STANDARD, group))) for group in GROUPS]
    except OSError:
        return {}
    return {name: text for source in sources for name, text in _field_docstrings(source)}


def _field_docstrings(source: str) -> Iterable[tuple[str, str]]:
    """The name and the docstring of each field of a class."""
    (definition,) = (node for node in ast.parse(source).body if isinstance(node, ast.ClassDef))
    for node, following in zip(definition.body, definition.body[1:], strict=False):
        if (
            isinstance(node, ast.AnnAssign)
            and isinstance(node.target, ast.Name)
            and isinstance(following, ast.Expr)
            and isinstance(following.value, ast.Constant)
            and isinstance(following.value.value, str)
        ):
            yield node.target.id, following.value.value


def quirk_sentence(name: str) -> str:
    """A quirk's docstring on one line, without its URL; if there is no source, just its name."""
    text, _, rest = docstrings().get(name, f"{name}.").rpartition("https://")
    return " ".join((text or rest).split())


def with_quirks(fetches: Sequence[FetchRecord], begin: Begin) -> tuple[FetchRecord, ...]:
    """The fetches; where browsers got different results, with the quirks that made the difference."""
    compared: dict[object, list[FetchRecord]] = defaultdict(list)
    for each in fetches:
        compared[each.page, each.credentials].append(each)
    differing = {
        key for key, group in compared.items() if not all(_is_same(group[0].result, each.result) for each in group)
    }
    return tuple(
        replace(each, quirks=_decisive(each, compared[key], begin))
        if (key := (each.page, each.credentials)) in differing
        else each
        for each in fetches
    )


def _decisive(record: FetchRecord, group: Sequence[FetchRecord], begin: Begin) -> tuple[str, ...]:
    """The names of this browser's quirks without which the fetch has another result."""
    recorded = _by_key(exchange for each in group for exchange in each.exchanges)
    browser = USER_AGENTS[record.browser]

    def end(changed: UserAgent) -> _End:
        request, context = begin(record, changed)
        if isinstance(request, NetworkError):
            return request
        return _replay(fetch(FetchParams(request=request, context=context)), recorded, changed)

    if _takes_too_long(record.exchanges):
        return ()
    recording, read = recording_reads(browser)
    unchanged = end(recording)
    if not _is_same(unchanged, record.result):
        return ()
    candidates = [quirk for quirk in quirks_of(browser) if quirk.name in read]
    others = [USER_AGENTS[other.browser] for other in group]
    return tuple(
        quirk.name
        for quirk in candidates
        if any(quirk.value(other) != quirk.value(browser) for other in others)
        and not _is_same(end(quirk.removed_from(browser)), unchanged)
    )


def _replay(fetching: Fetching[FilteredResponse | NetworkError], recorded: _Recorded, reader: UserAgent) -> _End:
    """Run a fetch with recorded responses; malformed heads are read again by `reader`."""
    sent: Counter[_Key] = Counter()
    try:
        request = next(fetching)
        while True:
            key = _key(request)
            known = recorded.get(key, ())
            if sent[key] == len(known):
                return key
            exchange = known[sent[key]]
            sent[key] += 1
            if exchange.raw is not None and not is_read_alike(exchange):
                exchange = read_response(exchange.raw, request, reader)
            request = fetching.send(exchange.response)
    except StopIteration as stop:
        result: FilteredResponse | NetworkError = stop.value
        return result


def _by_key(exchanges: Iterable[Exchange]) -> _Recorded:
    """The exchanges by their request's key, each request that was sent once."""
    found: dict[_Key, list[Exchange]] = defaultdict(list)
    for exchange in {exchange.number: exchange for exchange in exchanges}.values():
        found[_key(exchange.request)].append(exchange)
    return found


def _key(request: HTTPRequest) -> _Key:
    return request.purpose, request.method, str(request.url), get("Cookie", request.headers)


def _takes_too_long(exchanges: Iterable[Exchange]) -> bool:
    """Whether the malformed heads are too large to be read again for every quirk."""
    raws = (exchange.raw for exchange in exchanges if exchange.raw is not None and not is_read_alike(exchange))
    return sum(len(head) for raw in raws for head in raw.heads) > _MOST_BYTES_READ_AGAIN


def _is_same(one: _End, other: _End) -> bool:
    """Whether JavaScript sees no difference."""
    if one is other:  # one fetch serves several browsers
        return True
    if isinstance(one, FilteredResponse) and isinstance(other, FilteredResponse):
        if (one.type, one.status, one.url) != (other.type, other.status, other.url):
            return False
        # Compare before filtering first: a hostile response has tens of thousands of headers.
        unfiltered = (one.internal.header_list, one.cors_exposed_header_names)
        return unfiltered == (other.internal.header_list, other.cors_exposed_header_names) or (
            one.headers == other.headers
        )
    if isinstance(one, NetworkError) and isinstance(other, NetworkError):
        return one.failure == other.failure
    return one == other
