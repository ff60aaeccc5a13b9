"""Compares two routes: what pages get of them, what their preflights permit, and which headers they send."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import ClassVar, Final, Literal

from hdrcli.comparison.facts import Call, Got, Permissions, RouteFacts, Sent
from hdrcli.comparison.headers import Values, changes, comparable, is_cors
from hdrcli.records.verdict import Clause
from hdrcli.structs import Record, replace

Kind = Literal["outcome", "verdict", "permission", "status", "lost", "added", "cors", "route", "value"]

KINDS: Final[tuple[Kind, ...]] = (
    *("outcome", "verdict", "permission", "status", "lost", "added", "cors", "route", "value"),
)
"""In the order of their importance: what pages lose comes first, values come last."""

READABLE: Final = "readable"
HIDDEN: Final = "hidden"
NOT_SENT: Final = "not sent"
SENT: Final = "sent"
ALLOWED: Final = "allowed"
NOT_ALLOWED: Final = "not allowed"
PRESENT: Final = "present"
MISSING: Final = "missing"
"""What either side has, as data."""


class Difference(Record, frozen=True, kw_only=True):
    """One difference between two routes.

    `subject` is what differs: a header in lower case, or a permission ("method PUT"). `a` and `b` are what either side
    has, by the kind:

    - outcome: a failure's code, "readable", or "allowed" if only the preflight was sent
    - verdict, lost, added: "readable", "hidden", "not sent", or "sent" where it is not known what pages get
    - permission: "allowed" and "not allowed", or values
    - status: the status
    - cors, value: the value, "" if it is not sent
    - route: "present" and "missing"

    `clause` is why a header is hidden where it is. `calls` are the callers that see the difference, in A's terms, and
    none if it is seen by all that were compared.
    """

    not_in_repr: ClassVar = frozenset({"a", "b"})

    kind: Kind
    subject: str = ""
    a: str
    b: str
    clause: Clause | None = None
    calls: tuple[Call, ...] = ()

    @property
    def rank(self) -> tuple[int, bool]:
        """Sorts by importance: by kind, and what pages lose before what they get."""
        return KINDS.index(self.kind), self.a not in {READABLE, SENT, ALLOWED, PRESENT}

    @property
    def cause(self) -> object:
        """Equal for differences of several routes that are one: values often differ from route to route."""
        sides = () if self.kind == "value" else (self.a, self.b)
        return self.kind, self.subject, *sides, self.clause, self.calls


_Found = tuple[Kind, str, str, str, Clause | None]
"""Kind, subject, A, B and clause."""


def differences(a: RouteFacts, b: RouteFacts) -> Iterator[Difference]:
    """How the second route differs from the first, as far as both have the same callers: see `callers_of`."""
    pairs = callers_of(a, b)
    found: dict[_Found, list[Call]] = {}
    compared: dict[tuple[int, int], list[_Found]] = {}  # browsers that got the same share a value
    for call, other in pairs:
        ours, theirs = a.got[call], b.got[other]
        key = id(ours), id(theirs)
        if key not in compared:
            own = (a.origin, b.origin, *((call.page, other.page) if call.page != other.page else ()))
            compared[key] = list(_of_caller(ours, theirs, a.varying | b.varying, own))
        for each in compared[key]:
            found.setdefault(each, []).append(call)
    for (kind, subject, one, another, clause), calls in found.items():
        its_calls = () if len(calls) == len(pairs) else tuple(calls)
        yield Difference(kind=kind, subject=subject, a=one, b=another, clause=clause, calls=its_calls)


def callers_of(a: RouteFacts, b: RouteFacts) -> tuple[tuple[Call, Call], ...]:
    """The callers of both sides that belong together: of the same page, or else of the pages at the same place.

    They are those that both sides want, or else those that one side wants: a request with cookies may be recorded.
    """
    pages_of_a, pages_of_b = (list(dict.fromkeys(call.page for call in side.got)) for side in (a, b))
    common = [page for page in pages_of_a if page in pages_of_b]
    pages = dict(zip(common, common, strict=True)) or dict(zip(pages_of_a, pages_of_b, strict=False))
    pairs = [
        (call, replace(call, page=pages[call.page]))
        for call in a.got
        if call.page in pages and replace(call, page=pages[call.page]) in b.got
    ]
    wanted = tuple(pair for pair in pairs if pair[0] in a.wanted and pair[1] in b.wanted)
    return wanted or tuple(pair for pair in pairs if pair[0] in a.wanted or pair[1] in b.wanted)


def _of_caller(a: Got, b: Got, varying: frozenset[str], own: Sequence[str]) -> Iterator[_Found]:
    if a.failure != b.failure:
        yield "outcome", "", _outcome(a), _outcome(b), None
    if a.permissions is not None and b.permissions is not None:
        yield from _of_permissions(a.permissions, b.permissions, own)
    if a.status is None or b.status is None:
        return
    if a.status != b.status:
        yield "status", "", str(a.status), str(b.status), None
    is_alike = a.status // 100 == b.status // 100  # otherwise it is another response, with headers of its own
    if is_alike and a.failure is None and b.failure is None:
        yield from _verdicts(a.headers, b.headers)
    yield from _of_headers(a.headers, b.headers, varying, own, is_alike=is_alike)


def _outcome(got: Got) -> str:
    if got.failure is not None:
        return str(got.failure)
    return ALLOWED if got.status is None else READABLE


def _verdicts(a: Mapping[str, Sent], b: Mapping[str, Sent]) -> Iterator[_Found]:
    """The headers that both send, and only one makes readable."""
    for name, ours in a.items():
        theirs = b.get(name)
        if theirs is not None and ours.readable != theirs.readable:
            yield "verdict", name, _state(ours), _state(theirs), (theirs if ours.readable else ours).clause


def _state(sent: Sent) -> str:
    return READABLE if sent.readable else HIDDEN


def _of_headers(
    a: Mapping[str, Sent], b: Mapping[str, Sent], varying: frozenset[str], own: Sequence[str], *, is_alike: bool
) -> Iterator[_Found]:
    ours, theirs = ({name: sent.values for name, sent in side.items()} for side in (a, b))
    for found in header_differences(ours, theirs, varying, own, is_alike=is_alike):
        one, another = found.a, found.b
        if found.kind == "lost":
            one = _state(a[found.subject])
        if found.kind == "added":
            another = _state(b[found.subject])
        yield found.kind, found.subject, one, another, None


def header_differences(
    a: Values, b: Values, varying: Collection[str], own: Sequence[str], *, is_alike: bool
) -> Iterator[Difference]:
    """How the headers of two responses differ; only CORS headers matter if the responses are not alike.

    What is lost or added is "sent" by one side: what pages get of it is not known here.
    """
    found = changes(a, b, varying, own)
    for name in (*found.lost, *found.added, *found.changed):
        if is_cors(name):
            yield Difference(kind="cors", subject=name, a=_joined(a, name), b=_joined(b, name))
        elif is_alike and name in found.lost:
            yield Difference(kind="lost", subject=name, a=SENT, b=NOT_SENT)
        elif is_alike and name in found.added:
            yield Difference(kind="added", subject=name, a=NOT_SENT, b=SENT)
        elif is_alike:
            yield Difference(kind="value", subject=name, a=_joined(a, name), b=_joined(b, name))


def _joined(values: Values, name: str) -> str:
    return ", ".join(values.get(name, ()))


def _of_permissions(a: Permissions, b: Permissions, own: Sequence[str]) -> Iterator[_Found]:
    """What only one of two preflights permits. Lists are compared as sets."""
    if _is_ok(a.status) != _is_ok(b.status):
        yield "permission", "preflight status", str(a.status), str(b.status), None
    name = "access-control-allow-origin"
    if comparable(name, [a.origin], own) != comparable(name, [b.origin], own):
        yield "permission", "origin", a.origin, b.origin, None
    if a.credentials != b.credentials:
        yield "permission", "credentials", _allowed(a.credentials), _allowed(b.credentials), None
    for kind, ours, theirs in (("method", a.methods, b.methods), ("header", a.headers, b.headers)):
        for each in sorted(ours ^ theirs):
            yield "permission", f"{kind} {each}", _allowed(each in ours), _allowed(each in theirs), None
    if a.max_age != b.max_age:
        yield "permission", "max-age", a.max_age, b.max_age, None


def _is_ok(status: int) -> bool:
    """https://fetch.spec.whatwg.org/#ok-status."""
    return status // 100 == 2  # noqa: PLR2004 -- the definition itself


def _allowed(is_allowed: bool) -> str:  # noqa: FBT001 -- the only thing that it is about
    return ALLOWED if is_allowed else NOT_ALLOWED
