"""Web servers and proxies."""

from __future__ import annotations

import re
from typing import Final

from hdrcli.stacks.evidence import Evidence, Part, Sign


def nginx(evidence: Evidence) -> Sign | None:
    """`Server`, and whether the response is nginx's own."""
    server = evidence.get("server")
    if not server.lower().startswith(("nginx", "openresty")):
        return None
    own_page = f"<center>{server}</center>" in evidence.body
    own_file = _nginx_file_tag(evidence.get("etag")) is not None and "accept-ranges" in evidence.values
    part: Part = "wrote" if own_page or own_file else "passed on"
    return Sign(certainty="certain", evidence=f"server: {server}", part=part)


def caddy(evidence: Evidence) -> Sign | None:
    """`Server: Caddy` where it responds itself, `Via: 1.1 Caddy` where it is a proxy."""
    if evidence.get("via").endswith(" Caddy"):
        return Sign(certainty="certain", evidence=f"via: {evidence.get('via')}", part="passed on")
    if evidence.get("server") == "Caddy":
        return Sign(certainty="certain", evidence="server: Caddy")
    return None


def apache(evidence: Evidence) -> Sign | None:
    """`Server: Apache`, which a proxied application's own replaces."""
    server = evidence.get("server")
    if server.partition("/")[0] != "Apache":
        return None
    own = f"<address>{server} Server" in evidence.body or "accept-ranges" in evidence.values
    part: Part = "wrote" if own or evidence.status == _APACHE_NO_CONTENT else "passed on"
    return Sign(certainty="certain", evidence=f"server: {server}", part=part)


def haproxy(evidence: Evidence) -> Sign | None:
    """The pages of its errors; it adds no header."""
    if evidence.body.startswith("<html><body><h1>") and any(text in evidence.body for text in _HAPROXY_TEXTS):
        return Sign(certainty="certain", evidence=f"body: {evidence.body[:60]}")
    return None


def traefik(evidence: Evidence) -> Sign | None:
    """The headers middleware's response to preflights: sorted as Go does, with the expose list, and without Vary."""
    lists = evidence.get("access-control-allow-methods") + evidence.get("access-control-allow-headers")
    if "vary" in evidence.values or evidence.get("content-length") != "0" or " " in lists:
        return None
    if evidence.in_order(*_TRAEFIK_PREFLIGHT) and "Access-Control-Allow-Methods" in evidence.sent_names:
        return Sign(certainty="likely", evidence="a preflight with the expose list and without Vary", part="did CORS")
    return None


def envoy(evidence: Evidence) -> Sign | None:
    """Its server, and its time for the application's responses: the CORS filter's headers come behind that."""
    if evidence.get("server") == "envoy" and _ENVOY_TIME not in evidence.values:
        part: Part = "did CORS" if evidence.is_preflight else "wrote"
        return Sign(certainty="certain", evidence="server: envoy", part=part)
    if _ENVOY_TIME in evidence.values:
        did_cors = evidence.in_order(_ENVOY_TIME, "access-control-allow-origin")
        return Sign(certainty="certain", evidence=_ENVOY_TIME, part="did CORS" if did_cors else "passed on")
    return None


_nginx_file_tag = re.compile(r'"[0-9a-f]{8}-[0-9a-f]+"').fullmatch
_APACHE_NO_CONTENT: Final = 204
_HAPROXY_TEXTS: Final = (
    "\nNo server is available to handle this request.\n",
    "\nThe server didn't respond in time.\n",
    "\nThe server returned an invalid or incomplete response.\n",
    "\nYour browser sent an invalid request.\n",
    "\nYou need a valid user and password to access this content.\n",
)
_TRAEFIK_PREFLIGHT: Final = (
    "access-control-allow-methods",
    "access-control-allow-origin",
    "access-control-expose-headers",
)
_ENVOY_TIME: Final = "x-envoy-upstream-service-time"
