"""HDR109 and the decision why a page was refused: a test for each leaf, and for what a whole service shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest

from tests.findings import concept, evidence, found, the_finding, values, variant
from tests.rules.asking import PAGE, Answer, Asked, answering, ask
from tests.rules.snapshots import Snapshot

ALLOW_ORIGIN: Final = ("Access-Control-Allow-Origin", PAGE)
VARY: Final = ("Vary", "Origin")
ITEMS: Final = "https://api.example/items"

Answering = Callable[[Asked], Answer]


def at_items(status: int, *headers: tuple[str, str], then: Answer = (404, ())) -> Answering:
    """A response to GET of /items, and one to everything else."""
    return lambda asked: (status, headers) if (asked.method, asked.path) == ("GET", "/items") else then


def refusing_foreigners(asked: Asked) -> Answer:
    """As gin-contrib/cors and Spring: 403 to every method from a page that is not on the list."""
    return (403, ()) if asked.origin else (200, ())


def redirecting_to(location: str) -> Answering:
    """A redirect of /items without CORS headers; only /list has them."""

    def respond(asked: Asked) -> Answer:
        if asked.path == "/items":
            return 302, (("Location", location),)
        return (200, (ALLOW_ORIGIN, VARY)) if asked.path == "/list" else (404, ())

    return respond


LEAVES: Final[list[tuple[str, Answering, str, str]]] = [
    ("challenge", at_items(403, ("cf-mitigated", "challenge"), then=(200, (ALLOW_ORIGIN,))), "HDR107", "challenge 403"),
    ("challenge that is no error", at_items(202, ("x-amzn-waf-action", "challenge")), "HDR101", "challenge"),
    ("warning of ngrok", at_items(200, ("ngrok-error-code", "ERR_NGROK_6024")), "HDR101", "challenge"),
    ("strong sign", at_items(200, ("Access-Control-Allow-Credentials", "true"), VARY), "HDR101", "origin"),
    ("strong sign on an error", at_items(401, ("Access-Control-Expose-Headers", "X-A"), VARY), "HDR101", "origin"),
    ("weak sign", at_items(404, VARY), "HDR101", "origin"),
    ("another response shows the layer", at_items(422, then=(404, (VARY,))), "HDR101", "origin"),
    ("403 to every foreign page", refusing_foreigners, "HDR101", "refused"),
    ("gateway", at_items(502, ("Server", "nginx")), "HDR107", "gateway 502"),
    ("gateway at the edge", at_items(522, ("Server", "cloudflare")), "HDR107", "gateway 522"),
    ("tunnel without a service", at_items(404, ("ngrok-error-code", "ERR_NGROK_3200")), "HDR107", "gateway 404"),
    ("error outside of the layer", at_items(500, then=(404, (ALLOW_ORIGIN, VARY))), "HDR107", "500"),
    ("response outside of the layer", at_items(200, then=(404, (ALLOW_ORIGIN, VARY))), "HDR101", "bypassed"),
    ("a guard in front of everything", lambda _: (401, ()), "HDR107", "guarded 401"),
    ("redirect outside of the layer", redirecting_to("/list"), "HDR405", ""),
    ("redirect of a service without a layer", redirecting_to("/other"), "HDR101", "no-layer"),
    ("no layer", lambda _: (200, ()), "HDR101", "no-layer"),
    ("errors only, as there is no such path", lambda _: (404, ()), "HDR101", "errors"),
    ("errors only, as a token is missing", at_items(401), "HDR101", "errors"),
    ("errors only, as the handler raises one", at_items(422), "HDR101", "errors"),
]


@pytest.mark.parametrize(("respond", "code", "kind"), [leaf[1:] for leaf in LEAVES], ids=[leaf[0] for leaf in LEAVES])
def test_leaf(respond: Answering, code: str, kind: str, snapshot: Snapshot) -> None:
    finding = the_finding(ask(answering(respond)))

    assert (finding.code, variant(finding)) == (code, kind)
    snapshot(finding)


@pytest.mark.parametrize(
    ("server", "change"),
    [("Python/3.11 aiohttp/3.14.5", "cors-layer"), ("Kestrel", "origins"), ("something", "origins")],
)
def test_a_service_that_refuses_requests_in_place_of_its_cors_layer(
    server: str, change: str, snapshot: Snapshot
) -> None:
    """aiohttp-cors refuses only preflights: its list changes nothing for a request that a middleware refuses."""

    def respond(asked: Asked) -> Answer:
        return 403 if asked.origin else 200, (("Server", server),)

    finding = the_finding(ask(answering(respond)))

    assert (finding.code, variant(finding), concept(finding)) == ("HDR101", "refused", change)
    assert values(finding) == (PAGE,)
    snapshot(finding)


@pytest.mark.parametrize(
    ("location", "method", "status"),
    [
        ("https://elsewhere.example/list", "GET", 302),
        ("/list", "POST", 302),
        ("/list", "PUT", 307),
        ("/items", "GET", 302),
        ("http://[", "GET", 302),
        ("/list", "GET", 200),
    ],
)
def test_the_target_of_a_redirect_is_requested_only_within_the_service(location: str, method: str, status: int) -> None:
    """And only for a request that changes nothing."""
    requested = []

    def respond(asked: Asked) -> Answer:
        requested.append(asked.path)
        is_preflight = asked.method == "OPTIONS"
        return (204, (ALLOW_ORIGIN, ("Access-Control-Allow-Methods", "PUT"))) if is_preflight else (
            status, (("Location", location),)
        )  # fmt: skip

    ask(answering(respond), method=method)

    assert "/items" in requested
    assert "/list" not in requested


def test_without_probes_the_cause_is_unknown(snapshot: Snapshot) -> None:
    finding = the_finding(ask(answering(lambda _: (404, ())), probe=False))

    assert (finding.code, variant(finding)) == ("HDR101", "unknown")
    snapshot(finding)


@pytest.mark.parametrize(
    "mark",
    [
        ("X-Cache", "Hit from cloudfront"),
        ("X-Cache", "TCP_HIT"),
        ("X-Cache-Status", "HIT"),
        ("X-Proxy-Cache", "STALE"),
        ("X-Vercel-Cache", "HIT"),
        ("CF-Cache-Status", "REVALIDATED"),
        ("Cache-Status", '"edge"; hit; ttl=30'),
        ("X-Varnish", "32770 3"),
        ("Age", "27"),
    ],
    ids=": ".join,
)
def test_a_cached_copy_of_the_response_to_another_origin(mark: tuple[str, str], snapshot: Snapshot) -> None:
    def respond(asked: Asked) -> Answer:
        return (200, (ALLOW_ORIGIN, VARY)) if asked.query else (200, (mark,))

    finding = the_finding(ask(answering(respond)))

    assert (finding.code, finding.severity, variant(finding)) == ("HDR109", "error", "cached")
    assert concept(finding) == "vary-origin"
    snapshot(finding)


def test_a_cached_copy_that_names_another_origin() -> None:
    def respond(asked: Asked) -> Answer:
        origin = PAGE if asked.query else "https://admin.example"
        return 200, (("Access-Control-Allow-Origin", origin), VARY, ("CF-Cache-Status", "HIT"))

    assert found(ask(answering(respond))) == ["error HDR109"]


@pytest.mark.parametrize(
    "mark",
    [("Cache-Control", "max-age=9, stale-while-revalidate=9"), ("X-Cache", "MISS"), ("X-Varnish", "3"), ("Age", "0")],
    ids=": ".join,
)
def test_a_response_that_is_no_cached_copy(mark: tuple[str, str]) -> None:
    def respond(asked: Asked) -> Answer:
        return (200, (ALLOW_ORIGIN, VARY)) if asked.query else (200, (mark,))

    assert found(ask(answering(respond))) == ["error HDR101"]


def test_a_response_from_a_cache_may_be_refused_for_another_reason() -> None:
    assert found(ask(answering(lambda _: (200, (("Age", "27"),))))) == ["error HDR101"]


# Preflights


def test_options_does_not_reach_the_layer_of_the_route(snapshot: Snapshot) -> None:
    """Express: `app.post("/items", cors(), handler)` leaves OPTIONS to the router."""

    def respond(asked: Asked) -> Answer:
        return (200, (("Allow", "POST"),)) if asked.method == "OPTIONS" else (404, (ALLOW_ORIGIN, VARY))

    finding = the_finding(ask(answering(respond), method="PUT"))

    assert (finding.code, variant(finding), concept(finding)) == ("HDR101", "preflight", "preflights-first")
    snapshot(finding)


class Strict:
    """A CORS layer that allows GET and PUT with X-Token, and refuses other preflights without any CORS header."""

    def __init__(self, status: int, *, listing: bool = False) -> None:
        self.status = status
        self.lists = (("Access-Control-Allow-Methods", "GET, PUT"), ("Access-Control-Allow-Headers", "X-Token"))
        self.listing = listing

    def __call__(self, asked: Asked) -> Answer:
        if asked.method != "OPTIONS":
            return 200, (ALLOW_ORIGIN, VARY)
        if asked.wanted_method not in {"GET", "PUT"} or asked.wanted_headers not in {"", "x-token"}:
            return self.status, ()
        return 204, (ALLOW_ORIGIN, VARY, *(self.lists if self.listing or asked.wanted_headers else self.lists[:1]))


@pytest.mark.parametrize(
    ("method", "header", "concept_of_fix", "wanted"),
    [
        ("DELETE", None, "methods", ("GET", "PUT", "DELETE")),
        ("DELETE", "X-Token", "methods", ("GET", "PUT", "DELETE")),
        ("PUT", "X-Other", "request-headers", ("X-Other",)),
        ("GET", "X-Other", "request-headers", ("X-Other",)),
    ],
)
@pytest.mark.parametrize(
    "refusal", [(204, b"", "HDR101"), (403, b"", "HDR201"), (403, b"Invalid CORS request", "HDR201")]
)
def test_a_layer_refuses_a_part_of_a_preflight(
    refusal: tuple[int, bytes, str], method: str, header: str | None, concept_of_fix: str, wanted: tuple[str, ...]
) -> None:
    """As rs/cors, rack-cors, Tomcat and Spring do, without saying which part: neither the origin nor a login is."""
    status, body, code = refusal
    headers = () if header is None else ((header, "1"),)
    finding = the_finding(ask(answering(Strict(status), body=body), method=method, headers=headers))

    assert (finding.code, concept(finding), values(finding)) == (code, concept_of_fix, wanted)


def test_the_list_of_a_simpler_preflight_is_known(snapshot: Snapshot) -> None:
    strict = answering(Strict(403, listing=True))
    headers = (("X-Token", "1"), ("X-Other", "1"))
    finding = the_finding(ask(strict, method="PUT", headers=headers))

    assert values(finding) == ("X-Token", "X-Other")
    snapshot(finding)


@pytest.mark.parametrize("method", ["PUT", "GET"])
def test_a_part_is_not_to_blame_if_it_is_allowed(method: str) -> None:
    assert found(ask(answering(Strict(403)), method=method, headers=(("X-Token", "1"),))) == []


def test_a_refusal_in_two_hundred_is_of_its_method(snapshot: Snapshot) -> None:
    finding = the_finding(ask(answering(Strict(200)), method="DELETE"))

    assert (finding.code, variant(finding)) == ("HDR101", "parts")
    snapshot(finding)


@pytest.mark.parametrize(
    ("lists", "missing"),
    [((("Access-Control-Allow-Methods", "*"), ("Access-Control-Allow-Headers", "*")), False), ((), True)],
)
def test_headers_on_every_response_do_not_respond_to_preflights(
    lists: tuple[tuple[str, str], ...], *, missing: bool, snapshot: Snapshot
) -> None:
    """As of route rules and of add_header: the status is the router's."""

    def respond(asked: Asked) -> Answer:
        return (405 if asked.method == "OPTIONS" else 200), (("Access-Control-Allow-Origin", "*"), *lists)

    finding = the_finding(ask(answering(respond), method="PUT", headers=(("X-Token", "1"),)))

    assert (finding.code, variant(finding), concept(finding)) == ("HDR201", "status", "preflights-first")
    assert ("allow the method PUT" in finding.fix) == missing
    snapshot(finding)


