"""Each profile against small services with and without faults; tests of real servers are next to this one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import pytest
from flask import Flask
from flask_cors import CORS
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hdrcli.profiles import NAMES, load_profile
from hdrcli.records.errors import ExitStatus
from hdrcli.settings.routes import ProfileName
from tests.profiles.clients import PAGE, run_client, run_client_of_app
from tests.sampling import sampled
from tests.serving.asgi import uvicorn_server

NO_RANGES: Final = dict(load_profile("range-reader").step("range").hints)[200]
BUILT_IN: Final = ("accept", "accept-language", "content-language", "content-type")
"""What CORSMiddleware allows without being told, so that its list has it."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A service at /x with the CORS options of CORSMiddleware, and what the profile finds."""

    profile: ProfileName
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200
    methods: tuple[str, ...] = ("GET",)
    allow_headers: tuple[str, ...] = ()
    expose: tuple[str, ...] = ()
    faults: dict[str, list[str]] = field(default_factory=dict)
    settings: dict[str, list[str]] = field(default_factory=dict)


CASES: Final = {
    "s3: hidden": Case(
        profile="s3-upload",
        headers={"ETag": '"1"'},
        methods=("PUT",),
        faults={"part": ["ETag is hidden"]},
        settings={"expose": ["etag"]},
    ),
    "s3: readable": Case(profile="s3-upload", headers={"ETag": '"1"'}, methods=("PUT",), expose=("ETag",)),
    "s3: not sent": Case(
        profile="s3-upload", methods=("PUT",), expose=("ETag",), faults={"part": ["ETag is not sent"]}
    ),
    "s3: method not allowed": Case(
        profile="s3-upload",
        headers={"ETag": '"1"'},
        faults={"part": ["blocked: the preflight's status is not a success"]},
        settings={"methods": ["GET", "PUT"], "expose": ["etag"]},
    ),
    "range: hidden": Case(
        profile="range-reader",
        headers={"Content-Range": "bytes 0-511/9000", "Accept-Ranges": "bytes", "ETag": '"1"'},
        status=206,
        faults={
            "file": ["Accept-Ranges is hidden"],
            "range": ["Content-Range is hidden"],
        },
        settings={"expose": ["accept-ranges", "content-disposition", "content-encoding", "content-range", "etag"]},
    ),
    "range: readable": Case(
        profile="range-reader",
        headers={"Content-Range": "bytes 0-511/9000", "Accept-Ranges": "bytes", "ETag": '"1"'},
        status=206,
        expose=("Content-Range", "Accept-Ranges"),
    ),
    "range: not supported": Case(
        profile="range-reader",
        faults={"range": [f"the client does not accept the status 200: {NO_RANGES}"]},
    ),
    "grpc-web: trailers only": Case(
        profile="grpc-web",
        headers={"grpc-status": "12", "grpc-message": "unimplemented"},
        methods=("POST",),
        allow_headers=("X-Grpc-Web", "X-User-Agent"),
        faults={"call": ["grpc-status is hidden", "grpc-message is hidden"]},
        settings={"expose": ["grpc-message", "grpc-status", "grpc-status-details-bin"]},
    ),
    "grpc-web: trailers in the body": Case(
        profile="grpc-web", methods=("POST",), allow_headers=("X-Grpc-Web", "X-User-Agent")
    ),
    "grpc-web: header not allowed": Case(
        profile="grpc-web",
        methods=("POST",),
        faults={"call": ["blocked: the preflight's status is not a success"]},
        settings={
            "methods": ["POST"],
            "request-headers": [*BUILT_IN, "x-grpc-web", "x-user-agent"],
            "expose": ["grpc-message", "grpc-status", "grpc-status-details-bin"],
        },
    ),
    "pagination: one is enough": Case(
        profile="rest-pagination", headers={"X-Total-Count": "9"}, expose=("X-Total-Count",)
    ),
    "pagination: hidden": Case(
        profile="rest-pagination",
        headers={"X-Total-Count": "9", "Link": '</x?page=2>; rel="next"'},
        expose=("X-Total-Count",),
        faults={"list": ["Link is hidden"]},
        settings={"expose": ["link", "x-total-count"]},
    ),
    "pagination: none": Case(
        profile="rest-pagination", faults={"list": ["X-Total-Count or Content-Range or Link is not sent"]}
    ),
    "download: hidden": Case(
        profile="download",
        headers={"Content-Disposition": 'attachment; filename="a.pdf"'},
        faults={"file": ["Content-Disposition is hidden"]},
        settings={"expose": ["content-disposition"]},
    ),
    "download: readable": Case(
        profile="download",
        headers={"Content-Disposition": 'attachment; filename="a.pdf"'},
        expose=("Content-Disposition",),
    ),
    "rate limit: 429 is what the client is for": Case(
        profile="rate-limit", headers={"Retry-After": "3"}, status=429, expose=("Retry-After",)
    ),
    "rate limit: hidden": Case(
        profile="rate-limit",
        headers={"Retry-After": "3", "X-RateLimit-Limit": "9"},
        status=429,
        faults={"request": ["Retry-After, X-RateLimit-Limit are hidden"]},
        settings={"expose": ["retry-after", "x-ratelimit-limit"]},
    ),
    "conditional: all is there": Case(
        profile="conditional",
        headers={"ETag": '"1"'},
        methods=("GET", "PUT"),
        allow_headers=("If-Match",),
        expose=("ETag",),
    ),
    "conditional: nothing is": Case(
        profile="conditional",
        headers={"ETag": '"1"'},
        faults={
            "read": ["ETag is hidden"],
            "change": ["blocked: the preflight's status is not a success"],
        },
        settings={
            "expose": ["etag"],
            "methods": ["GET", "PUT"],
            "request-headers": [*BUILT_IN, "if-match"],
        },
    ),
}


