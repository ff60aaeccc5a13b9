"""A finding in JSON: see `json_values`."""

from __future__ import annotations

from hdrcli.reporters.json_exchanges import JSON
from hdrcli.reporters.view import fix_text, headline, shown_text, shown_url
from hdrcli.rules.finding import Finding
from hdrcli.stacks import Stack


def finding_value(finding: Finding, stack: Stack) -> JSON:
    """A finding; `places` are the first of `place_count`."""
    fix = fix_text(finding, stack)
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": str(finding.severity),
        "known": finding.is_known,
        "headline": headline(finding),
        "variant": shown_text(finding.variant),
        "subjects": [*map(shown_text, finding.subjects)],
        "route_count": finding.route_count,
        "place_count": finding.place_count,
        "places": [
            {
                "method": place.method,
                "url": shown_url(place.url),
                "page": place.page,
                "credentials": list(place.credentials),
                "subjects": list(place.subjects),
            }
            for place in finding.places
        ],
        "browsers": list(finding.browsers),
        "quirks": list(finding.quirks),
        "evidence": [
            {"method": each.method, "url": shown_url(each.url), "lines": [*map(shown_text, each.lines)]}
            for each in finding.evidence
        ],
        "locations": [
            {"file": shown_text(each.file), "line": each.line, "role": each.role, "detail": each.detail or None}
            for each in finding.locations
        ],
        "impact": [*map(shown_text, finding.impact)],
        "fix": finding.fix,
        "fix_setting": None if fix is None else {"lines": list(fix.lines), "where": fix.where, "note": fix.note},
        "spec": finding.spec,
    }
