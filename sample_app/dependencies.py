"""Headers and cookies that dependencies set, on the same injected `Response` as the endpoint."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.responses import JSONResponse

router = APIRouter(prefix="/dependencies", tags=["dependencies"])


def identify_request(response: Response) -> str:
    """Give the request an ID, and send it to the client."""
    response.headers["X-Request-ID"] = "7f3a"
    return "7f3a"


def choose_region(response: Response, request_id: Annotated[str, Depends(identify_request)]) -> str:
    """Choose a region to read from. It depends on a dependency that also sets a header."""
    response.headers["X-Region"] = f"eu-{request_id[0]}"
    return f"eu-{request_id[0]}"


def remember_visitor(response: Response) -> None:
    """Set a cookie."""
    response.set_cookie("visitor", "42", samesite="lax")


def measure_time(response: Response) -> Iterator[None]:
    """Set a header after the endpoint has returned, which is too late."""
    yield
    response.headers["X-Process-Time"] = "0.042"


@router.get("/header", dependencies=[Depends(identify_request)])
def header_from_a_dependency() -> dict[str, str]:
    """RIGHT: the header of a dependency is sent, although the endpoint itself never uses a `Response`.

    `X-Request-ID` is exposed.
    """
    return {"set by": "dependency"}


@router.get("/nested")
def headers_from_nested_dependencies(region: Annotated[str, Depends(choose_region)]) -> dict[str, str]:
    """RIGHT: the headers of a dependency and of its own dependency are both sent.

    `X-Request-ID`, of the inner one, is exposed; `X-Region`, of the outer one, is hidden.
    """
    return {"region": region}


@router.get("/cookie", dependencies=[Depends(remember_visitor)])
def cookie_from_a_dependency() -> dict[str, str]:
    """RIGHT: the cookie of a dependency is sent. As always, no page can read `Set-Cookie`."""
    return {"cookie": "set"}


@router.get("/lost", dependencies=[Depends(choose_region), Depends(remember_visitor)])
def dependencies_lost() -> JSONResponse:
    """WRONG: `X-Request-ID`, `X-Region` and the cookie are all lost, because a response is returned directly.

    FastAPI sends that response as it is, and discards the one that the dependencies wrote to.
    """
    return JSONResponse({"set by": "nobody"})


@router.get("/after-yield", dependencies=[Depends(measure_time)])
def header_after_yield() -> dict[str, str]:
    """WRONG: `X-Process-Time` is lost, because the code after `yield` runs after the headers are complete.

    Measure in a middleware instead.
    """
    return {"set by": "nobody"}
