"""Makes origins of the table in `probes`, for one service and its pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from hdrcli.audit.probes import (
    LOCAL_NAMED_BY_SERVICE,
    NAMED_BY_SERVICE,
    NOT_IN_CHROMIUM,
    NOT_IN_FIREFOX,
    SPECIAL_CHARACTERS,
    OriginProbe,
)
from hdrcli.fetch import CHROMIUM, FIREFOX, Origin, parse_origin
from hdrcli.fetch.address_space import address_space
from hdrcli.fetch.url import is_ip_address, is_loopback, is_public_suffix, parse_url, schemelessly_same_site, site_of
from hdrcli.planning.pages import why_not_in
from hdrcli.structs import Record

_IMPOSSIBLE: Final[dict[str, frozenset[str]]] = {CHROMIUM.name: NOT_IN_CHROMIUM, FIREFOX.name: NOT_IN_FIREFOX}
"""The characters that a browser's hosts cannot have: tests/audit/test_in_browsers.py."""
_CYRILLIC: Final = str.maketrans("aceopxy", "\u0430\u0441\u0435\u043e\u0440\u0445\u0443")
_MOST_NAMED: Final = 3
_is_host = re.compile(r"[a-z0-9][a-z0-9.-]*").fullmatch


class PlannedOrigin(Record, frozen=True, kw_only=True):
    """An origin to try, and what it is for."""

    probe: OriginProbe
    origin: str


def can_have(origin: Origin, browser: str) -> bool:
    """Whether a browser can have a page at an origin that is tried."""
    impossible = _IMPOSSIBLE.get(browser, frozenset())
    return why_not_in(origin, browser) is None and impossible.isdisjoint(origin.host)


def plan(probes: Iterable[OriginProbe], service: Origin, pages: tuple[Origin, ...]) -> tuple[PlannedOrigin, ...]:
    """The origins to try for this service, each once; `pages` are those that its owner allows, which are not tried."""
    bases = tuple(dict.fromkeys((*pages, service)))
    planned: dict[tuple[str, bool], PlannedOrigin] = {}
    for probe in probes:
        for base in bases[:1] if probe.first_only else bases:
            for text in _origins(probe, base, is_secure=service.scheme == "https" or is_loopback(service.host)):
                origin = parse_origin(text)
                # No page has an origin that browsers serialize differently.
                if origin is not None and str(origin) == text and origin not in bases:
                    planned.setdefault((text, probe.cookie), PlannedOrigin(probe=probe, origin=text))
    return tuple(planned.values())


def plan_named(
    values: Iterable[str], service: Origin, pages: tuple[Origin, ...], planned: Iterable[PlannedOrigin]
) -> tuple[PlannedOrigin, ...]:
    """The origins of other sites that responses name, of those values of Access-Control-Allow-Origin."""
    known = {each.origin for each in planned}
    named: dict[str, PlannedOrigin] = {}
    for text in values:
        origin = parse_origin(text)
        if origin is None or not origin.is_http or str(origin) != text or text in known:
            continue
        if not any(schemelessly_same_site(origin, base) for base in (*pages, service)):
            is_local = address_space(origin.host) in {"local", "loopback"}
            probe = LOCAL_NAMED_BY_SERVICE if is_local else NAMED_BY_SERVICE
            named[text] = PlannedOrigin(probe=probe, origin=text)
    return tuple(named.values())[:_MOST_NAMED]


def _origins(probe: OriginProbe, base: Origin, *, is_secure: bool) -> Iterator[str]:
    """The template with the parts of one origin; nothing if the origin lacks one of them."""
    fields = _fields(base, is_secure=is_secure)
    names = re.findall(r"\{(\w+)\}", probe.template)
    several = next((name for name in names if isinstance(fields.get(name), tuple)), "")
    for value in fields[several] if several else ("",):
        chosen = {**fields, several: value}
        if all(name in chosen for name in names):
            yield probe.template.format_map(chosen)


def _fields(base: Origin, *, is_secure: bool) -> dict[str, str | tuple[str, ...]]:
    """The parts of an origin that templates name. Addresses and loopback names have no look-alikes.

    Over http, whoever controls the network reads the responses anyway: only a service that `is_secure` has the fields
    for pages that are not.
    """
    if not base.is_http:
        return {}
    port = "" if base.port is None else f":{base.port}"
    fields: dict[str, str | tuple[str, ...]] = {"scheme": base.scheme, "port": port}
    host = base.host.removesuffix(".")
    if is_ip_address(host) or is_loopback(host) or "." not in host or is_public_suffix(host):
        return fields
    domain = site_of(host)
    below = len(host) - len(domain)
    dots = [index for index, character in enumerate(host) if character == "."]
    undotted = (f"{host[:index]}a{host[index + 1 :]}" for index in dots[:-1])  # nobody can register a top-level domain
    fields |= {
        "host": host,
        "domain": domain,
        "without_suffix": host[:below] + domain.partition(".")[0],
        "special": tuple(SPECIAL_CHARACTERS),
        "dots": tuple(each for each in undotted if _is_of_another_owner(each, domain)),
    }
    if _is_host(domain[1:]):
        fields["clipped"] = domain[1:]
    other_alphabet = _in_other_alphabet(domain)
    if other_alphabet:
        fields["other_alphabet"] = f"{host[:below]}{other_alphabet}"
    if base.scheme == "https" and is_secure:
        fields |= {"secure_host": host, "secure_domain": domain}
    return fields


def _is_of_another_owner(host: str, domain: str) -> bool:
    """Whether a host is neither below this domain nor a name that nobody can register."""
    return not is_public_suffix(host) and site_of(host) != domain


def _in_other_alphabet(domain: str) -> str:
    """The domain with Cyrillic letters where its first label can have them, as browsers write it; or nothing."""
    label, dot, suffix = domain.partition(".")
    url = parse_url(f"https://{label.translate(_CYRILLIC)}{dot}{suffix}")
    return "" if url is None or url.host == domain else url.host
