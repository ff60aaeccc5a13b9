"""Errors: each becomes a response of its own, with only those headers that are set on the error itself."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import JSONResponse

from sample_app.dependencies import identify_request

router = APIRouter(prefix="/errors", tags=["errors"])

CRASH = "this crash is part of the sample"


class SoldOutError(Exception):
    """Nothing is left. The app has a handler for this exception."""


def handle_sold_out(_request: Request, _error: Exception) -> Response:
    """Handle `SoldOutError`. A handler for a specific exception runs inside the CORS middleware."""
    return JSONResponse({"detail": "Sold out"}, status_code=409, headers={"X-Error-Code": "sold-out"})


@router.get("/http-exception")
def raise_with_headers() -> dict[str, str]:
    """RIGHT: the headers given to `HTTPException` are sent, and the CORS headers with them.

    The response is a 404 that a page can read; `X-Error-Code` is hidden.
    """
    raise HTTPException(404, "No such item", headers={"X-Error-Code": "no-such-item"})


@router.get("/http-exception-lost", dependencies=[Depends(identify_request)])
def raise_after_setting_headers(response: Response) -> dict[str, str]:
    """WRONG: `X-Error-Code`, and the dependency's `X-Request-ID`, are lost, because an exception is raised.

    Pass them to the exception instead: `HTTPException(404, headers={...})`.
    """
    response.headers["X-Error-Code"] = "no-such-item"
    raise HTTPException(404, "No such item")


@router.get("/rate-limit")
def limit_the_rate() -> dict[str, str]:
    """RIGHT: a 429 with `Retry-After` and `X-RateLimit-Remaining`, both sent.

    Both are hidden: for a page to wait as long as requested, `Retry-After` must be exposed.
    """
    headers = {"Retry-After": "30", "X-RateLimit-Remaining": "0"}
    raise HTTPException(429, "Slow down", headers=headers)


@router.get("/validation", dependencies=[Depends(identify_request)])
def need_a_parameter(page: int) -> dict[str, int]:
    """WRONG: without `?page=1` the response is FastAPI's own 422, and the dependency's `X-Request-ID` is lost.

    Set headers that every response needs in a middleware instead.
    """
    return {"page": page}


@router.get("/handled")
def raise_what_is_handled() -> dict[str, str]:
    """RIGHT: a handler for this exception responds, and its header and the CORS headers are sent.

    The response is a 409 that a page can read; `X-Error-Code` is hidden.
    """
    raise SoldOutError


@router.get("/crash")
def crash(response: Response, _id: Annotated[str, Depends(identify_request)]) -> dict[str, str]:
    """WRONG: the 500 of an unhandled exception has no CORS header, so a page gets a network error.

    The page gets neither status, nor body, nor headers: the response is made outside the CORS middleware.
    """
    response.headers["X-Error-Code"] = "crashed"
    raise RuntimeError(CRASH)
