"""Responses of firewalls, gateways and platforms: each is reported as that layer's, and never as the service's."""

from __future__ import annotations

import gzip
from typing import Final

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from hdrcli.explanations import explain
from hdrcli.fetch import HTTPResponse
from hdrcli.rules.evidence.in_front import SIGNS, sign_in_front
from hdrcli.stacks import ANY as ANY_STACK
from hdrcli.stacks.writing import fix_text
from tests.findings import concept, evidence, found, the_finding, variant
from tests.rules.asking import PAGE, Answer, Asked, Lines, answering, ask
from tests.rules.snapshots import Snapshot

ALLOW_ORIGIN: Final = ("Access-Control-Allow-Origin", PAGE)
CLOUDFLARE: Final = (("Server", "cloudflare"), ("CF-RAY", "9a1b-FRA"))
CLOUDFRONT: Final = (("Server", "CloudFront"), ("X-Cache", "Error from cloudfront"), ("X-Amz-Cf-Id", "a1"))
REST_API: Final = (("x-amzn-RequestId", "1"), ("x-amz-apigw-id", "2"))
HTTP_API: Final = (("apigw-requestid", "1"),)

BLOCKED_BY_CLOUDFLARE: Final = """<!DOCTYPE html>
<!--[if lt IE 7]> <html class="no-js ie6 oldie" lang="en-US"> <![endif]-->
<!--[if IE 7]>    <html class="no-js ie7 oldie" lang="en-US"> <![endif]-->
<!--[if IE 8]>    <html class="no-js ie8 oldie" lang="en-US"> <![endif]-->
<!--[if gt IE 8]><!--> <html class="no-js" lang="en-US"> <!--<![endif]-->
<head>
<title>Attention Required! | Cloudflare</title>
<meta charset="UTF-8" />"""

BY_CLOUDFRONT: Final = """<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN" \
"http://www.w3.org/TR/html4/loose.dtd">
<HTML><HEAD><META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=iso-8859-1">
<TITLE>ERROR: The request could not be satisfied</TITLE>
</HEAD><BODY>
<H1>403 ERROR</H1>
<H2>The request could not be satisfied.</H2>
<HR noshade size="1px">
"""

OTHER_METHOD: Final = (
    f"{BY_CLOUDFRONT}This distribution is not configured to allow the HTTP request method that was used"
)

BY_AKAMAI: Final = """<HTML><HEAD>
<TITLE>Access Denied</TITLE>
</HEAD><BODY>
<H1>Access Denied</H1>
You don't have permission to access "http&#58;&#47;&#47;api&#46;example&#47;items" on this server.<P>
Reference&#32;&#35;18&#46;7d0a1602&#46;1700000000&#46;1a2b3c
<P>https&#58;&#47;&#47;errors&#46;edgesuite&#46;net&#47;18&#46;7d0a1602
</BODY>
</HTML>"""

