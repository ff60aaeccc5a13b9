"""What one response gives, later requests use; what no response gives leaves preflights. Writes are sent once."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from hdrcli.records.errors import ExitStatus
from tests.profiles.clients import BROWSERS, PAGE, Client, run_client
from tests.serving.asgi import Uvicorns

SESSION: Final = "c0ffee"
OTHER: Final = "https://other.example"
TOKEN: Final = "s3cr3t"  # noqa: S105 -- of no use outside
ALLOWED: Final = ("Content-Type", "Mcp-Session-Id", "MCP-Protocol-Version", "Authorization")


class Service:
    """An MCP server that notes its requests; `challenge` is its WWW-Authenticate for requests without the token."""

    def __init__(
        self,
        *,
        session: str = SESSION,
        challenge: str | None = None,
        issuer: str = "",
        origins: tuple[str, ...] = (PAGE,),
        more: Mapping[str, str] | None = None,
    ) -> None:
        self._origins = origins
        self._more = more or {}
        self.requests: list[tuple[str, str, Mapping[str, str]]] = []
        self._session = session
        self.challenge = challenge
        self._issuer = issuer

    def app(
        self,
        *,
        allow_headers: tuple[str, ...] = ALLOWED,
        expose: tuple[str, ...] = ("Mcp-Session-Id", "WWW-Authenticate"),
        gzip: bool = False,
        guard: bool = False,
    ) -> Starlette:
        """The application; with a guard, requests without the token don't reach the CORS layer."""
        cors = Middleware(
            CORSMiddleware,
            allow_origins=self._origins,
            allow_methods=["GET", "POST", "DELETE"],
            allow_headers=allow_headers,
            expose_headers=expose,
        )
        guarding = [Middleware(BaseHTTPMiddleware, dispatch=_guard)] if guard else []
        return Starlette(
            routes=[
                Route("/mcp", self._respond, methods=["GET", "POST", "DELETE"]),
                Route("/meta", self._metadata),
                Route("/.well-known/oauth-protected-resource/mcp", self._metadata),
                Route("/.well-known/oauth-authorization-server/tenant", self._metadata),
            ],
            middleware=[*guarding, cors, *([Middleware(GZipMiddleware, minimum_size=1)] if gzip else [])],
        )

    async def _respond(self, request: Request) -> Response:
        body = await request.body()
        message = json.loads(body)["method"] if body else ""
        self.requests.append((request.method, message, request.headers))
        if self.challenge is not None and request.headers.get("authorization") != f"Bearer {TOKEN}":
            return Response("", 401, {"WWW-Authenticate": self.challenge} if self.challenge else {})
        headers = {**self._more, **({"Mcp-Session-Id": self._session} if self._session else {})}
        if request.method == "GET":
            return StreamingResponse(_endless(), media_type="text/event-stream", headers=headers)
        return JSONResponse({}, 200 if message == "initialize" else 202, headers)

    async def _metadata(self, request: Request) -> Response:
        self.requests.append((request.method, request.url.path, request.headers))
        return JSONResponse({"authorization_servers": [self._issuer]})

    @property
    def pages(self) -> list[tuple[str, str]]:
        """The requests of the client, without probes: those with the page's origin and what each is for, once."""
        found = [(method, message) for method, message, headers in self.requests if headers.get("origin") == PAGE]
        return list(dict.fromkeys(found))

    def sent(self, name: str) -> list[str | None]:
        """The values of a request header, one for each write."""
        return [headers.get(name) for method, _, headers in self.requests if method in {"POST", "DELETE"}]


async def _endless() -> AsyncIterator[str]:
    yield ": begin\n\n"
    await asyncio.Event().wait()


@contextmanager
def uvicorns() -> Iterator[Uvicorns]:
    with Uvicorns() as running:
        yield running


async def _guard(request: Request, call_next: RequestResponseEndpoint) -> Response:
    if request.headers.get("authorization") != f"Bearer {TOKEN}":
        return Response("a token, please", 401, {"WWW-Authenticate": "Bearer"})
    return await call_next(request)


def run(
    service: Service,
    *,
    guard: bool = False,
    expose: tuple[str, ...] = ("Mcp-Session-Id", "WWW-Authenticate"),
    **changes: object,
) -> Client:
    app = service.app(guard=guard, expose=expose)
    with uvicorns() as running, running.serve(app) as served:
        return run_client(f"{served.url}/mcp", "mcp", **changes)


def test_a_session_is_used_and_ended_and_each_write_is_sent_once() -> None:
    service = Service()
    client = run(service)

    assert client.works == dict.fromkeys(BROWSERS, True)
    assert [request for request in service.requests if request[0] in {"POST", "DELETE"}] == [
        ("POST", "initialize", service.requests[0][2]),
        ("POST", "notifications/initialized", service.requests[1][2]),
        ("DELETE", "", service.requests[-1][2]),
    ]
    assert service.sent("mcp-session-id") == [None, SESSION, SESSION]
    assert service.sent("mcp-protocol-version") == [None, "2025-06-18", "2025-06-18"]


def test_a_server_without_sessions_has_none_to_end() -> None:
    service = Service(session="")
    client = run(service)

    assert client.works == dict.fromkeys(BROWSERS, True)
    assert service.sent("mcp-session-id") == [None, None]
    assert "end of the session" in [skipped.path for skipped in client.report.services[0].skipped]


def test_an_endless_event_stream_takes_no_time() -> None:
    """Neither the client's GET nor the probes wait for events."""
    begun = time.monotonic()
    client = run(Service(), timeout=30.0)

    assert client.statuses["event stream"] == 200
    assert time.monotonic() - begun < 10


