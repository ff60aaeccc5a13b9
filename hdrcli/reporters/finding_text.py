"""A finding in plain text, for formats that other programs read: title, effect, fix, places, and the next command.

All texts are printable, without secrets, and bounded. A format escapes them once more for its own medium.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Final, NamedTuple

from hdrcli.reporters.location import source_places
from hdrcli.reporters.view import count, fix_text, headline, shortened, shown_path, shown_text
from hdrcli.rules.finding import Finding
from hdrcli.stacks import Stack
from hdrcli.text.escaping import printable

_SHOWN_SUBJECTS: Final = 10
_SHOWN_PLACES: Final = 10
_LONGEST: Final = 400
_LONGEST_FIX: Final = 4000


def headline_of(finding: Finding) -> str:
    """The fault, and how far it reaches; without the names that it is about."""
    text = headline(finding)
    if finding.other_browsers:
        text += f", in {', '.join(finding.browsers)}"
    return text if finding.route_count == 1 else f"{text}, on {count(finding.route_count, 'route')}"


def subjects(finding: Finding) -> list[str]:
    """The first names that it is about, and how many more there are."""
    shown = [printable(shortened(shown_text(name), _LONGEST)) for name in finding.subjects[:_SHOWN_SUBJECTS]]
    more = len(finding.subjects) - len(shown)
    return [*shown, f"and {more:,} more"] if more > 0 else shown


def title(finding: Finding) -> str:
    """The fault in one line."""
    names = ", ".join(subjects(finding))
    return printable(shortened(f"{headline_of(finding)}: {names}" if names else headline_of(finding), _LONGEST))


class Fix(NamedTuple):
    """What to do, the lines to paste, and what to know about them; the last two may be empty."""

    sentence: str
    lines: tuple[str, ...] = ()
    note: str = ""


def fix(finding: Finding, stack: Stack) -> Fix:
    """The fix, as it is written in this stack."""
    text = fix_text(finding, stack)
    sentence = finding.fix.rstrip(".:")
    if text is None:
        return Fix(printable(shortened(f"{sentence}.", _LONGEST_FIX)))
    where = f" ({text.where})" if text.where else ""
    return Fix(
        sentence=printable(f"{sentence}{where}:"),
        lines=tuple(printable(shortened(line, _LONGEST_FIX)) for line in text.lines),
        note=printable(text.note),
    )


def quote(finding: Finding) -> str:
    """The first line of the body on which the finding rests; empty if there is none."""
    return printable(shortened(shown_text(finding.quote), _LONGEST))


def places(finding: Finding) -> list[str]:
    """The first routes, and how many more there are."""
    routes = dict.fromkeys(f"{place.method} {shown_path(place.url)}" for place in finding.places)
    shown = [printable(route) for route in routes][:_SHOWN_PLACES]
    more = finding.route_count - len(shown)
    return [*shown, f"and {count(more, 'more route')}"] if more > 0 else shown


def paragraphs(finding: Finding, stack: Stack) -> Iterator[str]:
    """All of it, line by line; the title is not repeated."""
    for sentence in finding.impact[:1]:
        yield printable(shortened(shown_text(sentence), _LONGEST))
    if finding.quote:
        yield f"The response's body begins: {quote(finding)}"
    found = fix(finding, stack)
    yield f"Fix: {found.sentence}"
    for line in found.lines:
        yield f"    {line}"
    if found.note:
        yield found.note
    yield f"Where: {', '.join(places(finding))}"
    source = "; ".join(source_places(finding))
    if source:
        yield f"Source: {printable(source)}"
    yield f"More: hdrcli explain {finding.code}"


def fingerprint(finding: Finding) -> str:
    """The identity of a finding from run to run, independent of its sentences, in hexadecimal digits."""
    return sha256("\0".join(finding.key).encode("utf-8", "surrogatepass")).hexdigest()
