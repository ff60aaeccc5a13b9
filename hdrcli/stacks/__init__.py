"""What a setting is called in the stack at hand, and which stack it is, by what its answers give away."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from hdrcli.fetch import HTTPResponse
from hdrcli.fetch.headers import get, values_of
from hdrcli.stacks.setting import Concept, Setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """`templates` hold `{list}` (the values as the stack writes a list) or `{value}` (the first one)."""

    name: str
    title: str
    templates: dict[Concept, str]
    write_list: Callable[[tuple[str, ...]], str]


def _quoted(values: Iterable[str]) -> str:
    return ", ".join(map(json.dumps, values))


def _bracketed(values: Iterable[str]) -> str:
    return f"[{_quoted(values)}]"


_HEADERS: Final[dict[Concept, str]] = {
    "origins": "Access-Control-Allow-Origin: {value}",
    "methods": "Access-Control-Allow-Methods: {list}",
    "request-headers": "Access-Control-Allow-Headers: {list}",
    "expose": "Access-Control-Expose-Headers: {list}",
    "credentials": "Access-Control-Allow-Credentials: true",
    "max-age": "Access-Control-Max-Age: {value}",
}

ANY: Final = Stack(name="any", title="the header to send", templates=_HEADERS, write_list=", ".join)
"""Where the stack is not known: the header line itself."""

STACKS: Final = (
    Stack(
        name="starlette",
        title="Starlette and FastAPI, CORSMiddleware",
        templates={
            "origins": "allow_origins={list}",
            "methods": "allow_methods={list}",
            "request-headers": "allow_headers={list}",
            "expose": "expose_headers={list}",
            "credentials": "allow_credentials=True",
            "max-age": "max_age={value}",
        },
        write_list=_bracketed,
    ),
    Stack(
        name="express",
        title="Express, cors()",
        templates={
            "origins": "origin: {list}",
            "methods": "methods: {list}",
            "request-headers": "allowedHeaders: {list}",
            "expose": "exposedHeaders: {list}",
            "credentials": "credentials: true",
            "max-age": "maxAge: {value}",
        },
        write_list=_bracketed,
    ),
    Stack(
        name="django",
        title="django-cors-headers",
        templates={
            "origins": "CORS_ALLOWED_ORIGINS = {list}",
            "methods": "CORS_ALLOW_METHODS = {list}",
            "request-headers": "CORS_ALLOW_HEADERS = {list}",
            "expose": "CORS_EXPOSE_HEADERS = {list}",
            "credentials": "CORS_ALLOW_CREDENTIALS = True",
            "max-age": "CORS_PREFLIGHT_MAX_AGE = {value}",
        },
        write_list=_bracketed,
    ),
    Stack(
        name="flask",
        title="Flask-CORS",
        templates={
            "origins": "CORS(app, origins={list})",
            "methods": "CORS(app, methods={list})",
            "request-headers": "CORS(app, allow_headers={list})",
            "expose": "CORS(app, expose_headers={list})",
            "credentials": "CORS(app, supports_credentials=True)",
            "max-age": "CORS(app, max_age={value})",
        },
        write_list=_bracketed,
    ),
    Stack(
        name="spring",
        title="Spring, CorsRegistration",
        templates={
            "origins": ".allowedOrigins({list})",
            "methods": ".allowedMethods({list})",
            "request-headers": ".allowedHeaders({list})",
            "expose": ".exposedHeaders({list})",
            "credentials": ".allowCredentials(true)",
            "max-age": ".maxAge({value})",
        },
        write_list=_quoted,
    ),
    Stack(
        name="nginx",
        title="nginx",
        templates={
            "origins": 'add_header Access-Control-Allow-Origin "{value}" always;',
            "methods": 'add_header Access-Control-Allow-Methods "{list}" always;',
            "request-headers": 'add_header Access-Control-Allow-Headers "{list}" always;',
            "expose": 'add_header Access-Control-Expose-Headers "{list}" always;',
            "credentials": 'add_header Access-Control-Allow-Credentials "true" always;',
            "max-age": 'add_header Access-Control-Max-Age "{value}" always;',
        },
        write_list=", ".join,
    ),
    Stack(
        name="api-gateway",
        title="AWS API Gateway, CorsConfiguration of an HTTP API",
        templates={
            "origins": "AllowOrigins: {list}",
            "methods": "AllowMethods: {list}",
            "request-headers": "AllowHeaders: {list}",
            "expose": "ExposeHeaders: {list}",
            "credentials": "AllowCredentials: true",
            "max-age": "MaxAge: {value}",
        },
        write_list=_bracketed,
    ),
    Stack(
        name="go",
        title="Go, jub0bs/cors",
        templates={
            "origins": "Origins: []string{{{list}}}",
            "methods": "Methods: []string{{{list}}}",
            "request-headers": "RequestHeaders: []string{{{list}}}",
            "expose": "ResponseHeaders: []string{{{list}}}",
            "credentials": "Credentialed: true",
            "max-age": "MaxAgeInSeconds: {value}",
        },
        write_list=_quoted,
    ),
)


_INTERNAL_SERVER_ERROR: Final = 500


def stack_by_name(name: str) -> Stack | None:
    """The stack of `--stack NAME`."""
    return next((stack for stack in (*STACKS, ANY) if stack.name == name), None)


def mend(setting: Setting, stack: Stack) -> str:
    """The line to write, in the stack's own words."""
    value = setting.values[0] if setting.values else ""
    return stack.templates[setting.concept].format(list=stack.write_list(setting.values), value=value)