def test_a_401_leads_to_the_authorization_server_of_another_origin() -> None:
    with uvicorns() as running:
        authorization = Service()
        with running.serve(authorization.app()) as issuer:
            service = Service(issuer=f"{issuer.url}/tenant")
            with running.serve(service.app(gzip=True)) as served:
                service.challenge = f'Bearer resource_metadata="{served.url}/meta", scope="a"'
                client = run_client(f"{served.url}/mcp", "mcp", send=(("X-Gateway", "1"),))

    assert [each.name for each in client.report.services] == [served.url, issuer.url]
    assert client.statuses == {
        "initialize": 401,
        "notifications/initialized": None,
        "event stream": None,
        "end of the session": None,
        "protected resource metadata": 200,
        "authorization server metadata": 200,
    }
    assert client.faults == {}
    assert client.results[0].not_sent == ("notifications/initialized", "event stream", "end of the session")
    assert ("GET", "/.well-known/oauth-authorization-server/tenant") in authorization.pages
    assert ("GET", "/meta") in service.pages
    assert client.exit_status is ExitStatus.OK


@pytest.mark.parametrize("challenge", ["", "Bearer", 'Bearer realm="x"'])
def test_without_a_url_of_the_metadata_it_is_at_the_well_known_place(challenge: str) -> None:
    service = Service(challenge=challenge, issuer="not a url")
    client = run(service)

    assert client.statuses["protected resource metadata"] == 200
    assert ("GET", "/.well-known/oauth-protected-resource/mcp") in service.pages


def test_a_token_is_sent_with_each_request_to_the_service() -> None:
    service = Service(challenge="Bearer")
    client = run(service, bearer=TOKEN)

    assert client.works == dict.fromkeys(BROWSERS, True)
    assert service.sent("authorization") == [f"Bearer {TOKEN}"] * 3


def test_a_token_is_not_sent_to_another_origin() -> None:
    with uvicorns() as running:
        authorization = Service()
        with running.serve(authorization.app()) as issuer:
            service = Service(challenge="Bearer", issuer=f"{issuer.url}/tenant")
            with running.serve(service.app()) as served:
                run_client(f"{served.url}/mcp", "mcp", bearer="another")

    assert authorization.requests
    assert all("authorization" not in headers for *_, headers in authorization.requests)


def test_with_a_blocked_step_the_preflights_of_all_others_are_sent() -> None:
    service = Service()
    with uvicorns() as running, running.serve(service.app(allow_headers=())) as served:
        client = run_client(f"{served.url}/mcp", "mcp")

    assert client.faults.keys() == {"notifications/initialized", "event stream", "end of the session"}
    assert {"mcp-session-id", "mcp-protocol-version"} <= set(client.settings["request-headers"])


def test_nothing_is_sent_with_dry_run_and_no_verdict_given() -> None:
    service = Service()
    client = run(service, dry_run=True)

    assert service.requests == []
    assert client.results == ()
    assert [route.step for route in client.report.routes] == [
        "initialize",
        "notifications/initialized",
        "event stream",
        "end of the session",
    ]
    assert all(not route.preflight_only for route in client.report.routes)


def test_with_preflight_only_nothing_is_verified() -> None:
    service = Service()
    client = run(service, preflight_only=True)

    assert service.requests == []
    assert client.works == dict.fromkeys(BROWSERS)


def test_of_several_pages_one_is_verified_as_writes_are_sent_once() -> None:
    """The other page's preflights are judged. Each page's writes are sent with --repeat-writes."""
    service = Service()
    client = run(service, origins=(PAGE, OTHER))
    repeated = run(Service(), origins=(PAGE, OTHER), repeat_writes=True)

    assert {(page, works) for page, _, works in client.results[0].works} == {(PAGE, True), (OTHER, False)}
    assert len(service.sent("mcp-session-id")) == 3
    assert {(page, works) for page, _, works in repeated.results[0].works} == {(PAGE, True), (OTHER, False)}


def test_a_page_whose_writes_are_not_sent_is_not_verified() -> None:
    client = run(Service(origins=(PAGE, OTHER)), origins=(PAGE, OTHER))

    assert {(page, works) for page, _, works in client.results[0].works} == {(PAGE, True), (OTHER, None)}


def test_authentication_in_front_of_the_cors_layer_is_part_of_the_fix() -> None:
    """It refuses preflights, which never have the token."""
    service = Service(challenge="Bearer")
    client = run(service, guard=True, bearer=TOKEN)

    assert set(client.settings) == {"preflights-first", "methods", "request-headers", "expose"}
    assert "authorization" in client.settings["request-headers"]


def test_the_fix_exposes_no_header_that_the_client_does_not_read() -> None:
    service = Service(more={"X-Process-Time": "1"})
    client = run(service, expose=())

    assert client.settings == {"expose": ["mcp-session-id", "www-authenticate"]}


@pytest.mark.parametrize(
    "issuer",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "http://127.0.0.1:1/\r\nX: y",
        "http://" + "a" * 5000,
        "\0",
        "//[",
        "",
    ],
)
def test_hostile_values_lead_nowhere(issuer: str) -> None:
    service = Service(challenge="Bearer", issuer=issuer)
    client = run(service, timeout=2.0)

    assert len(client.report.services) <= 2
    assert client.statuses["protected resource metadata"] == 200


@pytest.mark.parametrize("session", ["a" * 5000, "ü", "{metadata}", "x\ty"])
def test_a_strange_session_is_no_problem(session: str) -> None:
    service = Service(session=session.encode().decode("latin-1"))
    client = run(service)

    assert client.statuses["initialize"] == 200
    assert client.statuses["notifications/initialized"] == 202
