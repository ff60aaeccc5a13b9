"""A finding: the fault and how to fix it; with `verbose` what shows it, and why not every browser has it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hdrcli.reporters.location import source_places
from hdrcli.reporters.table.terminal import Terminal
from hdrcli.reporters.view import count, fix_text, headline, listing, shortened, shown_path, shown_text
from hdrcli.rules import LACK_NAMES
from hdrcli.rules.finding import Finding, Severity
from hdrcli.stacks import Stack
from hdrcli.stacks.fix import FixText

STYLES: Final = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.ADVICE: "bold cyan"}

_CHANGES: Final = "--diff shows the change, --fix makes it"
_LABEL: Final = len("effect  ")
_SHOWN_SUBJECTS: Final = 6
_SHOWN_PLACES: Final = 4
_SHOWN_IMPACT: Final = 4
_SHOWN_LINES: Final = 16
_LONGEST: Final = 400
_LONGEST_FIX: Final = 4000


class FindingLines:
    """Makes the lines of a service's findings, one after the other.

    A fix to paste is shown once, and so is the command that explains a rule. Routes and pages are named where there are
    several. Of many places, lines and sentences, the first few are shown.
    """

    def __init__(self, terminal: Terminal, stack: Stack, *, routes: int, pages: int, verbose: bool) -> None:
        self._terminal = terminal
        self._stack = stack
        self._has_several_routes = routes > 1
        self._has_several_pages = pages > 1
        self._verbose = verbose
        self._fixes: dict[tuple[str, ...], str] = {}
        """Lines that were shown, and the code of the rule."""
        self._is_first = True

    def lines(self, finding: Finding) -> Iterator[str]:
        """The lines of one finding."""
        terminal = self._terminal
        name = f"{finding.severity} {finding.code}"
        if finding.is_known:
            yield terminal.line((f"known {name}  {self._title(finding)}", "dim"), hang=2)
            return
        yield terminal.line((name, STYLES[finding.severity]), f"  {self._title(finding)}", hang=2)
        text = fix_text(finding, self._stack)
        follows = self._fixes.get(text.lines, "") if text is not None else ""
        if not follows or self._verbose:
            yield from _effects(terminal, finding, verbose=self._verbose)
        if finding.quote:
            yield _labelled(terminal, "body", shortened(shown_text(finding.quote), _LONGEST))
        yield from self._fix(finding, text, follows)
        if self._has_several_routes or self._has_several_pages:
            for label, place in zip(("where", *[""] * _SHOWN_PLACES), self._places(finding), strict=False):
                yield _labelled(terminal, label, place)
        shown_roles = ("exception", *(() if follows else ("cors", "outside")), "header", "route")
        hint = f": {_CHANGES}" if finding.code in LACK_NAMES else ""
        for label, places in zip(
            ("at", *[""] * len(shown_roles)), source_places(finding, shown_roles, hint), strict=False
        ):
            yield _labelled(terminal, label, places)
        if self._verbose:
            yield from self._evidence(finding)
            yield _labelled(terminal, "spec", finding.spec)
        if self._is_first or self._verbose:
            self._is_first = False
            yield _labelled(terminal, "more", f"hdrcli explain {finding.code}")

    def _title(self, finding: Finding) -> str:
        title = headline(finding)
        if finding.other_browsers:
            title += f", in {', '.join(finding.browsers)}"
        if finding.route_count > 1:
            title += f", on {count(finding.route_count, 'route')}"
        if finding.subjects:
            title += f": {listing([*map(shown_text, finding.subjects)], _SHOWN_SUBJECTS)}"
        return shortened(title, _LONGEST)

    def _fix(self, finding: Finding, text: FixText | None, follows: str) -> Iterator[str]:
        """The sentence in bold; the lines to paste, or the rule that they were shown for; the trap that they have."""
        terminal = self._terminal
        sentence = finding.fix.rstrip(".:")
        if text is None:
            yield _labelled(terminal, "fix", shortened(f"{sentence}.", _LONGEST_FIX), "bold")
            return
        if follows:
            yield _labelled(terminal, "fix", f"{sentence}, as for {follows}.", "bold")
            return
        if text.lines:
            self._fixes[text.lines] = finding.code
        where = f" ({text.where})" if text.where else ""
        yield _labelled(terminal, "fix", f"{sentence}{where}:", "bold")
        for line in text.lines:
            yield terminal.line((shortened(line, _LONGEST_FIX), "bold"), indent=2 + _LABEL, hang=4)
        if text.note:
            yield _labelled(terminal, "", text.note)

    def _places(self, finding: Finding) -> Iterator[str]:
        """The routes, each once: with several pages in a line each, which names the pages."""
        routes: dict[str, dict[str, None]] = {}
        for place in finding.places:
            routes.setdefault(f"{place.method} {shown_path(place.url)}", {})[place.page] = None
        shown = list(routes.items())[: _SHOWN_PLACES - 1]
        more = finding.route_count - len(shown)
        last = f"and {count(more, 'more route')}" if more > 0 else ""
        if self._has_several_pages:
            yield from (f"{route}  for page {', '.join(pages)}" for route, pages in shown)
            yield from [last] if last else []
        else:
            yield " ".join(filter(None, (", ".join(route for route, _ in shown), last)))

    def _evidence(self, finding: Finding) -> Iterator[str]:
        terminal = self._terminal
        if finding.quirks:
            from hdrcli.verdict.quirks import quirk_sentence

            reasons = " ".join(map(quirk_sentence, finding.quirks))
            yield _labelled(terminal, "only", f"in {', '.join(finding.browsers)}: {reasons}")
        for each in finding.evidence:
            yield _labelled(terminal, "seen", f"{each.method} {shown_path(each.url)}")
            for line in each.lines[:_SHOWN_LINES]:
                yield terminal.line((shortened(shown_text(line), _LONGEST), "dim"), indent=2 + _LABEL, hang=2)
            if len(each.lines) > _SHOWN_LINES:
                yield _labelled(terminal, "", f"and {len(each.lines) - _SHOWN_LINES} more lines")


def _effects(terminal: Terminal, finding: Finding, *, verbose: bool) -> Iterator[str]:
    """What the page gets. Where there is a sentence for each subject, the headline says enough."""
    shown = finding.impact if verbose else finding.impact[: len(finding.subjects) < 2]  # noqa: PLR2004 -- one or none
    for label, sentence in zip(("effect", *[""] * _SHOWN_IMPACT), shown[:_SHOWN_IMPACT], strict=False):
        yield _labelled(terminal, label, shortened(shown_text(sentence), _LONGEST))
    if len(shown) > _SHOWN_IMPACT:
        yield _labelled(terminal, "", f"and {len(shown) - _SHOWN_IMPACT} more")


def _labelled(terminal: Terminal, label: str, text: str, style: str = "") -> str:
    return terminal.line((f"{label:{_LABEL}}", "dim"), (text, style), indent=2, hang=terminal.hang(_LABEL))
