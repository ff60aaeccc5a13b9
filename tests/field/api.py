"""An API as FastAPI's users write them: a route for each way to answer, and the middleware they put around it."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any, Final, TypedDict, Unpack

from fastapi import APIRouter, FastAPI, HTTPException, Request, Response
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import FileResponse, JSONResponse, RedirectResponse, StreamingResponse
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.staticfiles import StaticFiles

router = APIRouter()

FOR_BROWSERS: Final = {
    "Content-Security-Policy": "default-src 'self'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Origin-Agent-Cluster": "?1",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Accel-Buffering": "no",
    "X-Content-Type-Options": "nosniff",
    "X-DNS-Prefetch-Control": "off",
    "X-Download-Options": "noopen",
    "X-Frame-Options": "SAMEORIGIN",
    "X-Permitted-Cross-Domain-Policies": "none",
    "X-Powered-By": "Python",
    "X-XSS-Protection": "0",
}
"""What middleware for security sets, and a signature: no page reads any of it."""


class CORSOptions(TypedDict, total=False):
    """The arguments of `CORSMiddleware`."""

    allow_origins: Collection[str]
    allow_origin_regex: str
    allow_methods: Collection[str]
    allow_headers: Collection[str]
    allow_credentials: bool
    expose_headers: Collection[str]
    max_age: int


def cors(*origins: str, **options: Unpack[CORSOptions]) -> Middleware:
    """Starlette's `CORSMiddleware`, for these origins."""
    options.setdefault("allow_origins", origins)
    return Middleware(CORSMiddleware, **options)


def api(*middleware: Middleware) -> FastAPI:
    """The API inside of this middleware, the outermost first."""
    app = FastAPI(middleware=middleware)
    app.include_router(router)
    app.mount("/files", StaticFiles(directory=Path(__file__).parent))
    return app


def mounted(*middleware: Middleware, inner: FastAPI) -> FastAPI:
    """The API inside of this middleware, and another application at /v1."""
    app = api(*middleware)
    app.mount("/v1", inner)
    return app


async def _ask_for_a_token(request: Request, call_next: RequestResponseEndpoint) -> Response:
    if "authorization" in request.headers:
        return await call_next(request)
    return JSONResponse({"detail": "Not authenticated"}, 401, {"WWW-Authenticate": "Bearer"})


async def _catch_everything(request: Request, call_next: RequestResponseEndpoint) -> Response:
    try:
        return await call_next(request)
    except RuntimeError:
        return JSONResponse({"detail": "Internal Server Error"}, 500)


TOKEN_WANTED: Final = Middleware(BaseHTTPMiddleware, dispatch=_ask_for_a_token)
ERRORS_CAUGHT: Final = Middleware(BaseHTTPMiddleware, dispatch=_catch_everything)


@router.get("/")
def root() -> list[str]:
    return []


@router.get("/items")
def items(response: Response) -> list[str]:
    response.headers["X-Total-Count"] = "1312"
    response.headers["X-Request-ID"] = "7f3a"
    return []


@router.get("/total")
def total(response: Response) -> list[str]:
    response.headers["X-Total-Count"] = "1312"
    return []


@router.get("/items/{number}")
def item(number: int) -> int:
    return number


@router.post("/items", status_code=201)
def new_item(response: Response) -> None:
    response.headers["Location"] = "/items/7"


@router.put("/items")
@router.delete("/items")
def no_items() -> None:
    """Change everything."""


@router.get("/returned")
def returned(response: Response) -> Response:
    response.headers["X-Total-Count"] = "1312"
    return JSONResponse([])


def declared(*names: str, required: bool = False) -> dict[int | str, dict[str, Any]]:
    """`responses` of a route: the status 200 with these headers."""
    return {200: {"headers": {name: {"schema": {"type": "string"}, "required": required} for name in names}}}


@router.get("/declared", responses=declared("X-Total-Count", required=True))
@router.get("/declared/misspelt", responses=declared("X-Totl-Count", required=True))
@router.get("/declared/others", responses=declared("ETag", "X-Total-Count"))
@router.get("/declared/other", responses=declared("X-Page"))
@router.get("/declared/nothing", responses=declared())
def with_total(response: Response) -> list[str]:
    response.headers["X-Total-Count"] = "1312"
    return []


@router.get("/declared/required", responses=declared("X-Total-Count", required=True))
@router.get("/declared/optional", responses=declared("X-Total-Count"))
@router.get("/declared/{name}/twice", responses=declared("X-Total-Count", "X-Request-ID", required=True))
@router.get("/declared/type", responses=declared("Content-Type", "Access-Control-Allow-Origin", required=True))
def without_total() -> list[str]:
    return []


@router.get("/empty", status_code=204)
def empty() -> None:
    """Answer without content."""


@router.get("/own-list")
def own_list(response: Response) -> list[str]:
    response.headers["X-Total-Count"] = "1312"
    response.headers["Access-Control-Expose-Headers"] = "X-Total-Count"
    return []


@router.get("/own-origin")
def own_origin(response: Response) -> list[str]:
    response.headers["Access-Control-Allow-Origin"] = "*"
    return []


@router.get("/twice")
def twice(response: Response) -> list[str]:
    response.headers.append("X-Request-ID", "7f3a")
    response.headers.append("X-Request-ID", "91c2")
    return []


@router.get("/zoe")
def zoe(response: Response) -> list[str]:
    response.headers["X-User-Name"] = "Zoë"
    return []


@router.get("/page")
def page(response: Response) -> list[str]:
    response.headers["Link"] = '</page?number=2>; rel="next"'
    return []


@router.get("/timed")
def timed(response: Response, *, allowed: bool = False) -> list[str]:
    response.headers["Server-Timing"] = "db;dur=53"
    if allowed:
        response.headers["Timing-Allow-Origin"] = "*"
    return []


@router.get("/guarded")
def guarded(response: Response) -> list[str]:
    response.headers.update(FOR_BROWSERS)
    return []


@router.get("/login")
def login(response: Response) -> None:
    response.set_cookie("session", "7f3a")


@router.get("/export")
def export(name: str = "items.csv") -> FileResponse:
    return FileResponse(__file__, media_type="text/csv", filename=name)


@router.get("/inline")
def inline(response: Response) -> list[str]:
    response.headers["Content-Disposition"] = "inline"
    return []


@router.get("/stream")
def stream() -> StreamingResponse:
    return StreamingResponse(iter(["data: 1\n\n", "data: 2\n\n"]), media_type="text/event-stream")


@router.get("/long")
def long() -> list[int]:
    return list(range(1000))


@router.get("/limited")
def limited() -> None:
    raise HTTPException(429, headers={"Retry-After": "30"})


@router.get("/private")
def private() -> None:
    raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})


@router.get("/crash")
def crash() -> None:
    raise RuntimeError


@router.get("/tree/")
def tree() -> list[str]:
    return []


@router.get("/old")
def old() -> RedirectResponse:
    return RedirectResponse("/")


@router.get("/loop")
def loop() -> RedirectResponse:
    return RedirectResponse("/loop")


@router.get("/mail")
def mail() -> RedirectResponse:
    return RedirectResponse("mailto:someone@app.example")


@router.get("/elsewhere")
@router.put("/elsewhere")
def elsewhere(request: Request, user: str = "") -> RedirectResponse:
    """To another origin, which is this server, too."""
    return RedirectResponse(f"http://{user}localhost:{request.url.port}/")
