"""A FastAPI app that sets response headers in every possible way: the right ones and the silent failures.

This module imports nothing, so that the list of routes is available without FastAPI. `sample_app.app.create_app`
creates the app itself.
"""

ROUTES: tuple[str, ...] = (
    "/headers/custom",
    "/headers/pagination",
    "/headers/download",
    "/headers/etag",
    "/headers/server-timing",
    "/headers/slash-redirect",  # declared with a slash at the end: without it, the app redirects
    "/injected/dict",
    "/injected/model",
    "/injected/status",
    "/injected/cookie",
    "/injected/content-type",
    "/injected/background",
    "/dependencies/header",
    "/dependencies/nested",
    "/dependencies/cookie",
    "/dependencies/lost",
    "/dependencies/after-yield",
    "/returned/response",
    "/returned/json",
    "/returned/lost",
    "/returned/merged",
    "/errors/http-exception",
    "/errors/http-exception-lost",
    "/errors/rate-limit",
    "/errors/validation",
    "/errors/handled",
    "/errors/crash",
)
"""The GET paths to check: the headers that front ends need, each way to set one, then the errors."""

DEFAULT_ALLOW_ORIGINS: tuple[str, ...] = (
    "http://localhost:3000",  # React, Next.js, and the page that `hdrcli check` assumes for a target on loopback
    "http://127.0.0.1:3000",  # the same page under another host name has another origin
    "http://localhost:5173",  # Vite
)

DEFAULT_EXPOSE_HEADERS: tuple[str, ...] = ("Link", "X-Request-ID", "X-Total-Count")
"""Only some of the custom headers that the app sends, so that a report shows readable and hidden ones."""
