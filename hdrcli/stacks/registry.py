"""All stacks that hdrcli knows: to add one, write its module and one line here."""

from __future__ import annotations

import re
from typing import Final

from hdrcli.stacks.stack import Stack

ANY: Final = Stack(name="any", title="the header to send", layer="none", aliases=("header", "headers", "other"))
"""No known stack: the header line itself."""

STACKS: Final = (
    Stack(
        name="starlette",
        title="Starlette and FastAPI, CORSMiddleware",
        layer="application",
        aliases=("fastapi",),
        clues=(
            ("", "disallowed cors"),
            ("", '{"openapi":"3.'),
            ("access-control-allow-headers", "accept, accept-language"),
            ("content-length", "2"),
            ("content-length", "31"),
        ),
    ),
    Stack(
        name="express",
        title="Express, cors()",
        layer="application",
        aliases=("expressjs", "node", "nodejs"),
        clues=(("x-powered-by", "express"),),
    ),
    Stack(
        name="django",
        title="django-cors-headers",
        layer="application",
        aliases=("django-cors-headers", "djangorestframework", "drf", "django-rest-framework"),
        clues=(
            ("server", "wsgiserver/"),
            ("access-control-allow-headers", "accept, authorization, content-type, user-agent"),
            ("x-frame-options", "deny"),
        ),
    ),
    Stack(
        name="flask",
        title="Flask-CORS",
        layer="application",
        aliases=("flask-cors",),
        clues=(("server", "werkzeug/"),),
    ),
    Stack(
        name="spring",
        title="Spring, CorsRegistration",
        layer="application",
        aliases=("spring-boot", "springboot", "spring-mvc", "spring-security", "java"),
        clues=(("", "invalid cors request"),),
    ),
    Stack(
        name="go",
        title="Go, rs/cors and go-chi/cors",
        layer="application",
        aliases=("golang", "rs-cors", "rs/cors", "chi", "go-chi", "net/http"),
    ),
    Stack(
        name="api-gateway",
        title="AWS API Gateway, CorsConfiguration of an HTTP API",
        layer="gateway",
        aliases=("apigateway", "aws-api-gateway", "apigw", "aws"),
        clues=(("apigw-requestid", ""), ("x-amz-apigw-id", "")),
    ),
    Stack(
        name="nginx",
        title="nginx",
        layer="proxy",
        aliases=("openresty", "ingress-nginx", "nginx-ingress"),
        clues=(("server", "nginx"), ("server", "openresty")),
    ),
)

_separators = re.compile(r"[\s._/@-]+").sub


def stack_by_name(name: str) -> Stack | None:
    """The stack of `--stack NAME`: its name or another one that people use, in any case, with any separators."""
    wanted = _folded(name)
    return next((stack for stack in (*STACKS, ANY) if wanted in map(_folded, (stack.name, *stack.aliases))), None)


def known_stack(name: str) -> Stack:
    """The stack of exactly this name. Raises `KeyError` if there is none."""
    return _BY_NAME[name]


def _folded(name: str) -> str:
    return _separators("", name.strip().lower())


_BY_NAME: Final = {stack.name: stack for stack in (*STACKS, ANY)}
