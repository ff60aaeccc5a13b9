"""The findings of a service: the fault, its effect, the fix to copy, the explanation, the places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from hdrcli.reporters.finding_text import fix, headline_of, subjects
from hdrcli.reporters.html.markup import NOTHING, Markup, code, element, joined, lines, prose
from hdrcli.reporters.location import source_places
from hdrcli.reporters.view import count, listing, shortened, shown_path, shown_text
from hdrcli.rules.finding import Finding
from hdrcli.rules.page import page_of
from hdrcli.rules.registry import rule_of
from hdrcli.stacks import Stack

_SHOWN_PLACES: Final = 20
_SHOWN_EVIDENCE: Final = 5
_SHOWN_LINES: Final = 16
_SHOWN_IMPACT: Final = 4
_LONGEST: Final = 400
_EXPLAINED: Final = ("Cause", "Why it matters")
"""The sections of a rule's page that a finding repeats."""

Anchors = Mapping[tuple[str, str], str]
"""Method and URL of a route -> the id of its details."""


def finding_article(finding: Finding, stack: Stack, anchors: Anchors) -> Markup:
    """One finding."""
    names = [code(name) for name in subjects(finding)]
    title = element(
        "h4",
        element(
            "span", f"{'known ' if finding.is_known else ''}{finding.severity}", class_=f"badge {finding.severity}"
        ),
        " ",
        code(finding.code),
        f" {headline_of(finding)}",
    )
    return element(
        "article",
        title,
        element("p", joined(*names, separator=" "), class_="names") if names else NOTHING,
        element("dl", *_details(finding, stack, anchors)),
        _explanation(finding),
        class_=f"finding {finding.severity}{' known' if finding.is_known else ''}",
    )


def _details(finding: Finding, stack: Stack, anchors: Anchors) -> Iterator[Markup]:
    effects = [shortened(shown_text(sentence), _LONGEST) for sentence in finding.impact]
    if effects:
        more = len(effects) - _SHOWN_IMPACT
        shown = [*effects[:_SHOWN_IMPACT], *([f"and {more:,} more"] if more > 0 else [])]
        yield _described("Effect", *(element("p", text) for text in shown))
    if finding.quote:
        yield _described("Body", element("p", code(shortened(shown_text(finding.quote), _LONGEST))))
    found = fix(finding, stack)
    block = element("div", lines(*found.lines), class_="copied") if found.lines else NOTHING
    note = element("p", found.note, class_="dim") if found.note else NOTHING
    yield _described("Fix", element("p", found.sentence), block, note)
    yield _described("Where", _places(finding, anchors))
    source = list(source_places(finding))
    if source:
        yield _described("Source", *(element("p", code(place)) for place in source))
    if finding.other_browsers:
        yield _described("Only in", element("p", ", ".join(finding.browsers)))


def _described(term: str, *content: Markup) -> Markup:
    return joined(element("dt", term), element("dd", *content))


def _places(finding: Finding, anchors: Anchors) -> Markup:
    """The routes, each as a link to its details."""
    pages: dict[tuple[str, str], dict[str, None]] = {}
    for place in finding.places:
        pages.setdefault((place.method, place.url), {})[place.page] = None
    has_several_pages = len({page for its_pages in pages.values() for page in its_pages}) > 1
    items = []
    for (method, url), its_pages in list(pages.items())[:_SHOWN_PLACES]:
        anchor = anchors.get((method, url))
        name = code(f"{method} {shown_path(url)}")
        link = element("a", name, href=f"#{anchor}") if anchor else name
        of_pages = element("span", f" page {listing(list(its_pages), 3)}", class_="dim")
        items.append(element("li", link, of_pages if has_several_pages else NOTHING))
    more = finding.route_count - len(items)
    if more > 0:
        items.append(element("li", f"and {count(more, 'more route')}"))
    return element("ul", *items)


def _explanation(finding: Finding) -> Markup:
    """What the rule's page says about it, the standard, and the lines that show it."""
    page = page_of(rule_of(finding.code))
    parts = [
        joined(element("h5", label), *(prose(block.text) for block in page.sections[label] if not block.is_code))
        for label in _EXPLAINED
        if label in page.sections
    ]
    evidence = [*_evidence(finding)]
    if evidence:
        parts.append(joined(element("h5", "Evidence"), *evidence))
    links = [
        element("li", element("a", url, href=url, rel="noreferrer"))
        for url in dict.fromkeys([*page.prose("References").replace(",", " ").split(), finding.spec])
        if url.startswith("https://")
    ]
    more = element("p", "All about it: ", code(f"hdrcli explain {finding.code}"))
    return element(
        "details",
        element("summary", "Explanation and evidence"),
        element("div", *parts, element("h5", "References"), element("ul", *links), more),
    )


def _evidence(finding: Finding) -> Iterator[Markup]:
    for each in finding.evidence[:_SHOWN_EVIDENCE]:
        yield element("p", code(f"{each.method} {shown_path(each.url)}"))
        shown = [shortened(shown_text(line), _LONGEST) for line in each.lines[:_SHOWN_LINES]]
        more = len(each.lines) - _SHOWN_LINES
        yield lines(*shown, *([f"and {more:,} more lines"] if more > 0 else []))
    more = len(finding.evidence) - _SHOWN_EVIDENCE
    if more > 0:
        yield element("p", f"and {more:,} more", class_="dim")