def service(case: Case) -> Starlette:
    def respond(request: Request) -> Response:
        del request
        return Response("", status_code=case.status, headers=case.headers)

    cors = Middleware(
        CORSMiddleware,
        allow_origins=[PAGE],
        allow_methods=case.methods,
        allow_headers=case.allow_headers,
        expose_headers=case.expose,
    )
    methods = ["GET", "POST", "PUT"]
    return Starlette(routes=[Route("/x", respond, methods=methods)], middleware=[cors])


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_client_works_or_not_and_all_that_has_to_be_set_is_listed(case: Case) -> None:
    with uvicorn_server(service(case)) as url:
        client = run_client(f"{url}/x", case.profile)

    assert client.faults == case.faults
    assert client.settings == case.settings
    assert client.works == dict.fromkeys(("chromium", "firefox"), not case.faults)
    assert client.exit_status == (ExitStatus.FAILED if case.faults else ExitStatus.OK)


@pytest.mark.parametrize("case", sampled(CASES.values(), every=4), ids=CASES)
def test_an_app_in_process_is_judged_as_over_http(case: Case) -> None:
    client = run_client_of_app(service(case), "/x", case.profile)

    assert (client.faults, client.settings) == (case.faults, case.settings)
    assert client.works == dict.fromkeys(("chromium", "firefox"), not case.faults)


@pytest.mark.parametrize("is_exposed", [True, False])
def test_a_wsgi_app_in_process(*, is_exposed: bool) -> None:
    app = Flask("shop")
    CORS(app, origins=[PAGE], expose_headers=["X-Total-Count"] if is_exposed else [])
    app.add_url_rule("/x", view_func=lambda: ("", {"X-Total-Count": "7"}))
    client = run_client_of_app(app, "/x", "rest-pagination")

    assert client.works == dict.fromkeys(("chromium", "firefox"), is_exposed)
    assert client.report.services[0].name == "Flask"


def test_each_profile_has_a_case_here_or_a_real_server() -> None:
    assert {case.profile for case in CASES.values()} | {"mcp", "mcp-2026", "tus"} == set(NAMES)
