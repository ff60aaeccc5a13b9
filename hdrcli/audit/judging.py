"""What the answers to an audit's requests come to: who can read the responses, and how bad that is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from hdrcli.audit.evidence import Evidence
from hdrcli.audit.planning import PlannedOrigin, can_have
from hdrcli.audit.probes import ANY, ANY_WITH_COOKIE, NULL, OriginProbe, Reader
from hdrcli.fetch import Origin
from hdrcli.records.route import FetchRecord
from hdrcli.rules.evidence.lines import response_lines
from hdrcli.rules.finding import Severity
from hdrcli.stacks.setting import Setting
from hdrcli.structs import Record

_WITH_COOKIES: Final = {
    Reader.WEBSITE: Severity.ERROR,
    Reader.LOOKALIKE: Severity.ERROR,
    Reader.NETWORK: Severity.ERROR,
    Reader.SUBDOMAIN: Severity.WARNING,
    Reader.LOCAL: Severity.WARNING,
    Reader.EXTENSION: Severity.WARNING,
    Reader.PORT: Severity.ADVICE,
    Reader.NAMED: Severity.ADVICE,
}
"""The severity of a response that is readable with the user's cookies."""
_LOWER: Final = {Severity.ERROR: Severity.WARNING, Severity.WARNING: Severity.ADVICE, Severity.ADVICE: Severity.ADVICE}

_FIXES: Final = {
    Reader.WEBSITE: "List the origins of your pages, and compare the whole origin",
    Reader.LOOKALIKE: "Compare the whole origin: anchor the pattern at both ends and escape its dots, or list the "
    "origins of your pages",
    Reader.NETWORK: "Allow https origins only",
    Reader.SUBDOMAIN: "List the subdomains that need to read the responses",
    Reader.LOCAL: "Allow the origins of development in development only",
    Reader.EXTENSION: "List the IDs of your extensions",
    Reader.PORT: "Compare the port, too",
    Reader.NAMED: "Allow the origins of your pages instead, unless the website is yours",
}
_EXPLAINED: Final = {ANY: "HDR502", ANY_WITH_COOKIE: "HDR502", NULL: "HDR503"}


class Reading(Record, frozen=True, kw_only=True):
    """An origin that was tried, and the fetches from there that could read the response.

    `with_cookies` are those with the credentials mode "include"; there is one for each browser.
    """

    planned: PlannedOrigin
    with_cookies: tuple[FetchRecord, ...]
    without_cookies: tuple[FetchRecord, ...]


class AuditFinding(Record, frozen=True, kw_only=True):
    """Somebody who can read the responses and is unlikely to be meant to.

    `origins` are those that were tried and allowed, `browsers` those whose users are concerned. `setting` is what to
    configure, where that is known.
    """

    probe: OriginProbe
    severity: Severity
    origins: tuple[str, ...]
    with_cookies: bool
    browsers: tuple[str, ...]
    status: int
    evidence: tuple[str, ...]
    fix: str
    setting: Setting | None

    @property
    def rule(self) -> str:
        """The rule whose page explains more, or nothing."""
        lookalike = "HDR513" if self.probe.reader is Reader.LOOKALIKE else ""
        return _EXPLAINED.get(self.probe.name, lookalike)


def reading(planned: PlannedOrigin, page: Origin, fetches: Iterable[FetchRecord]) -> Reading:
    """What the fetches from a page could read."""
    own = (fetch for fetch in fetches if fetch.page == page and can_have(page, fetch.browser))
    readable = [fetch for fetch in own if fetch.outcome == "readable"]
    return Reading(
        planned=planned,
        with_cookies=tuple(fetch for fetch in readable if fetch.credentials == "include"),
        without_cookies=tuple(fetch for fetch in readable if fetch.credentials == "omit"),
    )


def anyone_can_read(readings: Iterable[Reading]) -> bool:
    """Whether any website can read the responses without cookies."""
    return any(each.without_cookies for each in readings if each.planned.probe.name == ANY)


def all_can_read_with_cookies(readings: Iterable[Reading]) -> bool:
    """Whether any website can read what the service sends to a user that it knows."""
    return any(each.with_cookies for each in readings if each.planned.probe.name in {ANY, ANY_WITH_COOKIE})


def judge(readings: Sequence[Reading], pages: Sequence[str], evidence: Evidence) -> tuple[AuditFinding, ...]:
    """The findings, the worst first; `pages` are the origins that are to be allowed, as far as somebody named them."""
    is_open = anyone_can_read(readings)
    by_name: dict[str, list[Reading]] = {}
    for each in readings:
        by_name.setdefault(each.planned.probe.name, []).append(each)
    found: dict[str, AuditFinding] = {}
    for name, group in by_name.items():
        is_news = not is_open or (name == ANY and evidence.is_local)
        finding = _finding(group, pages, evidence, without_cookies=is_news)
        if finding is not None:
            found[name] = finding
    kept = [finding for finding in found.values() if not _is_implied(finding, found)]
    return tuple(sorted(kept, key=lambda finding: finding.severity.rank))


def _severity(reader: Reader, evidence: Evidence, *, with_cookies: bool) -> Severity:
    """Data that are the same for all users are less, and what only a network's users reach is more than advice."""
    severity = _WITH_COOKIES[reader]
    if with_cookies:
        return _LOWER[severity] if evidence.is_for_everyone else severity
    return _LOWER[severity] if evidence.is_local else Severity.ADVICE


def _finding(
    group: Sequence[Reading], pages: Sequence[str], evidence: Evidence, *, without_cookies: bool
) -> AuditFinding | None:
    with_cookies = [each for each in group if each.with_cookies]
    allowed = with_cookies or [each for each in group if without_cookies and each.without_cookies]
    if not allowed:
        return None
    probe = group[0].planned.probe
    fetches = [fetch for each in allowed for fetch in each.with_cookies or each.without_cookies]
    response = fetches[0].response
    return AuditFinding(
        probe=probe,
        severity=_severity(probe.reader, evidence, with_cookies=bool(with_cookies)),
        origins=tuple(each.planned.origin for each in allowed),
        with_cookies=bool(with_cookies),
        browsers=tuple(dict.fromkeys(fetch.browser for fetch in fetches)),
        status=0 if response is None else response.status,
        evidence=response_lines(
            fetches[0].exchanges[-1], "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials"
        ),
        fix='Remove "null" from the allowed origins, or the pattern that matches it'
        if probe.name == NULL
        else _FIXES[probe.reader],
        setting=Setting(concept="origins", values=tuple(pages)) if pages else None,
    )


def _is_implied(finding: AuditFinding, found: dict[str, AuditFinding]) -> bool:
    """Whether another finding shows the same fault, with the same effect or a worse one."""
    others = (found[name] for name in finding.probe.implied_by if name in found)
    return any(other.severity.rank <= finding.severity.rank for other in others)
