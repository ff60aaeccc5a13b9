"""Headers set on the injected `Response`: FastAPI copies them to the response that it creates."""

from fastapi import APIRouter, BackgroundTasks, Response
from pydantic import BaseModel

router = APIRouter(prefix="/injected", tags=["injected Response"])


class PublicUser(BaseModel):
    """The part of a user that clients may see."""

    name: str


class User(PublicUser):
    """A user, as the endpoint knows it."""

    email: str


@router.get("/dict")
def return_a_dict(response: Response) -> dict[str, str]:
    """RIGHT: both headers are sent, because a dict is returned and FastAPI creates the response.

    `X-Request-ID` is exposed; `X-Process-Time` is hidden.
    """
    response.headers["X-Request-ID"] = "7f3a"
    response.headers["X-Process-Time"] = "0.042"
    return {"returned": "dict"}


@router.get("/model", response_model=PublicUser)
def filter_through_a_model(response: Response) -> User:
    """RIGHT: `response_model` filters the body, never the headers.

    The email address stays on the server; `X-Request-ID` is sent, and exposed.
    """
    response.headers["X-Request-ID"] = "7f3a"
    return User(name="Ada", email="ada@example.org")


@router.get("/status")
def set_the_status(response: Response) -> dict[str, str]:
    """RIGHT: a status code set on the injected response is sent, and so is the header.

    The response is a 202; `X-Job-ID` is hidden.
    """
    response.status_code = 202
    response.headers["X-Job-ID"] = "job-17"
    return {"state": "accepted"}


@router.get("/cookie")
def set_a_cookie(response: Response) -> dict[str, str]:
    """RIGHT: the cookie is sent. No page can read it: `Set-Cookie` is always hidden from JavaScript.

    For a cross-origin page, a browser stores it only if the page sent `credentials: "include"`.
    """
    response.set_cookie("session", "s3cr3t", httponly=True, samesite="lax")
    return {"cookie": "set"}


@router.get("/content-type")
def set_the_content_type(response: Response) -> dict[str, str]:
    """WRONG: two `Content-Type` lines are sent, because FastAPI adds its own.

    Return `JSONResponse(content, media_type="application/vnd.api+json")` instead.
    """
    response.headers["Content-Type"] = "application/vnd.api+json"
    return {"type": "vnd.api+json"}


@router.get("/background")
def set_in_a_background_task(response: Response, tasks: BackgroundTasks) -> dict[str, str]:
    """WRONG: `X-Process-Time` is lost, because a background task runs after the response has been sent.

    `X-Request-ID`, set by the endpoint, is sent, and is exposed.
    """

    def measure() -> None:
        response.headers["X-Process-Time"] = "0.042"

    tasks.add_task(measure)
    response.headers["X-Request-ID"] = "7f3a"
    return {"task": "added"}
