"""The table of a service's routes and headers: what each page can read, without and with cookies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from hdrcli.reporters.html.markup import NOTHING, Markup, code, element, marked, state
from hdrcli.reporters.html.rows import RouteRows, Row
from hdrcli.reporters.view import count
from hdrcli.rules.finding import Finding
from hdrcli.structs import Record

_MOST_COLUMNS: Final = 24
_ROUTES_OF_PART: Final = 50
_CELLS: Final = {word: marked(word, tag="td") for word in ("readable", "hidden", "blocked", "absent")}
_LEGEND: Final = (
    ("readable", "JavaScript gets the value."),
    ("hidden", "The header is sent, but JavaScript gets null."),
    ("blocked", "JavaScript gets no response at all."),
    ("absent", "The header is not sent."),
)


class _Columns(Record, frozen=True, kw_only=True):
    names: Sequence[str]
    more: int
    has_pages: bool


def legend() -> Markup:
    """The meaning of the marks."""
    items = (element("li", state(word), f": {meaning}") for word, meaning in _LEGEND)
    return element("ul", *items, class_="legend")


def matrix(routes: Sequence[RouteRows], findings: Iterable[Finding]) -> Iterator[Markup]:
    """The table, in parts if it is long."""
    columns = _columns(routes, findings)
    for start in range(0, len(routes), _ROUTES_OF_PART):
        yield _part(routes[start : start + _ROUTES_OF_PART], columns)
    if columns.more:
        yield element("p", f"{count(columns.more, 'more header')}: see the routes below.", class_="dim")


def _part(routes: Sequence[RouteRows], columns: _Columns) -> Markup:
    """A table of some routes: browsers lay out those that are in view."""
    table = element(
        "table",
        element("caption", "What JavaScript can read", class_="unseen"),
        element("thead", _head(columns)),
        *(_body(route, columns) for route in routes),
        class_="matrix",
    )
    name = f"Headers by route, from {routes[0].method} {routes[0].path}"
    return element("div", table, class_="scroll part", tabindex="0", role="region", aria_label=name)


def _columns(routes: Sequence[RouteRows], findings: Iterable[Finding]) -> _Columns:
    """Custom headers, and others that findings or expectations are about: those that are hidden somewhere first."""
    sent: Counter[str] = Counter()
    hidden: set[str] = set()
    for route in routes:
        states = [row.states for row in route.rows if not row.is_for_comparison]
        sent.update({name for each in states for name, its_state in each.items() if its_state != "absent"})
        hidden |= {name for each in states for name, its_state in each.items() if its_state == "hidden"}
    wanted = {name for route in routes for name in (*route.custom, *route.unmet)}
    wanted |= {name for finding in findings for name in finding.subjects if name in sent}
    names = sorted(wanted, key=lambda name: (name not in hidden, -sent[name], name))
    pages = {row.page for route in routes for row in route.rows}
    return _Columns(names=names[:_MOST_COLUMNS], more=len(names) - len(names[:_MOST_COLUMNS]), has_pages=len(pages) > 1)


def _head(columns: _Columns) -> Markup:
    titles = ["Route", *(["Page"] if columns.has_pages else []), "Credentials", "Status"]
    names = [element("th", element("span", code(name)), scope="col", class_="name") for name in columns.names]
    return element(
        "tr",
        *(element("th", title, scope="col") for title in titles),
        *names,
        element("td", "", class_="rest"),
    )


def _body(route: RouteRows, columns: _Columns) -> Markup:
    link = element("a", element("b", route.method), f" {route.path}", href=f"#{route.anchor}")
    height = len(route.rows)
    head = element("th", link, scope="rowgroup", rowspan=f"{height}" if height > 1 else None)
    rows = [element("tr", head if place == 0 else NOTHING, *_cells(row, columns), class_=_class(row))
            for place, row in enumerate(route.rows)]  # fmt: skip
    return element("tbody", *rows, data_route=route.anchor, data_kinds=" ".join(sorted(route.kinds)))


def _class(row: Row) -> str | None:
    return "comparison" if row.is_for_comparison else None


def _cells(row: Row, columns: _Columns) -> Iterator[Markup]:
    if columns.has_pages:
        yield element("td", code(row.page))
    comparison = [element("small", " for comparison")] if row.is_for_comparison else []
    yield element("th", row.callers, *comparison, scope="row")
    yield element("td", row.status)
    width = f"{len(columns.names) + 1}"
    if row.failure:
        word, _, why = row.failure.partition(": ")
        yield element("td", state(word), f": {why}", colspan=width, class_="failure")
    elif not row.states:
        yield element("td", "", colspan=width)
    else:
        yield from (_CELLS[row.states.get(name, "absent")] for name in columns.names)
        yield element("td", "")