EXPRESS: Final = ("X-Powered-By", "Express")


@pytest.mark.parametrize(
    ("line", "stack"), [((), "any"), ((("Server", "Caddy"),), "caddy"), ((("X-Token", "1"),), "any")], ids=str
)
def test_a_response_of_other_software_is_not_covered(
    line: tuple[tuple[str, str], ...], stack: str, snapshot: Snapshot
) -> None:
    """Socket.IO on the server of an Express application: app.use(cors()) doesn't concern it."""
    finding = the_finding(ask(answering(at_items(200, *line, then=(404, (ALLOW_ORIGIN, VARY, EXPRESS))))))

    assert (finding.code, variant(finding), concept(finding)) == ("HDR101", "bypassed", "cors-layer")
    assert finding.fix_setting is not None
    assert finding.fix_setting.stack == stack
    snapshot(finding)


def test_the_name_of_other_software_is_short_and_without_secrets() -> None:
    name = ("X-Powered-By", f"Bearer {'ab12' * 10} {'x' * 5000}")
    finding = the_finding(ask(answering(at_items(200, then=(404, (ALLOW_ORIGIN, VARY, name))))))

    assert variant(finding) == "bypassed"
    assert "X-Powered-By" in finding.fix
    assert "ab12" not in finding.fix
    assert len(finding.fix) < 300


