"""The origins that are allowed instead of the page's: by a response, and by the probes."""

from __future__ import annotations

import re
from typing import Final

from hdrcli.fetch import HTTPResponse, Origin, parse_origin
from hdrcli.fetch.headers import get, values_of
from hdrcli.records.route import Probe, ProbeKind, RouteRecord
from hdrcli.rules.evidence.blocked import REFUSED_ORIGIN, Blocked

_ALLOW_ORIGIN: Final = "Access-Control-Allow-Origin"


def allowed_origins(response: HTTPResponse) -> list[str]:
    """The values of Access-Control-Allow-Origin: browsers accept only one, servers send lines and lists."""
    lines = values_of(_ALLOW_ORIGIN, response.headers)
    return [value for line in lines for value in (re.split(r"[,\s]+", line.strip(", \t")) if line else [""])]


def near_miss(route: RouteRecord, block: Blocked) -> str | None:
    """The nearly equal origin that is allowed instead of the page's, by the response or by a probe."""
    if block.failure not in REFUSED_ORIGIN:
        return None
    page = block.fetch.page
    allowed = allowed_origins(block.response)
    if len(allowed) == 1 and how_origin_differs(page, allowed[0]) is not None:
        return allowed[0]
    variants = [probe for probe in route.probes if probe.kind == "origin-variant"]
    accepted = [probe.origin for probe in variants if probe.origin is not None and _is_allowed_by_name(probe)]
    if len(accepted) == len(variants) or any_origin_is_mirrored(route):
        return None
    return next((origin for origin in accepted if how_origin_differs(page, origin) is not None), None)


def allowed_by_name(route: RouteRecord, kind: ProbeKind) -> Probe | None:
    """The probe of this kind, if its origin is allowed by name."""
    probe = route.probed(kind)
    return probe if probe is not None and _is_allowed_by_name(probe) else None


def _is_allowed_by_name(probe: Probe) -> bool:
    response = probe.response
    return response is not None and get(_ALLOW_ORIGIN, response.headers) == probe.origin


def allowed_with_credentials(route: RouteRecord, kind: ProbeKind) -> Probe | None:
    """The probe of this kind, if its origin is allowed by name, with credentials."""
    probe = allowed_by_name(route, kind)
    headers = probe.response.headers if probe is not None and probe.response is not None else ()
    return probe if get("Access-Control-Allow-Credentials", headers) == "true" else None


def usual_origin(route: RouteRecord) -> str | None:
    """The origin of a usual front end that is allowed, where the page is a guess and refused."""
    probes = (probe for probe in route.probes if probe.kind == "usual-origin")
    return next((probe.origin for probe in probes if _is_allowed_by_name(probe)), None)


def any_origin_is_mirrored(route: RouteRecord) -> bool:
    """Whether an origin that nobody can intend to allow is allowed by name."""
    return allowed_by_name(route, "foreign-origin") is not None


def how_origin_differs(page: Origin, text: str) -> str | None:
    """How an allowed origin differs from the page's, as a phrase; None if they are equal, or not similar."""
    wanted = str(page)
    if page.is_opaque or text == wanted:
        return None
    for phrase, corrected in (
        ("a slash at the end", text.rstrip("/")),
        ("upper-case letters", text.lower()),
        ("no scheme", f"{page.scheme}://{text}"),
        ("quotes around it", text.strip("\"'")),
    ):
        if corrected == wanted:
            return phrase
    other = parse_origin(text)
    return None if other is None else _difference(page, other)


def _difference(page: Origin, other: Origin) -> str | None:
    """The one part in which the two differ."""
    if page == other:
        return "the default port written out"
    same = (page.scheme == other.scheme, page.host == other.host, page.port == other.port)
    if same == (False, True, True):
        return f"the scheme {other.scheme}"
    if same == (True, True, False):
        return "the lack of a port" if other.port is None else f"the port {other.port}"
    hosts = {page.host, other.host}
    if same == (True, False, True) and (
        hosts == {"localhost", "127.0.0.1"} or hosts in ({host, f"www.{host}"} for host in hosts)
    ):
        return f"the host {other.host}"
    return None
