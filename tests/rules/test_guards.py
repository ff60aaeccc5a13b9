"""Applications that refuse a request for its host, its origin or a CSRF token: CORS is not what is to be changed."""

from __future__ import annotations

from typing import Final

import pytest
from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from hdrcli.rules.evidence.guards import SIGNS, sign_of_guard
from tests.findings import concept, fix, found, the_finding, variant
from tests.rules.asking import PAGE, answering, ask, lines
from tests.rules.snapshots import Snapshot

ALLOWED: Final = (("Access-Control-Allow-Origin", PAGE), ("Vary", "Origin"))

DJANGO_HOST: Final = """<!DOCTYPE html>
<html lang="en">
<head>
  <meta name="robots" content="NONE,NOARCHIVE">
  <title>DisallowedHost
          at /items</title>"""

DJANGO_BAD_REQUEST: Final = """
<!doctype html>
<html lang="en">
<head>
  <title>Bad Request</title>
</head>
<body>
  <h1>Bad Request (400)</h1><p></p>
</body>
</html>
"""

DJANGO_CSRF: Final = """<body>
<div id="summary">
  <h1>Forbidden <span>(403)</span></h1>
  <p>CSRF verification failed. Request aborted.</p>"""

DRF: Final = '{"detail":"CSRF Failed: %s"}'
UNTRUSTED: Final = "Origin checking failed - https://app.example does not match any trusted origins."

REFUSALS: Final[list[tuple[str, int, str, str]]] = [
    ("Starlette's TrustedHostMiddleware", 400, "Invalid host header", "host"),
    ("Litestar's AllowedHostsConfig", 400, '{"message":"invalid host header"}', "host"),
    ("the MCP SDK's host", 421, "Invalid Host header", "host"),
    ("MLflow's host", 403, "Invalid Host header - possible DNS rebinding attack detected", "host"),
    ("Django's host, in debug mode", 400, DJANGO_HOST, "host"),
    ("Django's host", 400, DJANGO_BAD_REQUEST, "host"),
    ("Flask's host", 400, "<p>Host &#39;api.example&#39; is not trusted.</p>", "host"),
    ("Vite's host", 403, 'Blocked request. This host ("api.example") is not allowed.', "host"),
    ("Rails' host", 403, "<h1>Blocked hosts: api.example</h1>", "host"),
    ("the MCP SDK's origin", 403, "Invalid Origin header", "origin"),
    ("MLflow's origin", 403, "Cross-origin request blocked", "origin"),
    ("Django REST framework's origin", 403, DRF % UNTRUSTED, "origin"),
    ("Django REST framework's token", 403, DRF % "CSRF token missing.", "csrf"),
    ("Django's token or origin", 403, DJANGO_CSRF, "csrf"),
    ("Flask-WTF's token", 400, "<p>The CSRF token is missing.</p>", "csrf"),
    ("Jupyter's token", 403, "'_xsrf' argument missing from POST", "csrf"),
    ("Laravel's token", 419, '{"message": "CSRF token mismatch."}', "csrf"),
]

OTHERS: Final[list[tuple[str, int, str]]] = [
    ("a parameter called host", 400, '{"error": "invalid host parameter"}'),
    ("a parameter called origin", 400, '{"error": "invalid origin"}'),
    ("a bad request", 400, "<h1>Bad Request</h1>"),
    ("another kind of host", 422, '{"error": "the host of the party is not available"}'),
    ("a token of another kind", 401, '{"detail": "Invalid token"}'),
    ("nothing", 403, ""),
]

each_refusal = pytest.mark.parametrize(
    ("status", "body", "check"), [refusal[1:] for refusal in REFUSALS], ids=[refusal[0] for refusal in REFUSALS]
)
each_other = pytest.mark.parametrize(
    ("status", "body"), [other[1:] for other in OTHERS], ids=[other[0] for other in OTHERS]
)


@each_refusal
def test_a_write_that_is_refused_inside_of_the_cors_layer(
    status: int, body: str, check: str, snapshot: Snapshot
) -> None:
    """The page reads the error: its own body says why, as a write isn't sent again."""
    app = answering(lines(*ALLOWED, status=status), body.encode())
    finding = the_finding(ask(app, method="POST", expect_status=()))

    assert (finding.code, variant(finding)) == ("HDR005", check)
    snapshot(finding)


@each_refusal
def test_a_request_that_is_refused_outside_of_the_cors_layer(status: int, body: str, check: str) -> None:
    finding = the_finding(ask(answering(lines(status=status), body.encode())))

    assert (variant(finding) == f"host {status}") is (check == "host")
    assert check != "host" or (finding.code, concept(finding)) == ("HDR107", None)


@each_other
def test_an_error_that_says_something_else(status: int, body: str) -> None:
    app = answering(lines(*ALLOWED, status=status), body.encode())
    finding = the_finding(ask(app, method="POST", expect_status=()))

    assert (finding.code, variant(finding) in {"host", "origin", "csrf"}) == ("HDR005", False)


def test_every_sign_has_a_refusal() -> None:
    assert {id(sign_of_guard(body)) for _, _, body, _ in REFUSALS} == set(map(id, SIGNS))


def test_a_host_is_allowed_where_it_is_refused() -> None:
    """Applied to the letter, the fix leaves nothing to find."""

    def app(*hosts: str) -> FastAPI:
        app = FastAPI()
        app.get("/items")(lambda: "items")
        app.add_middleware(CORSMiddleware, allow_origins=[PAGE])
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=["www.example", *hosts])
        return app

    finding = the_finding(ask(app()))

    assert variant(finding) == "host 400"
    assert "api.example" in fix(finding)
    assert found(ask(app("api.example"))) == []