RESPONSES: Final[list[tuple[str, int, Lines, str, str]]] = [
    ("Cloudflare's rule", 403, CLOUDFLARE, "error code: 1020", "firewall"),
    ("Cloudflare's page", 403, CLOUDFLARE, BLOCKED_BY_CLOUDFLARE, "firewall"),
    ("Cloudflare's rate limit", 429, CLOUDFLARE, "error code: 1015", "firewall"),
    ("Cloudflare's tunnel", 530, CLOUDFLARE, "error code: 1033", "gateway"),
    ("Cloudflare without DNS", 409, CLOUDFLARE, "error code: 1001", "gateway"),
    ("Cloudflare's challenge page", 403, CLOUDFLARE, "<html><head><title>Just a moment...</title>", "challenge"),
    ("Akamai", 403, (("Server", "AkamaiGHost"),), BY_AKAMAI, "firewall"),
    ("Akamai without Server", 403, (), "Access Denied https://errors.edgesuite.net/18.7d0a", "firewall"),
    ("CloudFront", 403, CLOUDFRONT, f"{BY_CLOUDFRONT}Request blocked.", "firewall"),
    ("AWS load balancer", 403, (("Server", "awselb/2.0"),), "<html><head><title>403 Forbidden</title>", "firewall"),
    (
        "REST API without this route",
        403,
        (*REST_API, ("x-amzn-ErrorType", "MissingAuthenticationTokenException")),
        '{"message":"Missing Authentication Token"}',
        "route",
    ),
    ("REST API behind a CDN", 403, (), '{"message":"Missing Authentication Token"}', "route"),
    ("REST API without a key", 403, (*REST_API, ("x-amzn-ErrorType", "ForbiddenException")), "{}", "key"),
    ("REST API's authorizer", 401, (*REST_API, ("x-amzn-ErrorType", "UnauthorizedException")), "{}", "key"),
    ("HTTP API without this route", 404, HTTP_API, '{"message":"Not Found"}', "route"),
    ("HTTP API's authorizer", 403, HTTP_API, '{"message":"Forbidden"}', "key"),
    ("Azure's gateway", 403, (("Server", "Microsoft-Azure-Application-Gateway/v2"),), "<html>", "firewall"),
    ("Azure Front Door", 403, (("x-azure-ref", "1"),), "<title>Error</title>The request is blocked.", "firewall"),
    (
        "Azure API Management without a key",
        401,
        (),
        '{ "statusCode": 401, "message": "Access denied due to missing subscription key." }',
        "key",
    ),
    (
        "Azure API Management without this route",
        404,
        (),
        '{ "statusCode": 404, "message": "Resource not found" }',
        "route",
    ),
    ("Cloud Run", 403, (), "<h2>Your client does not have permission to get URL <code>/</code>", "key"),
    ("Google's proxy", 401, (("X-Goog-IAP-Generated-Response", "true"),), "Invalid IAP credentials", "key"),
    ("Cloud Armor", 403, (("Via", "1.1 google"),), "<!doctype html><title>403</title>403 Forbidden", "firewall"),
    ("Imperva", 403, (), "<html>Request unsuccessful. Incapsula incident ID: 8-1</html>", "firewall"),
    ("Sucuri", 403, (("x-sucuri-block", "1"),), "", "firewall"),
    ("F5", 403, (), "<title>Rejected</title>The requested URL was rejected. Please consult with", "firewall"),
    ("ModSecurity", 406, (), "This error was generated by Mod_Security.", "firewall"),
    ("Wordfence", 403, (), "<p>Generated by Wordfence at Tue", "firewall"),
    ("DataDome", 403, (), '{"url":"https://geo.captcha-delivery.com/captcha/"}', "challenge"),
    ("HUMAN", 403, (), '{"appId":"PX1","jsClientSrc":"/1/init.js"}', "challenge"),
    ("Vercel's firewall", 403, (("x-vercel-mitigated", "deny"),), "Forbidden", "firewall"),
    ("Vercel's challenge", 403, (("x-vercel-mitigated", "challenge"),), "", "challenge"),
    ("Vercel's protection", 401, (("Set-Cookie", "_vercel_sso_nonce=1; Path=/"),), "", "key"),
    ("Vercel without this route", 404, (("x-vercel-error", "DEPLOYMENT_NOT_FOUND"),), "", "route"),
    ("Vercel's static files", 405, (("x-vercel-error", "INVALID_REQUEST_METHOD"),), "", "method"),
    ("CloudFront's method", 403, CLOUDFRONT, OTHER_METHOD, "method"),
    ("ngrok's warning", 403, (("ngrok-error-code", "ERR_NGROK_6024"),), "", "challenge"),
    ("ngrok without a service", 404, (("ngrok-error-code", "ERR_NGROK_3200"),), "", "gateway"),
    ("Railway", 404, (("x-railway-fallback", "true"),), '{"message":"Application not found"}', "gateway"),
    ("Render", 404, (("x-render-routing", "no-server"),), "Not Found", "gateway"),
    ("Cloud Foundry", 404, (("X-Cf-Routererror", "unknown_route"),), "404 Not Found", "route"),
    ("REST API's function", 502, (*REST_API, ("x-amzn-ErrorType", "InternalServerErrorException")), "{}", "gateway"),
    ("HTTP API's function", 500, HTTP_API, '{"message":"Internal Server Error"}', "gateway"),
    ("Lambda@Edge", 502, (("X-Cache", "LambdaValidationError from cloudfront"),), "", "gateway"),
    ("Cloudflare's worker", 500, CLOUDFLARE, "error code: 1101", "gateway"),
    ("Vercel's function", 500, (("x-vercel-error", "FUNCTION_INVOCATION_FAILED"),), "", "gateway"),
    (
        "Cloud Run's instance",
        503,
        (),
        "The request failed because either the HTTP response was malformed or connection to the instance had an error.",
        "gateway",
    ),
    ("Kong without this route", 404, (), '{"message":"no Route matched with those values"}', "route"),
    ("Kong without a key", 401, (), '{"message":"No API key found in request"}', "key"),
    ("APISIX without this route", 404, (), '{"error_msg":"404 Route Not Found"}', "route"),
    ("APISIX without a key", 401, (("Server", "APISIX/3.9.0"),), '{"message":"Missing API key in request"}', "key"),
    (
        "Apigee without this route",
        404,
        (),
        '{"fault":{"faultstring":"Unable to identify proxy for host: a and url: /b"}}',
        "route",
    ),
    ("Apigee without a key", 401, (), '{"fault":{"detail":{"errorcode":"oauth.v2.InvalidAccessToken"}}}', "key"),
    ("old Tyk without a key", 400, (), '{"error": "Authorization field missing"}', "key"),
    ("Tyk without a key", 401, (), '{\n "error": "Authorization field missing"\n}', "key"),
    ("Istio's policy", 403, (("server", "istio-envoy"),), "RBAC: access denied", "key"),
    ("Envoy's token", 401, (("server", "envoy"),), "Jwt is missing", "key"),
    ("HAProxy", 403, (), "<html><body><h1>403 Forbidden</h1>\nRequest forbidden by administrative rules.", "firewall"),
    ("ingress-nginx", 404, (), "default backend - 404", "route"),
    ("AWS WAF", 405, (("x-amzn-waf-action", "captcha"),), "", "challenge"),
    ("Cloudflare's challenge", 403, (("cf-mitigated", "challenge"),), "", "challenge"),
]
every_response = pytest.mark.parametrize(
    ("status", "headers", "body", "kind"), [each[1:] for each in RESPONSES], ids=[each[0] for each in RESPONSES]
)


