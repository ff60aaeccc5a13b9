"""A FastAPI app that sets response headers in every way there is: the right ones and the silent failures.

This module is light on purpose: whoever only needs to know what there is to ask for does not load FastAPI.
The app itself is made by `sample_app.app.create_app`.
"""

ROUTES: tuple[str, ...] = (
    "/headers/custom",
    "/headers/pagination",
    "/headers/download",
    "/headers/etag",
    "/headers/server-timing",
    "/headers/slash-redirect",  # declared with a slash at the end: asked for without it, it redirects
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
"""The GET paths worth checking: the headers front ends ask for, each way to set one, then the errors."""

DEFAULT_ALLOW_ORIGINS: tuple[str, ...] = (
    "http://localhost:3000",  # React, Next.js, and the page that `hdrcli check` takes for a loopback target
    "http://127.0.0.1:3000",  # the same page under its other name is another origin
    "http://localhost:5173",  # Vite
)

DEFAULT_EXPOSE_HEADERS: tuple[str, ...] = ("Link", "X-Request-ID", "X-Total-Count")
"""Some of the custom headers that the app sends, so that a report shows readable and hidden ones."""