def test_a_response_of_the_same_software_is() -> None:
    finding = the_finding(ask(answering(at_items(200, EXPRESS, then=(404, (ALLOW_ORIGIN, VARY, EXPRESS))))))

    assert (variant(finding), concept(finding)) == ("bypassed", "outermost")


def test_preflights_may_be_answered_by_another_layer(snapshot: Snapshot) -> None:
    """Traefik, without this page in its list, in front of PHP."""

    def respond(asked: Asked) -> Answer:
        return (200, ()) if asked.method == "OPTIONS" else (200, (("X-Powered-By", "PHP/8.2"), ("Server", "nginx")))

    finding = the_finding(ask(answering(respond), method="PUT"))

    assert (finding.code, variant(finding)) == ("HDR101", "no-layer")
    assert finding.fix_setting is not None
    assert finding.fix_setting.stack == "any"
    snapshot(finding)


@pytest.mark.parametrize("status", [400, 404, 500])
def test_a_handler_without_cors_answers_preflights(status: int) -> None:
    """A GraphQL server that takes OPTIONS for a query."""

    def respond(asked: Asked) -> Answer:
        return (status if asked.method == "OPTIONS" else 200), (EXPRESS,)

    finding = the_finding(ask(answering(respond, body=b"POST body missing"), method="PUT"))

    assert (finding.code, variant(finding), concept(finding)) == ("HDR201", "no-layer", "cors-layer")
    assert values(finding) == (PAGE,)