def in_front(status: int, headers: Lines, body: str) -> ASGIApp:
    """A layer that responds to everything itself."""
    return answering(lambda _: (status, headers), body=body.encode())


@every_response
def test_an_error_of_the_layer(status: int, headers: Lines, body: str, kind: str) -> None:
    finding = the_finding(ask(in_front(status, headers, body)))

    assert (finding.code, variant(finding)) == ("HDR107", f"{kind} {status}")


@every_response
def test_a_preflight_that_the_layer_refuses(status: int, headers: Lines, body: str, kind: str) -> None:
    finding = the_finding(ask(in_front(status, headers, body), method="PUT"))

    assert (finding.code, variant(finding)) == ("HDR201", "proxy" if kind == "gateway" else kind)


OF_EACH_KIND: Final = {kind: name for name, _, _, _, kind in reversed(RESPONSES)}


@pytest.mark.parametrize("method", ["GET", "PUT"])
@pytest.mark.parametrize("name", [*OF_EACH_KIND.values(), "REST API's function"])
def test_texts(name: str, method: str, snapshot: Snapshot) -> None:
    ((_, status, headers, body, _),) = (each for each in RESPONSES if each[0] == name)
    snapshot(the_finding(ask(in_front(status, headers, body), method=method)))


def test_every_sign_has_a_response() -> None:
    shown = {
        sign_in_front(HTTPResponse(status=status, headers=headers), body) for _, status, headers, body, _ in RESPONSES
    }
    assert shown == set(SIGNS)


@pytest.mark.parametrize(
    ("body", "headers", "wanted"),
    [
        ('{"message":"Missing Authentication Token"}', REST_API, "cors-layer"),
        ("{}", (*REST_API, ("x-amzn-ErrorType", "UnauthorizedException")), "preflights-first"),
        (OTHER_METHOD, CLOUDFRONT, "preflights-first"),
        ("error code: 1020", CLOUDFLARE, "preflights-first"),
        ("<p>Generated by Wordfence at Tue", (), None),
    ],
)
def test_the_setting_is_the_layer_s_own(body: str, headers: Lines, wanted: str | None) -> None:
    """Although the service behind it is another stack, as its responses to GET show."""

    def respond(asked: Asked) -> Answer:
        of_starlette = (ALLOW_ORIGIN, ("vary", "Origin"), ("X-Powered-By", "Express"))
        return (403, headers) if asked.method == "OPTIONS" else (200, of_starlette)

    finding = the_finding(ask(answering(respond, body=body.encode()), method="PUT"))

    assert (finding.code, concept(finding)) == ("HDR201", wanted)
    assert finding.fix_setting is None or finding.fix_setting.stack


