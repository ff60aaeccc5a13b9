"""Responses returned directly: FastAPI sends them as they are, without the injected `Response`'s headers."""

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

router = APIRouter(prefix="/returned", tags=["returned responses"])


@router.get("/response")
def return_a_response() -> Response:
    """RIGHT: the headers of the returned `Response` are sent.

    `X-Request-ID` is exposed; `X-Cache` is hidden.
    """
    return Response("hello", media_type="text/plain", headers={"X-Request-ID": "7f3a", "X-Cache": "HIT"})


@router.get("/json")
def return_a_json_response() -> JSONResponse:
    """RIGHT: the header and the status of the returned `JSONResponse` are sent.

    The response is a 201; `Location` is hidden, as the expose list does not name it.
    """
    return JSONResponse({"id": 3}, status_code=201, headers={"Location": "/returned/json"})


@router.get("/lost")
def lose_the_injected_response(response: Response) -> JSONResponse:
    """WRONG: `X-Total-Count`, the cookie and the 206 are all lost, because another response is returned.

    The page gets null for a header that is on the expose list, and the status is 200.
    """
    response.status_code = 206
    response.headers["X-Total-Count"] = "1312"
    response.set_cookie("seen", "1")
    return JSONResponse([1, 2, 3])


@router.get("/merged")
def merge_the_injected_response(response: Response) -> JSONResponse:
    """RIGHT: the fix for `/returned/lost`: each header and cookie is copied to the returned response.

    `append` keeps several cookies apart; a dict would keep only one. `X-Total-Count` is exposed.
    """
    response.headers["X-Total-Count"] = "1312"
    response.set_cookie("seen", "1")
    response.set_cookie("theme", "dark")
    returned = JSONResponse([1, 2, 3])
    for name, value in response.headers.items():
        returned.headers.append(name, value)
    return returned