def test_a_bucket_names_all_that_a_rule_has_to_allow() -> None:
    body = b"<Message>CORS not enabled or no matching rule found for this request.</Message>"
    respond = answering(lambda asked: (403 if asked.method == "OPTIONS" else 200, ()), body=body)
    finding = the_finding(ask(respond, method="PUT", headers=(("X-Ms-Blob-Type", "BlockBlob"),)))

    assert (finding.code, variant(finding), concept(finding)) == ("HDR201", "origin", "origins")
    assert "the method PUT and the request header X-Ms-Blob-Type" in finding.fix


def test_of_errors_only_the_layer_of_other_responses_is_not_known() -> None:
    only_errors = the_finding(ask(answering(lambda _: (404, ()))))
    preflights = the_finding(ask(answering(lambda asked: (204 if asked.method == "OPTIONS" else 404, ()))))

    assert (variant(only_errors), variant(preflights)) == ("errors", "no-layer")


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_layer_that_leaves_preflights_to_the_router(method: str, snapshot: Snapshot) -> None:
    """rack-cors without this method in its list: the router's 404 has its Vary."""

    def respond(asked: Asked) -> Answer:
        return (404, (("Vary", "Accept, Origin"),)) if asked.method == "OPTIONS" else (200, (ALLOW_ORIGIN, VARY))

    report = ask(answering(respond, body=b"No route matches"), method=method, headers=(("X-Token", "1"),))
    finding = the_finding(report)

    assert (finding.code, variant(finding), values(finding)) == ("HDR201", "method", (method,))
    snapshot(finding)


