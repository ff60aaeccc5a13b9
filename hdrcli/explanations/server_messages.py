"""What servers and CORS libraries log or reply when they refuse a request, a preflight in particular.

Sources: the source code of Starlette, Litestar, Spring, rs/cors, actix-cors, rocket_cors, ASP.NET Core, Vert.x,
@fastify/cors, Django and nginx, and the documentation of Express's cors and of Amazon API Gateway.
"""

from __future__ import annotations

import re
from typing import Final

from hdrcli.explanations.commands import check_command
from hdrcli.explanations.layer_messages import LAYER_MESSAGES
from hdrcli.explanations.layout import blocks, paragraph
from hdrcli.explanations.topics import Topic, related_rules

_PREFLIGHT_COMMAND: Final = (
    f"To repeat the preflight and see the response, with the page's -X and -H:\n  {check_command()} --verbose"
)

SERVER_MESSAGES: Final = (
    Topic(
        title="The CORS layer does not allow the page's origin (Starlette, FastAPI, Litestar)",
        phrases=("Disallowed CORS origin", "Disallowed CORS method, origin"),
        text="""\
The CORS layer responds to a preflight with 400 and this text if allow_origins and allow_origin_regex do not contain the
Origin of the request. The browser then reports that Access-Control-Allow-Origin is missing.

Add the origin as the browser sends it: scheme, host and port, without a slash at the end. http://localhost:3000 and
http://127.0.0.1:3000 are different origins.""",
        rules=("HDR101", "HDR103", "HDR201"),
        command=_PREFLIGHT_COMMAND,
    ),
    Topic(
        title="The CORS layer does not allow the method (Starlette, FastAPI, Litestar)",
        phrases=("Disallowed CORS method", "Disallowed CORS origin, method"),
        text="""\
The CORS layer responds to a preflight with 400 and this text if allow_methods does not contain the method of the actual
request (Access-Control-Request-Method). By default, Starlette's list is ["GET"].

Set allow_methods=["GET", "POST", "PUT", "DELETE"], or ["*"].""",
        rules=("HDR201", "HDR203"),
        command=_PREFLIGHT_COMMAND,
    ),
    Topic(
        title="The CORS layer does not allow a request header (Starlette, FastAPI, Litestar)",
        phrases=(
            "Disallowed CORS headers",
            "Disallowed CORS origin, headers",
            "Disallowed CORS method, headers",
            "Disallowed CORS origin, method, headers",
            "Disallowed CORS method, origin, headers",
        ),
        text="""\
The CORS layer responds to a preflight with 400 and this text if allow_headers does not contain a header that the page
sets (Access-Control-Request-Headers), such as Authorization or a custom one.

Set allow_headers=["Authorization", "X-Token"], or ["*"].""",
        rules=("HDR201", "HDR204"),
        command=_PREFLIGHT_COMMAND,
    ),
    Topic(
        title="The CORS layer does not allow access to a private network (Starlette)",
        phrases=("Disallowed CORS private-network", "Disallowed CORS \u2026, private-network"),
        text="""\
CORSMiddleware responds to a preflight that asks for Private Network Access with 400 and this text. Older versions of
Chrome sent such preflights. Set allow_private_network=True for them; newer versions ask their user for permission.""",
        rules=("HDR505",),
        command=_PREFLIGHT_COMMAND,
    ),
    Topic(
        title="Spring refuses the request",
        phrases=("Invalid CORS request",),
        text="""\
Spring's CORS layer responds with 403 and this text if the origin, the method or a request header is not allowed. The
text does not say which one. The request need not be a preflight: Spring also refuses actual requests from an origin
that it does not know.

Compare allowedOrigins (or allowedOriginPatterns), allowedMethods and allowedHeaders with the request. If Spring
Security is in use, call http.cors(): otherwise it responds to the preflight before the CORS layer sees it.""",
        rules=("HDR101", "HDR107", "HDR201"),
        command=_PREFLIGHT_COMMAND,
    ),
    Topic(
        title="rs/cors does not allow the request (Go)",
        phrases=(
            "Preflight aborted: origin",
            "Preflight aborted: method",
            "Preflight aborted: headers",
            "Preflight aborted: empty origin",
            "Actual request no headers added",
        ),
        text="""\
rs/cors logs this in debug mode. It doesn't respond with an error: the response simply has no CORS headers, and the
browser reports that Access-Control-Allow-Origin is missing. The log names the part that is not allowed: the origin
(AllowedOrigins), the method (AllowedMethods) or the headers (AllowedHeaders).

"missing origin" and "empty origin" mean that no browser sent the request: pass -H "Origin: PAGE" with curl.""",
        rules=("HDR101", "HDR103", "HDR201"),
        command=_PREFLIGHT_COMMAND,
    ),
    Topic(
        title="The CORS layer does not allow the request (actix-cors, rocket_cors)",
        phrases=(
            "Origin is not allowed to make this request",
            "Requested method is not allowed",
            "One or more headers requested are not allowed",
            "One or more request headers are not allowed",
        ),
        text="""\
actix-cors responds with 400 and this text, rocket_cors with 403. Add the origin (allowed_origin), the method
(allowed_methods) or the headers (allowed_headers) to the configuration.""",
        rules=("HDR103", "HDR107", "HDR201"),
        command=_PREFLIGHT_COMMAND,
    ),
    Topic(
        title="The CORS policy does not allow the request (ASP.NET Core)",
        phrases=("CORS policy execution failed", "does not have permission to access the resource"),
        text="""\
ASP.NET Core logs this and then responds without CORS headers; the browser reports that Access-Control-Allow-Origin is
missing. Add the origin to WithOrigins(), without a slash at the end, and call UseCors() after UseRouting() and before
UseAuthorization().""",
        rules=("HDR101", "HDR103", "HDR201"),
        command=_PREFLIGHT_COMMAND,
    ),
    Topic(
        title="Vert.x or Quarkus does not allow the page's origin",
        phrases=("CORS Rejected - Invalid origin", "CORS Rejected - Invalid request"),
        text="""\
The CORS handler responds with status 403 and this reason. Add the origin: addOrigin() in Vert.x,
quarkus.http.cors.origins in Quarkus.""",
        rules=("HDR101", "HDR103", "HDR107"),
        command=_PREFLIGHT_COMMAND,
    ),
    Topic(
        title="The application refuses the page's origin (Express)",
        phrases=("Not allowed by CORS",),
        text="""\
This is the error that the documentation of Express's cors() suggests for an origin function. Express responds to it
with 500 and without CORS headers. Call callback(null, false) instead of callback(new Error(…)): the browser then
refuses the response all the same, and the log stays clean. To allow the page, add its origin to the list.""",
        rules=("HDR101", "HDR107", "HDR201"),
        command=_PREFLIGHT_COMMAND,
    ),
    Topic(
        title="@fastify/cors does not accept the preflight",
        phrases=("Invalid Preflight Request",),
        text="""\
@fastify/cors responds to an OPTIONS request with 400 and this text if it has no Origin or no
Access-Control-Request-Method. Browsers always send both in a preflight, so the request came from another client, or a
proxy removed the headers. strictPreflight: false turns the check off.""",
        rules=("HDR201",),
        command=_PREFLIGHT_COMMAND,
    ),
    Topic(
        title="Django's CSRF protection refuses the request; it is not a CORS error",
        phrases=(
            "Origin checking failed",
            "Referer checking failed",
            "does not match any trusted origins",
            "CSRF verification failed",
        ),
        text="""\
Django responds to a write with 403 if its Origin is neither the service's own nor listed in CSRF_TRUSTED_ORIGINS.
Allowing the origin in django-cors-headers is not enough. Add the page's origin, with its scheme, to
CSRF_TRUSTED_ORIGINS; behind a proxy that ends TLS, also set SECURE_PROXY_SSL_HEADER.""",
        rules=("HDR107",),
    ),
    Topic(
        title="Amazon API Gateway does not know the route",
        phrases=("Missing Authentication Token",),
        text="""\
In spite of its text, this 403 mostly means that the method and path are not deployed. For a preflight, the resource has
no OPTIONS method: enable CORS for it (REST API) or configure CORS for the API (HTTP API), and deploy. Add the CORS
headers to the gateway responses, too, so that pages can read its errors.""",
        rules=("HDR107", "HDR201"),
        command=_PREFLIGHT_COMMAND,
    ),
    *LAYER_MESSAGES,
)

