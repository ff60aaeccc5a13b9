"""Errors: each is a response of its own, so that only what is set on the error itself can be sent."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import JSONResponse

from sample_app.dependencies import identify_request

router = APIRouter(prefix="/errors", tags=["errors"])


class SoldOutError(Exception):
    """There is nothing left; the app has a handler for it."""


def answer_sold_out(_request: Request, _error: Exception) -> Response:
    """Answer for `SoldOutError`: a handler of one kind of exception runs inside of the CORS middleware."""
    return JSONResponse({"detail": "Sold out"}, status_code=409, headers={"X-Error-Code": "sold-out"})


@router.get("/http-exception")
def raise_with_headers() -> dict[str, str]:
    """RIGHT: the headers given to `HTTPException` are sent, and the CORS headers with them.

    The answer is a 404 that a page can read; `X-Error-Code` is hidden.
    """
    raise HTTPException(404, "No such item", headers={"X-Error-Code": "no-such-item"})


@router.get("/http-exception-lost", dependencies=[Depends(identify_request)])
def raise_after_setting_headers(response: Response) -> dict[str, str]:
    """WRONG: `X-Error-Code`, and the dependency's `X-Request-ID`, are lost, because an exception is raised.

    Give them to the exception: `HTTPException(404, headers={...})`.
    """
    response.headers["X-Error-Code"] = "no-such-item"
    raise HTTPException(404, "No such item")


@router.get("/rate-limit")
def limit_the_rate() -> dict[str, str]:
    """RIGHT: a 429 with `Retry-After` and `X-RateLimit-Remaining`, both sent.

    Both are hidden: a page that would wait as long as it is told to must have `Retry-After` exposed.
    """
    headers = {"Retry-After": "30", "X-RateLimit-Remaining": "0"}
    raise HTTPException(429, "Slow down", headers=headers)


@router.get("/validation", dependencies=[Depends(identify_request)])
def need_a_parameter(page: int) -> dict[str, int]:
    """WRONG: without `?page=1` the answer is FastAPI's own 422, and the dependency's `X-Request-ID` is lost.

    Set what every answer must carry in a middleware instead.
    """
    return {"page": page}


@router.get("/handled")
def raise_what_is_handled() -> dict[str, str]:
    """RIGHT: a handler for this very exception answers, and its header and the CORS headers are sent.

    The answer is a 409 that a page can read; `X-Error-Code` is hidden.
    """
    raise SoldOutError


@router.get("/crash")
def crash(response: Response, _id: Annotated[str, Depends(identify_request)]) -> dict[str, str]:
    """WRONG: the 500 of an unhandled exception has no CORS header, so that a page gets a network error.

    The page sees neither status nor body, nor a header: the response is made outside of the CORS middleware.
    """
    response.headers["X-Error-Code"] = "crashed"
    raise RuntimeError("this crash is part of the sample")
