"""The headers that front ends need most often, each sent correctly."""

from typing import Annotated

from fastapi import APIRouter, Header, Query, Response

router = APIRouter(prefix="/headers", tags=["well-known headers"])

ITEMS = [f"item {number}" for number in range(1, 8)]
PAGE_SIZE = 3
ETAG = '"v7"'


@router.get("/custom")
def custom_headers(response: Response) -> dict[str, str]:
    """RIGHT: two custom headers and a standard one are sent, and the page reads two of the three.

    `X-Request-ID` is exposed; `Cache-Control` is safelisted, always readable; `X-Process-Time` is hidden.
    """
    response.headers["X-Request-ID"] = "7f3a"
    response.headers["X-Process-Time"] = "0.042"
    response.headers["Cache-Control"] = "no-store"
    return {"hello": "world"}


@router.get("/pagination")
def paginate(response: Response, page: Annotated[int, Query(ge=1, le=3)] = 1) -> list[str]:
    """RIGHT: `X-Total-Count` and a `Link` to the neighbouring pages are sent, and both are exposed."""
    last = -(-len(ITEMS) // PAGE_SIZE)
    pages = {"first": 1, "prev": page - 1, "next": page + 1, "last": last}
    links = [f'</headers/pagination?page={n}>; rel="{rel}"' for rel, n in pages.items() if 1 <= n <= last]
    response.headers["X-Total-Count"] = str(len(ITEMS))
    response.headers["Link"] = ", ".join(links)
    return ITEMS[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]


@router.get("/download")
def download() -> Response:
    """RIGHT: `Content-Disposition` is sent, so a browser that follows a link saves a file.

    It is hidden: a page that downloads with `fetch()` cannot read the file's name.
    """
    disposition = {"Content-Disposition": 'attachment; filename="items.csv"'}
    return Response("\n".join(["name", *ITEMS]), media_type="text/csv", headers=disposition)


@router.get("/etag", response_model=list[str])
def entity_tag(response: Response, if_none_match: Annotated[str, Header()] = "") -> list[str] | Response:
    """RIGHT: `ETag` is sent, with the 200 and with the 304 for a matching `If-None-Match`.

    It is hidden: a page cannot send it back in `If-Match`. `Cache-Control` is safelisted.
    """
    headers = {"ETag": ETAG, "Cache-Control": "no-cache"}
    known = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    if ETAG in known or "*" in known:
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return ITEMS


@router.get("/server-timing")
def server_timing(response: Response) -> dict[str, str]:
    """RIGHT: two `Server-Timing` lines are sent, because `append` adds a line, while `[...] =` replaces it.

    They are hidden from `response.headers`; the page reads them from `PerformanceResourceTiming.serverTiming`,
    because `Timing-Allow-Origin` allows it.
    """
    response.headers.append("Server-Timing", 'db;dur=12.5;desc="SELECT items"')
    response.headers.append("Server-Timing", "render;dur=3.1")
    response.headers["Timing-Allow-Origin"] = "*"
    return {"timing": "sent"}


@router.get("/slash-redirect/")
def slash_redirect(response: Response) -> dict[str, str]:
    """RIGHT: a request without the slash at the end gets a 307 to this path, and that has CORS headers, too.

    The page reads this response's `X-Request-ID`, which is exposed, and none of the redirect's own headers.
    The redirect's `Location` is absolute, with the scheme that the server knows: behind a TLS proxy that it does
    not trust, this is `http:`, and browsers block that for an `https:` page.
    """
    response.headers["X-Request-ID"] = "7f3a"
    return {"redirected": "perhaps"}
