"""The ways in which a correct configuration breaks, as data, each with the request that shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from hdrcli.fetch.request import CredentialsMode
from hdrcli.settings import Settings
from hdrcli.structs import replace
from tests.fixes.configuration import ADMIN, CORRECT, CUSTOM, PAGE, TOTAL, Configuration

OF_CORS: Final = (
    "Access-Control-Allow-Origin",
    "Access-Control-Allow-Credentials",
    "Access-Control-Expose-Headers",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the page requests, as the arguments of a check."""

    method: str = "GET"
    path: str = "/items"
    headers: tuple[tuple[str, str], ...] = ()
    credentials: tuple[CredentialsMode, ...] = ("omit",)
    origins: tuple[str, ...] = (PAGE,)
    expect_status: tuple[str, ...] = ()

    def settings(self, url: str) -> Settings:
        """The check of this request to the service at `url`."""
        return Settings(
            targets=(url + self.path,),
            origins=self.origins,
            method=self.method,
            headers=self.headers,
            body="{}" if self.method == "PUT" else None,
            credentials=self.credentials,
            expect_status=self.expect_status,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """`stacks` are those in which it can occur; none: all but `other_stacks`."""

    name: str
    breaks: Callable[[Configuration], Configuration]
    request: Request
    stacks: frozenset[str] = field(default_factory=frozenset)
    other_stacks: frozenset[str] = field(default_factory=frozenset)

    def concerns(self, stack: str) -> bool:
        """Whether it can occur in this stack."""
        return stack in self.stacks if self.stacks else stack not in self.other_stacks


_TOKEN: Final = (("Authorization", "Bearer 7f3a"),)
_SAVE: Final = Request(method="PUT", headers=(("Content-Type", "application/json"), (CUSTOM, "1")))
_LIST: Final = Request()

_NAMING: Final = frozenset({"starlette", "litestar", "aiohttp", "traefik", "envoy"})
"""The stacks that name what a preflight requests where "*" is configured."""

REQUESTS: Final = (
    _LIST,
    _SAVE,
    replace(_LIST, origins=(ADMIN,)),
    replace(_SAVE, origins=(ADMIN,)),
    replace(_LIST, credentials=("include",)),
    Request(path="/private", headers=_TOKEN),
)
"""Requests that a correct service allows: they must still work after a fix."""

MUTATIONS: Final = (
    Mutation(
        name="the page is not on the list",
        breaks=lambda correct: correct.with_option("origins", ADMIN),
        request=_LIST,
    ),
    Mutation(
        name="the page's origin has a slash at its end",
        breaks=lambda correct: correct.with_option("origins", f"{PAGE}/", ADMIN),
        request=_LIST,
        stacks=frozenset({"starlette", "litestar", "quart", "aiohttp", "flask", "express", "fastify", "hono", "nginx"}),
    ),
    Mutation(
        name="nothing is exposed",
        breaks=lambda correct: correct.with_option("expose"),
        request=_LIST,
    ),
    Mutation(
        name="one header is not exposed",
        breaks=lambda correct: correct.with_option("expose", "ETag"),
        request=_LIST,
    ),
    Mutation(
        name="the method is not allowed",
        breaks=lambda correct: correct.with_option("methods", "GET"),
        request=_SAVE,
        other_stacks=frozenset({"aiohttp"}),  # a route's own methods are allowed
    ),
    Mutation(
        name="a request header is not allowed",
        breaks=lambda correct: correct.with_option("request-headers", "Content-Type", "Authorization"),
        request=_SAVE,
    ),
    Mutation(
        name="credentials are not allowed",
        breaks=lambda correct: correct.with_option("credentials"),
        request=replace(_LIST, credentials=("include",)),
    ),
    Mutation(
        name="there is no CORS layer",
        breaks=lambda correct: replace(correct, layer=False, vary=False),
        request=_LIST,
    ),
    Mutation(
        name="the responses do not say that they depend on Origin",
        breaks=lambda correct: replace(correct, vary=False),
        request=_LIST,
        stacks=frozenset({"litestar", "sanic", "aiohttp", "traefik", "envoy"}),
    ),
    Mutation(
        name="authentication responds to preflights",
        breaks=lambda correct: replace(correct, outermost=False),
        request=Request(path="/private", headers=_TOKEN),
        stacks=frozenset(
            {
                *("starlette", "litestar", "quart", "sanic", "aiohttp", "django", "flask"),
                *("express", "fastify", "hono", "nestjs", "nginx", "caddy", "apache", "haproxy"),
            }
        ),
    ),
    Mutation(
        name="the 500 of an unhandled exception bypasses the layer",
        breaks=lambda correct: replace(correct, errors=False),
        request=Request(path="/crash", expect_status=("500",)),
        stacks=frozenset({"starlette", "flask", "nginx"}),
    ),
    Mutation(
        name="a second layer sends the headers, too",
        breaks=lambda correct: replace(correct, doubled=OF_CORS),
        request=_LIST,
        stacks=frozenset({"nginx", "apache"}),
    ),
    Mutation(
        name="a middleware adds the headers once more",
        breaks=lambda correct: replace(correct, doubled=OF_CORS[:2]),
        request=_LIST,
        stacks=frozenset({"starlette", "litestar", "quart", "hono"}),
    ),
    Mutation(
        name="any origin is allowed, with credentials",
        breaks=lambda correct: correct.with_option("origins", "*"),
        request=replace(_LIST, origins=(PAGE, ADMIN), credentials=("include",)),
        other_stacks=frozenset({"quart", "sanic", "envoy"}),  # none of them starts, or responds
    ),
    Mutation(
        name="all headers are exposed, with credentials",
        breaks=lambda correct: correct.with_option("expose", "*"),
        request=replace(_LIST, credentials=("include",)),
        other_stacks=frozenset({"aiohttp"}),
    ),
    Mutation(
        name="an exposed name is misspelt",
        breaks=lambda correct: correct.with_option("expose", "X-Totl-Count", "ETag"),
        request=_LIST,
    ),
    Mutation(
        name="a response header is allowed as a request header",
        breaks=lambda correct: correct.with_option("expose").with_option(
            "request-headers", CUSTOM, "Content-Type", "Authorization", TOTAL
        ),
        request=_LIST,
    ),
    Mutation(
        name="all request headers are allowed, with a token",
        breaks=lambda correct: correct.with_option("request-headers", "*"),
        request=Request(path="/private", headers=_TOKEN),
        other_stacks=_NAMING | {"quart", "flask"},
    ),
    Mutation(
        name="all request headers are allowed, with credentials",
        breaks=lambda correct: correct.with_option("request-headers", "*"),
        request=replace(_SAVE, credentials=("include",)),
        other_stacks=_NAMING | {"quart", "flask"},
    ),
    Mutation(
        name="all methods are allowed, with credentials",
        breaks=lambda correct: correct.with_option("methods", "*"),
        request=replace(_SAVE, credentials=("include",)),
        other_stacks=_NAMING,
    ),
    Mutation(
        name="neither the method nor a request header is allowed",
        breaks=lambda correct: correct.with_option("methods", "GET").with_option("request-headers", "Content-Type"),
        request=_SAVE,
    ),
    Mutation(
        name="the page is not on the list, and credentials are not allowed",
        breaks=lambda correct: correct.with_option("origins", ADMIN).with_option("credentials"),
        request=replace(_LIST, credentials=("include",)),
    ),
    Mutation(
        name="the page is not on the list, and nothing is exposed",
        breaks=lambda correct: correct.with_option("origins", ADMIN).with_option("expose"),
        request=_LIST,
    ),
)


def broken(mutation: Mutation) -> Configuration:
    """The correct configuration with this mutation."""
    return mutation.breaks(CORRECT)