@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize(
    ("elsewhere", "kind"),
    [((200, ()), "no-layer"), ((200, (VARY,)), "origin"), ((200, (ALLOW_ORIGIN, VARY)), "router")],
)
def test_another_route_shows_the_layer_of_a_refused_preflight(elsewhere: Answer, kind: str, *, is_first: bool) -> None:
    """One route without Vary doesn't mean that the service has no CORS layer."""

    def respond(asked: Asked) -> Answer:
        if asked.path == "/users":
            return (404, elsewhere[1]) if asked.method == "OPTIONS" and kind == "origin" else elsewhere
        return (404, ()) if asked.method == "OPTIONS" or asked.path != "/items" else (200, ())

    urls = (ITEMS, "https://api.example/users")
    report = ask(answering(respond), *(urls if is_first else urls[::-1]), method="PUT")

    assert kind in {variant(finding) for finding in report.findings if finding.code == "HDR201"}
    assert kind == "no-layer" or "no-layer" not in {variant(finding) for finding in report.findings}


def test_a_layer_that_refuses_preflights_of_foreign_pages() -> None:
    finding = the_finding(ask(answering(refusing_foreigners), method="PUT"))

    assert (finding.code, variant(finding), values(finding)) == ("HDR201", "origin", (PAGE,))


def test_a_router_without_any_cors() -> None:
    finding = the_finding(ask(answering(lambda asked: (405 if asked.method == "OPTIONS" else 200, ())), method="PUT"))

    assert (finding.code, variant(finding), concept(finding)) == ("HDR201", "no-layer", "cors-layer")
    assert values(finding) == (PAGE,)


def test_a_gateway_that_cannot_pass_on_preflights_only() -> None:
    """A function that fails at OPTIONS: the service is there, as its other responses show."""

    def respond(asked: Asked) -> Answer:
        return (502, ()) if asked.method == "OPTIONS" else (200, (ALLOW_ORIGIN,))

    finding = the_finding(ask(answering(respond), method="PUT"))

    assert (finding.code, variant(finding), concept(finding)) == ("HDR201", "502", "preflights-first")


def test_a_gateway_that_passes_on_nothing() -> None:
    finding = the_finding(ask(answering(lambda _: (502, ())), method="PUT"))

    assert (finding.code, variant(finding), concept(finding)) == ("HDR201", "proxy", None)


def test_authentication_and_the_origin_are_reported_at_once() -> None:
    def respond(asked: Asked) -> Answer:
        return (401, ()) if asked.method == "OPTIONS" else (200, (VARY,))

    report = ask(answering(respond), method="PUT")

    assert {variant(finding) for finding in report.findings} == {"origin", "authentication"}


def test_authentication_and_a_missing_header_are_reported_at_once() -> None:
    def respond(asked: Asked) -> Answer:
        lists = (("Access-Control-Allow-Headers", "X-Token"), ("Access-Control-Allow-Methods", "PUT"))
        return (401, (ALLOW_ORIGIN, *lists)) if asked.method == "OPTIONS" else (200, (ALLOW_ORIGIN,))

    report = ask(answering(respond), method="PUT", headers=(("Depth", "1"),))

    assert {variant(finding) for finding in report.findings} == {"headers", "authentication"}


# What the other routes of a service show


def service(items: Answer, users: Answer) -> Answering:
    return lambda asked: {"/items": items, "/users": users}.get(asked.path, (404, ()))


@pytest.mark.parametrize(
    ("items", "users", "findings"),
    [
        ((500, ()), (200, (ALLOW_ORIGIN, VARY)), ["error HDR107 500"]),
        ((200, ()), (200, (ALLOW_ORIGIN, VARY)), ["error HDR101 bypassed"]),
        ((200, ()), (200, (VARY,)), ["error HDR101 origin"]),
        ((200, ()), (200, ()), ["error HDR101 no-layer"]),
    ],
)
@pytest.mark.parametrize("is_first", [True, False])
def test_another_route_decides(items: Answer, users: Answer, findings: list[str], *, is_first: bool) -> None:
    urls = (ITEMS, "https://api.example/users")
    report = ask(answering(service(items, users)), *(urls if is_first else urls[::-1]))

    shown = [f"{each.severity} {each.code} {variant(each)}" for each in report.findings if each.code != "HDR108"]
    assert sorted(shown) == findings