def test_the_service_behind_the_layer_allows_the_page() -> None:
    """Its other responses pass the CORS layer: this one is not the application's error."""

    def respond(asked: Asked) -> Answer:
        return (403, CLOUDFLARE) if asked.path == "/items" else (404, (*CLOUDFLARE, ALLOW_ORIGIN))

    finding = the_finding(ask(answering(respond, body=b"error code: 1020")))

    assert (finding.code, variant(finding)) == ("HDR107", "firewall 403")


def test_an_application_s_own_error_behind_the_layer() -> None:
    """CloudFront and API Gateway pass errors of the service on."""
    passed_on = (("X-Cache", "Error from cloudfront"), ("x-amz-apigw-id", "1"), ("CF-RAY", "1"), ("Via", "1.1 google"))
    finding = the_finding(ask(answering(lambda _: (403, passed_on), body=b'{"detail":"no access"}')))

    assert (finding.code, variant(finding)) == ("HDR107", "guarded 403")
    assert finding.quote == '{"detail":"no access"}'


def test_a_readable_error_of_the_layer(snapshot: Snapshot) -> None:
    """API Gateway adds CORS headers to its own errors, if that is configured."""
    body = b'{"message":"Missing Authentication Token"}'
    report = ask(answering(lambda _: (403, (*REST_API, ALLOW_ORIGIN)), body=body), expect_status=())

    finding = the_finding(report)
    assert (finding.code, variant(finding), finding.quote) == ("HDR005", "route", body.decode())
    snapshot(finding)


def test_an_error_s_body_is_quoted() -> None:
    body = b'{"detail":"Token has expired"}'
    (finding,) = ask(answering(lambda _: (401, (ALLOW_ORIGIN,)), body=body), expect_status=()).findings

    assert (finding.code, finding.quote) == ("HDR005", body.decode())


def test_bodies_that_differ_are_not_quoted() -> None:
    """A finding about two routes would show the body of one of them."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await answering(lambda _: (404, (ALLOW_ORIGIN,)), body=scope["path"].encode())(scope, receive, send)

    urls = ("https://api.example/items", "https://api.example/others")
    finding = the_finding(ask(app, *urls, expect_status=("2xx",)))
    of_one = the_finding(ask(app, urls[0], expect_status=("2xx",)))

    assert (finding.code, finding.route_count, finding.quote) == ("HDR005", 2, "")
    assert (of_one.code, of_one.quote) == ("HDR005", "/items")


def test_the_gateway_s_errors_allow_the_page() -> None:
    page = "https://other.example"
    app = in_front(403, (*REST_API, ("x-amzn-ErrorType", "ForbiddenException")), "{}")
    finding = the_finding(ask(app, origins=(page,)))

    assert concept(finding) == "errors"
    assert finding.fix_setting is not None
    assert page in fix_text(finding.fix_setting, ANY_STACK)


def is_known_by_its_body(status: int, body: str) -> bool:
    return sign_in_front(HTTPResponse(status=status, headers=()), body) is not None


@pytest.mark.parametrize("body", [body for _, status, _, body, _ in RESPONSES if is_known_by_its_body(status, body)])
def test_explain_knows_what_the_layer_writes(body: str) -> None:
    """Two lists have these texts: as patterns with headers, and as the messages that people paste."""
    explained = explain(body)

    assert explained is not None
    assert "CORS headers" in " ".join(explained.split())


def test_a_compressed_body_is_not_quoted() -> None:
    """A server may compress although the probe accepts no compression."""
    headers = (("Content-Encoding", "gzip"),)
    finding = the_finding(ask(answering(lambda _: (403, headers), body=gzip.compress(b"Denied" * 99))))

    assert finding.quote == ""
    assert not any("body" in line for line in evidence(finding))


def test_the_body_of_a_refusal_is_requested_without_compression() -> None:
    def respond(asked: Asked) -> Answer:
        return (403, CLOUDFLARE) if asked.codings == "identity" else (403, (*CLOUDFLARE, ("Content-Encoding", "br")))

    assert variant(the_finding(ask(answering(respond, body=b"error code: 1020")))) == "firewall 403"


def test_a_response_that_a_page_reads_has_no_layer_in_front() -> None:
    assert found(ask(answering(lambda _: (200, (ALLOW_ORIGIN, *CLOUDFLARE))))) == []