def recognise(answers: Iterable[HTTPResponse]) -> Stack:
    """The stack that made these answers, preflights' too, or `ANY`: a wrong line to write is worse than none.

    What is nearest to the application counts, not a proxy before it. Go's net/http gives nothing away.
    """
    names = {name for answer in answers if (name := _fingerprint(answer)) is not None}
    return next((stack for stack in STACKS if stack.name in names), ANY)


def _fingerprint(answer: HTTPResponse) -> str | None:
    headers = answer.headers
    server = (get("Server", headers) or "").lower()
    if _is_django(answer, server):
        return "django"  # before uvicorn, which runs it too
    if server.startswith(("uvicorn", "hypercorn", "granian")) or _is_starlette(answer):
        return "starlette"
    if get("X-Powered-By", headers) == "Express":
        return "express"
    if server.startswith("werkzeug"):
        return "flask"
    if values_of("Vary", headers)[:3] == ["Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"]:
        return "spring"
    if get("x-amz-apigw-id", headers) or get("apigw-requestid", headers):
        return "api-gateway"
    # nginx writes names as its configuration does; in lower case they come from an application behind it.
    if server.startswith(("nginx", "openresty")) and "access-control-allow-origin" not in dict(headers):
        return "nginx"
    return None


def _is_django(answer: HTTPResponse, server: str) -> bool:
    """SecurityMiddleware and XFrameOptionsMiddleware as `startproject` has them, or django-cors-headers' lower case."""
    headers = answer.headers
    guards = {name: get(name, headers) for name in ("X-Frame-Options", "Referrer-Policy", "X-Content-Type-Options")}
    if guards == {"X-Frame-Options": "DENY", "Referrer-Policy": "same-origin", "X-Content-Type-Options": "nosniff"}:
        return True
    vary = [element.strip() for line in values_of("Vary", headers) for element in line.split(",")]
    return server.startswith("wsgiserver") or ("origin" in vary and "access-control-allow-origin" in dict(headers))


def _is_starlette(answer: HTTPResponse) -> bool:
    """Its answer to an exception that nobody handled, or CORSMiddleware's to a preflight: whatever stands before it."""
    headers = answer.headers
    if answer.status == _INTERNAL_SERVER_ERROR:
        text = get("Content-Type", headers) == "text/plain; charset=utf-8"
        return text and get("Content-Length", headers) == str(len("Internal Server Error"))
    vary = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"
    return (get("Vary", headers) or "").startswith(vary) and "access-control-allow-methods" in dict(headers)