def test_pages_that_the_run_has_seen_allowed_stay_in_the_list() -> None:
    def respond(asked: Asked) -> Answer:
        return 200, ((*((ALLOW_ORIGIN,) if asked.origin == PAGE else ()), VARY))

    finding = the_finding(ask(answering(respond), origins=(PAGE, "https://admin.example")))

    assert values(finding) == ("https://admin.example", PAGE)
    assert finding.fix_setting is not None
    assert not finding.fix_setting.complete


# Bodies


def test_the_body_names_the_layer() -> None:
    def respond(asked: Asked) -> Answer:
        return (500, ()) if asked.origin == PAGE else (200, ())

    finding = the_finding(ask(answering(respond, body=b"Error: Not allowed by CORS\n    at origin (/app.js)")))

    assert (finding.code, variant(finding)) == ("HDR101", "origin")
    assert "its body begins: Error: Not allowed by CORS" in evidence(finding)


def test_a_body_shows_no_secret_and_no_control() -> None:
    body = b"<h1>Denied</h1> token eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30 \x1b[31mred"
    finding = the_finding(ask(answering(lambda _: (403, ()), body=body)))

    assert "its body begins: Denied token [redacted] [31mred" in evidence(finding)


@pytest.mark.parametrize(
    ("body", "quote"),
    [
        (
            b"<title>Error</title>\n<pre>Error: Url https://b Not allowed by CORS<br> at",
            "Error: Url https://b Not allowed",
        ),
        (b'{\n  "error": true,\n  "statusMessage": "No such method"\n}', '{ "error": true, "statusMessage": "No such'),
        (b"\xef\xbb\xbf<Error><Code>NoRule</Code><Message>No rule found", "NoRule No rule found"),
        (b"\n<h1>Forbidden</h1>\n", "Forbidden"),
    ],
)
def test_the_line_of_a_body_that_says_most_is_quoted(body: bytes, quote: str) -> None:
    finding = the_finding(ask(answering(lambda _: (403, ()), body=body)))

    assert any(line.startswith(f"its body begins: {quote}") for line in evidence(finding))


def test_a_refusal_may_be_wrapped_into_json() -> None:
    """As an app's own handler of errors does."""

    def respond(asked: Asked) -> Answer:
        return (400, ()) if asked.method == "OPTIONS" else (200, (ALLOW_ORIGIN,))

    body = b'{"status_code":400,"detail":"Disallowed CORS method"}'
    finding = the_finding(ask(answering(respond, body=body), method="PUT"))

    assert (finding.code, variant(finding), concept(finding)) == ("HDR201", "method", "methods")


BUCKET: Final = b"<Error><Code>AccessForbidden</Code><Message>CORSResponse: "
BY_NO_RULE: Final = BUCKET + (
    b"This CORS request is not allowed. This is usually because the evalution of Origin, request method / "
    b"Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec."
)
WITHOUT_CORS: Final = BUCKET + b"CORS is not enabled for this bucket.</Message>"


@pytest.mark.parametrize(
    ("body", "get", "kind"),
    [
        (BY_NO_RULE, (200, ()), "origin"),
        (BY_NO_RULE, (403, ()), "origin"),
        (BY_NO_RULE, (200, (ALLOW_ORIGIN, VARY)), "method"),
        (WITHOUT_CORS, (200, ()), "no-layer"),
        (WITHOUT_CORS, (403, ()), "no-layer"),
    ],
)
def test_a_bucket_says_why_it_refuses_a_preflight(body: bytes, get: Answer, kind: str) -> None:
    def respond(asked: Asked) -> Answer:
        return (403, ()) if asked.method == "OPTIONS" else get

    finding = the_finding(ask(answering(respond, body=body), method="PUT"))

    assert (finding.code, variant(finding)) == ("HDR201", kind)
