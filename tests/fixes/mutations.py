"""The ways in which a correct configuration breaks, each with the request that shows it and the change that fixes it.

A mutation is data, and so is its fix: what a rule has to find out from the responses.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from hdrcli.fetch.request import CredentialsMode
from hdrcli.settings import Settings
from hdrcli.stacks.setting import Setting
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
    origin: str = PAGE
    expect_status: tuple[str, ...] = ()

    def settings(self, url: str) -> Settings:
        """The check of this request to the service at `url`."""
        return Settings(
            targets=(url + self.path,),
            origins=(self.origin,),
            method=self.method,
            headers=self.headers,
            body="{}" if self.method == "PUT" else None,
            credentials=self.credentials,
            expect_status=self.expect_status,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """`fix` is the change that closes it; `stacks` are those in which it can occur (none: all but `other_stacks`)."""

    name: str
    breaks: Callable[[Configuration], Configuration]
    request: Request
    fix: Setting
    stacks: frozenset[str] = field(default_factory=frozenset)
    other_stacks: frozenset[str] = field(default_factory=frozenset)

    def concerns(self, stack: str) -> bool:
        """Whether it can occur in this stack."""
        return stack in self.stacks if self.stacks else stack not in self.other_stacks


_TOKEN: Final = (("Authorization", "Bearer 7f3a"),)
_SAVE: Final = Request(method="PUT", headers=(("Content-Type", "application/json"), (CUSTOM, "1")))
_LIST: Final = Request()

REQUESTS: Final = (
    _LIST,
    _SAVE,
    replace(_LIST, origin=ADMIN),
    replace(_SAVE, origin=ADMIN),
    replace(_LIST, credentials=("include",)),
    Request(path="/private", headers=_TOKEN),
)
"""Requests that a correct service allows: they must still work after a fix."""

MUTATIONS: Final = (
    Mutation(
        name="the page is not on the list",
        breaks=lambda correct: correct.with_option("origins", ADMIN),
        request=_LIST,
        fix=Setting(concept="origins", values=(PAGE,), operation="add", complete=False),
    ),
    Mutation(
        name="the page's origin has a slash at its end",
        breaks=lambda correct: correct.with_option("origins", f"{PAGE}/", ADMIN),
        request=_LIST,
        fix=Setting(concept="origins", values=(PAGE,), operation="add", complete=False),
        stacks=frozenset({"starlette", "litestar", "quart", "aiohttp", "flask", "express", "fastify", "hono", "nginx"}),
    ),
    Mutation(
        name="nothing is exposed",
        breaks=lambda correct: correct.with_option("expose"),
        request=_LIST,
        fix=Setting(concept="expose", values=(TOTAL, "ETag")),
    ),
    Mutation(
        name="one header is not exposed",
        breaks=lambda correct: correct.with_option("expose", "ETag"),
        request=_LIST,
        fix=Setting(concept="expose", values=("ETag", TOTAL)),
    ),
    Mutation(
        name="the method is not allowed",
        breaks=lambda correct: correct.with_option("methods", "GET"),
        request=_SAVE,
        fix=Setting(concept="methods", values=("GET", "PUT")),
        other_stacks=frozenset({"aiohttp"}),  # a route's own methods are allowed
    ),
    Mutation(
        name="a request header is not allowed",
        breaks=lambda correct: correct.with_option("request-headers", "Content-Type", "Authorization"),
        request=_SAVE,
        fix=Setting(concept="request-headers", values=(CUSTOM,), operation="add", complete=False),
    ),
    Mutation(
        name="credentials are not allowed",
        breaks=lambda correct: correct.with_option("credentials"),
        request=replace(_LIST, credentials=("include",)),
        fix=Setting(concept="credentials"),
    ),
    Mutation(
        name="there is no CORS layer",
        breaks=lambda correct: replace(correct, layer=False),
        request=_LIST,
        fix=Setting(concept="cors-layer"),
    ),
    Mutation(
        name="authentication responds to preflights",
        breaks=lambda correct: replace(correct, outermost=False),
        request=Request(path="/private", headers=_TOKEN),
        fix=Setting(concept="preflights-first"),
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
        fix=Setting(concept="errors"),
        stacks=frozenset({"starlette", "flask", "nginx"}),
    ),
    Mutation(
        name="a second layer sends the headers, too",
        breaks=lambda correct: replace(correct, doubled=OF_CORS),
        request=_LIST,
        fix=Setting(concept="one-layer", values=OF_CORS),
        stacks=frozenset({"nginx", "apache"}),
    ),
    Mutation(
        name="a middleware adds the headers once more",
        breaks=lambda correct: replace(correct, doubled=OF_CORS[:2]),
        request=_LIST,
        fix=Setting(concept="one-layer", values=OF_CORS[:2]),
        stacks=frozenset({"starlette", "litestar", "quart", "hono"}),
    ),
)


def broken(mutation: Mutation) -> Configuration:
    """The correct configuration with this mutation."""
    return mutation.breaks(CORRECT)
