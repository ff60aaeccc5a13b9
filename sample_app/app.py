"""The app: all routers, CORS around them, and an index for people who open it in a browser.

Each route's docstring begins with RIGHT if everything that the endpoint sets is sent as intended, or with WRONG if
something is silently lost or changed. A header that is sent may still be hidden from a page: "exposed" and "hidden" in
those docstrings refer to the default `expose_headers`.
"""

import json
import os
from collections.abc import Sequence
from typing import Required, TypedDict, Unpack

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from sample_app import (
    DEFAULT_ALLOW_ORIGINS,
    DEFAULT_EXPOSE_HEADERS,
    dependencies,
    errors,
    injected_response,
    returned_responses,
    well_known_headers,
)

SETTINGS_VARIABLE = "SAMPLE_APP_SETTINGS"
"""The environment variable that holds the arguments of `create_app` as a JSON object, for `app_from_environment`."""


class CorsOptions(TypedDict, total=False):
    """Arguments of `CORSMiddleware`."""

    allow_origins: Required[Sequence[str]]
    expose_headers: Required[Sequence[str]]
    allow_credentials: Required[bool]
    max_age: int


def create_app(*, cors: bool = True, **options: Unpack[CorsOptions]) -> FastAPI:
    """Create the app. Without `cors`, it sends no Access-Control header, and the other arguments have no effect."""
    app = _without_cors()
    if cors:
        app.add_middleware(CORSMiddleware, allow_methods=["*"], allow_headers=["*"], **options)
    return app


def create_app_inside_cors(**options: Unpack[CorsOptions]) -> CORSMiddleware:
    """Create the app with CORS around all of it, which covers the responses to unhandled exceptions, too."""
    return CORSMiddleware(_without_cors(), allow_methods=["*"], allow_headers=["*"], **options)


def _without_cors() -> FastAPI:
    app = FastAPI(title="hdrcli sample app", description=__doc__)
    for theme in (well_known_headers, injected_response, dependencies, returned_responses, errors):
        app.include_router(theme.router)
    app.add_exception_handler(errors.SoldOutError, errors.handle_sold_out)
    _add_index(app)
    return app


def app_from_environment() -> FastAPI:
    """Create the app with the arguments in `SETTINGS_VARIABLE`, or with the defaults.

    uvicorn imports this factory by its name, because `--reload` starts the app in a new process.
    """
    settings = {
        "allow_origins": DEFAULT_ALLOW_ORIGINS,
        "expose_headers": DEFAULT_EXPOSE_HEADERS,
        "allow_credentials": False,
    }
    return create_app(**settings | json.loads(os.environ.get(SETTINGS_VARIABLE, "{}")))


def _add_index(app: FastAPI) -> None:
    @app.get("/", include_in_schema=False)
    def index() -> dict[str, str]:
        """Map each path to the first paragraph of its route's docstring."""
        descriptions = {path: methods["get"]["description"] for path, methods in app.openapi()["paths"].items()}
        return {path: " ".join(text.split("\n\n")[0].split()) for path, text in descriptions.items()}
