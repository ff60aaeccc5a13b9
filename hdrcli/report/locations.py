"""The places in the service's source that a finding is about: first where its fix belongs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from hdrcli.records.location import Location, SourceMap
from hdrcli.rules import OF_ERROR_RESPONSES
from hdrcli.rules.finding import Finding
from hdrcli.structs import replace

_MOST: Final = 20
_ABOUT_ORDER: Final = frozenset({"outermost", "preflights-first", "errors"})


def with_locations(finding: Finding, source: SourceMap | None) -> Finding:
    """The finding, with its places in the source and the names as they are spelled there, if there is one."""
    if source is None:
        return finding
    setting = finding.fix_setting
    if setting is not None and setting.concept == "expose":
        setting = replace(setting, values=tuple(map(source.spelling, setting.values)))
    locations = tuple(islice(dict.fromkeys(_locations(finding, source)), _MOST))
    return replace(finding, fix_setting=setting, locations=locations)


def _locations(finding: Finding, source: SourceMap) -> Iterator[Location]:
    if finding.code in OF_ERROR_RESPONSES:
        raised = (source.exception(place.method, place.url) for place in finding.places)
        yield from (each.location for each in raised if each is not None and each.location is not None)
    if finding.fix_setting is not None and finding.fix_setting.concept in _ABOUT_ORDER:
        yield from source.cors_in_order()
        yield from source.outside()
    elif finding.fix_setting is not None:
        yield from source.cors()
    for name in finding.subjects:
        yield from source.header(name)
    for place in finding.places:
        route = source.route(place.method, place.url)
        if route is not None:
            yield route