_STATUS_OF_OPTIONS: Final = re.compile(
    r"\bOPTIONS(?: +\S+?)?(?: HTTP/[\d.]+)?\"?[ :|-]+(?P<after>[1-5]\d\d)\b"
    r"|\|\s*(?P<before>[1-5]\d\d)\s*\|.{0,80}\bOPTIONS\b",  # gin writes the status first
)
_METHOD_NOT_ALLOWED: Final = re.compile(r"\b405 (?:Method )?Not Allowed\b|\bMethod Not Allowed\b", re.IGNORECASE)

_REFUSED: Final = (
    "The response to the preflight has an error status, so the browser did not send the actual request. Look at the "
    "response's text or the service's log for the reason."
)
_STATUSES: Final = {
    "400": "The CORS layer refused the preflight: the origin, the method or a request header is not allowed. "
    'Starlette\'s response names it ("Disallowed CORS origin").',
    "401": "Authentication rejected the preflight, which never carries credentials. Put the CORS layer in front of "
    "authentication, or let OPTIONS pass.",
    "403": "The preflight was refused: by authentication or a firewall, or by a CORS layer that does not allow the "
    "origin, the method or a header (Spring, gin, Vert.x).",
    "404": "No route for OPTIONS on this path: the CORS layer is missing, or it does not cover the path. Check the "
    "path, too.",
    "405": "The router does not accept OPTIONS on this path, so no CORS layer handled the preflight: it is missing, or "
    "not in front of this route. In FastAPI, add CORSMiddleware to the app; in nginx, respond to OPTIONS in "
    "the location.",
}
_REDIRECTED: Final = (
    "The response to the preflight is a redirect, which browsers do not follow. Request the URL that it leads to: "
    "https instead of http, or the path with or without the slash at the end."
)
_SUCCEEDED: Final = (
    "The response to the preflight has a success status. If the browser still reports an error, the response's CORS "
    "headers do not allow the origin, the method or a header, or the actual request fails."
)
_NOT_ALLOWED: Final = (
    "The route exists, but not for this method. If the method was OPTIONS, a preflight reached the router, because no "
    "CORS layer is in front of it: add CORSMiddleware (FastAPI), or respond to OPTIONS in the proxy (nginx). If it was "
    "HEAD, note that @app.get in FastAPI does not register HEAD."
)


def explain_preflight_in_log(text: str) -> str:
    """Explain the line of an access log that shows the status of an OPTIONS request; empty if there is none."""
    found = {match["after"] or match["before"] for match in _STATUS_OF_OPTIONS.finditer(text)}
    if found:
        return blocks(*(_explain_status(status) for status in sorted(found)), _PREFLIGHT_COMMAND)
    if _METHOD_NOT_ALLOWED.search(text):
        title = "405: the route does not accept the method"
        return blocks(title, paragraph(_NOT_ALLOWED), related_rules(("HDR201", "HDR506")), _PREFLIGHT_COMMAND)
    return ""


def _explain_status(status: str) -> str:
    title = f"The response to a preflight (OPTIONS) has the status {status}"
    if status.startswith("2"):
        return blocks(title, paragraph(_SUCCEEDED), related_rules(("HDR101", "HDR203", "HDR204")))
    if status.startswith("3"):
        return blocks(title, paragraph(_REDIRECTED), related_rules(("HDR202", "HDR401")))
    return blocks(title, paragraph(_STATUSES.get(status, _REFUSED)), related_rules(("HDR201",)))
