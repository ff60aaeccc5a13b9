"""Makes origins of the table in `probes`, for one service and its pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from hdrcli.audit.probes import NOT_IN_FIREFOX, SPECIAL_CHARACTERS, OriginProbe
from hdrcli.fetch import FIREFOX, Origin, parse_origin
from hdrcli.fetch.url import is_ip_address, is_loopback, is_public_suffix, site_of
from hdrcli.planning.pages import why_not_in
from hdrcli.structs import Record

_is_host = re.compile(r"[a-z0-9][a-z0-9.-]*").fullmatch


class PlannedOrigin(Record, frozen=True, kw_only=True):
    """An origin to try, and what it is for."""

    probe: OriginProbe
    origin: str


def can_have(origin: Origin, browser: str) -> bool:
    """Whether a browser can have a page at an origin that is tried."""
    is_unknown_host = browser == FIREFOX.name and not NOT_IN_FIREFOX.isdisjoint(origin.host)
    return why_not_in(origin, browser) is None and not is_unknown_host


def plan(probes: Iterable[OriginProbe], service: Origin, pages: tuple[Origin, ...]) -> tuple[PlannedOrigin, ...]:
    """The origins to try for this service, each once; `pages` are those that its owner allows, which are not tried."""
    bases = tuple(dict.fromkeys((*pages, service)))
    planned: dict[tuple[str, bool], PlannedOrigin] = {}
    for probe in probes:
        for base in bases[:1] if probe.first_only else bases:
            for text in _origins(probe, base, is_secure=service.scheme == "https" or is_loopback(service.host)):
                origin = parse_origin(text)
                # What a browser writes in another way is no origin.
                if origin is not None and str(origin) == text and origin not in bases:
                    planned.setdefault((text, probe.cookie), PlannedOrigin(probe=probe, origin=text))
    return tuple(planned.values())


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
    dots = [index for index, character in enumerate(host[:below]) if character == "."]
    fields |= {
        "host": host,
        "domain": domain,
        "without_suffix": host[:below] + domain.partition(".")[0],
        "special": tuple(SPECIAL_CHARACTERS),
        "dots": tuple(f"{host[:index]}a{host[index + 1 :]}" for index in dots),
    }
    if _is_host(domain[1:]):
        fields["clipped"] = domain[1:]
    if base.scheme == "https" and is_secure:
        fields |= {"secure_host": host, "secure_domain": domain}
    return fields
