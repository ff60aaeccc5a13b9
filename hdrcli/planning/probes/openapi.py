"""The OpenAPI document that may declare the response: one request for all routes of a service."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hdrcli.fetch import HTTPRequest, HTTPResponse
from hdrcli.planning.probes.probe import PlannedProbe, Planning, kept
from hdrcli.structs import replace

MOST: Final = 1

PATH: Final = "/openapi.json"
"""Where FastAPI, and frameworks that follow it, serve the document by default."""

SIZE: Final = 4 * 1024 * 1024
"""Bytes of the document: a longer one is ignored."""

_ALLOWING_IN: Final = frozenset({"host", "connection", "user-agent", "authorization", "cookie"})


def plan(planning: Planning) -> Iterator[PlannedProbe]:
    """Whatever the method: it is a GET of another path."""
    own = planning.own
    if own is None or not isinstance(own.response, HTTPResponse):
        return
    headers = (*kept(own.request, _ALLOWING_IN), ("Accept", "application/json"), ("Accept-Encoding", "identity"))
    yield PlannedProbe(
        kind="openapi",
        origin=None,
        request=HTTPRequest(
            purpose="request",
            method="GET",
            url=replace(own.request.url, path=PATH, query=""),
            headers=headers,
            body=None,
            body_wanted=SIZE,
            client_certificate=own.request.client_certificate,
        ),
    )
