"""Plots of the page: SVG inside of HTML, so that texts have their size and wrap at any width, and tables are tables.

Lengths are in percent of the plot. Nothing has a style attribute, which the page's policy forbids: colors are classes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from hdrcli.reporters.html.markup import Markup, element
from hdrcli.stats.distribution import Distribution
from hdrcli.stats.view import StackRow, share, summary

_HEIGHT: Final = 130
"""Of the tallest column, in pixels."""
_ABOVE: Final = 20
_BELOW: Final = 22
_GAP: Final = 0.12
"""Of the width of a column."""
_LEVELS: Final = 5
"""Shades of a cell, besides none."""


class Bar(NamedTuple):
    """A row: its label, its numbers, and the parts of its bar, each with a count and a class."""

    label: Markup
    numbers: Sequence[str]
    parts: Sequence[tuple[int, str]] = ()


def bars(caption: str, heads: Sequence[str], rows: Sequence[Bar]) -> Markup:
    """A table with a bar in each row; the longest fills its cell."""
    scale = max(sum(number for number, _ in row.parts) for row in rows)
    titles = [*(element("th", head, scope="col") for head in heads), element("td")]
    return element(
        "table",
        element("caption", caption, class_="unseen"),
        element("thead", element("tr", *titles)),
        element("tbody", *(_bar_row(row, scale) for row in rows)),
        class_="bars",
    )


def _bar_row(row: Bar, scale: int) -> Markup:
    start = 0
    rects = []
    for number, class_ in row.parts:
        if number:
            x, width = f"{100 * start / scale:.2f}%", f"{100 * number / scale:.2f}%"
            rects.append(element("rect", x=x, width=width, height="100%", class_=class_))
        start += number
    plot = [element("svg", *rects, class_="plot", aria_hidden="true")] if rects else []
    return element(
        "tr",
        element("th", row.label, scope="row"),
        *(element("td", number, class_="number") for number in row.numbers),
        element("td", *plot),
    )


def columns(title: str, distribution: Distribution) -> Markup:
    """A distribution as columns, with their shares above and their numbers below."""
    bins = distribution.bins()
    scale = max(each.targets for each in bins)
    base = _ABOVE + _HEIGHT
    width = 100 / len(bins)
    shapes: list[Markup] = []
    for place, each in enumerate(bins):
        height = _HEIGHT * each.targets / scale
        x, middle = width * (place + _GAP / 2), width * (place + 0.5)
        part = share(each.targets, distribution.targets)
        shapes += [
            element(
                "rect",
                x=f"{x:.2f}%",
                y=f"{base - height:.1f}",
                width=f"{width * (1 - _GAP):.2f}%",
                height=f"{height:.1f}",
            ),
            element("text", part, x=f"{middle:.2f}%", y=f"{base - height - 6:.1f}"),
            element("text", each.label, x=f"{middle:.2f}%", y=f"{base + 17}", class_="tick"),
        ]
    shapes.append(element("line", x1="0", x2="100%", y1=f"{base}", y2=f"{base}"))
    described = ", ".join(f"{each.label}: {share(each.targets, distribution.targets)}" for each in bins)
    plot = element(
        "svg", *shapes, class_="columns", role="img", height=f"{base + _BELOW}", aria_label=f"{title}. {described}"
    )
    caption = element("figcaption", element("b", title), element("span", summary(distribution), class_="dim"))
    return element("figure", caption, plot)


def heat(rows: Sequence[StackRow], codes: Sequence[str]) -> Markup:
    """The share of a stack's targets that have a finding: the more, the darker."""
    head = ["Stack", "Targets", "With findings", *codes]
    body = [
        element(
            "tr",
            element("th", row.label, scope="row"),
            element("td", f"{row.targets:,}", class_="number"),
            _shaded(row.with_findings, row.targets),
            *(_shaded(row.findings.get(code, 0), row.targets) for code in codes),
        )
        for row in rows
    ]
    table = element(
        "table",
        element("caption", "Findings by stack", class_="unseen"),
        element("thead", element("tr", *(element("th", title, scope="col") for title in head))),
        element("tbody", *body),
        class_="heat",
    )
    return element("div", table, class_="scroll", tabindex="0", role="region", aria_label="Findings by stack")


def _shaded(part: int, whole: int) -> Markup:
    if not part:
        return element("td", "", class_="number")
    level = min(int(_LEVELS * part / whole) + 1, _LEVELS)
    return element("td", share(part, whole), class_=f"number heat-{level}")
