"""The CORS-preflight cache under load; what it remembers is told by the vectors."""

from __future__ import annotations

import time

import pytest

from hdrcli.fetch import (
    USER_AGENTS,
    CookieStore,
    FetchParams,
    FilteredResponse,
    HTTPResponse,
    NetworkContext,
    Request,
    RequestInit,
    fetch,
    new_request,
    parse_origin,
)


@pytest.mark.no_cover
@pytest.mark.parametrize("name", USER_AGENTS)
def test_a_flood_of_names_is_taken_in_at_once(name: str) -> None:
    page = parse_origin("https://app.example")
    assert page is not None
    context = NetworkContext(
        user_agent=USER_AGENTS[name], cookies=CookieStore(quirks=USER_AGENTS[name].cookies), clock=lambda: 0.0
    )
    request = new_request(RequestInit(url="https://api.example/", method="PUT"), page, context.user_agent)
    assert isinstance(request, Request)
    fetching = fetch(FetchParams(request=request, context=context))
    flood = ",".join(f"x{number}" for number in range(30_000))
    allowed = [("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Methods", f"PUT,{flood}")]
    assert next(fetching).method == "OPTIONS"
    start = time.process_time()
    preflight = HTTPResponse(status=200, headers=(*allowed, ("Access-Control-Allow-Headers", flood)))
    assert fetching.send(preflight).method == "PUT"
    assert time.process_time() - start < 5  # its square takes minutes
    with pytest.raises(StopIteration) as stop:
        fetching.send(HTTPResponse(status=200, headers=(("Access-Control-Allow-Origin", "*"),)))
    assert isinstance(stop.value.value, FilteredResponse)
