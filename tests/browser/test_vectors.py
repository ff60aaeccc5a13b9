from __future__ import annotations

import difflib
import json
from typing import TYPE_CHECKING

import pytest

from tests.fetch.vector_files import Exchange, Outcome, Step, Vector, load

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.browser.batch import Browser, Seen
    from tests.serving.http import Request


VECTORS = load()


@pytest.mark.parametrize("vector", VECTORS, ids=[vector.id for vector in VECTORS])
def test_the_browser_does_as_the_vector_says(browser: Browser, seen: Mapping[str, Seen], vector: Vector) -> None:
    if not vector.is_for(browser.NAME):
        assert vector.id not in seen
        return
    steps = vector.steps_for(browser.NAME)
    got = seen[vector.id]
    exchanges = [exchange for step in steps for exchange in step.exchanges]
    difference = _difference(
        {
            "requests": [_expected_request(exchange) for exchange in exchanges],
            "outcomes": [_expected_outcome(step.outcome) for step in steps],
        },
        {
            "requests": [
                _compared(request, exchanges[number] if number < len(exchanges) else None)
                for number, request in enumerate(got.requests)
            ],
            "outcomes": [_as_far_as_expected(outcome, step) for outcome, step in zip(got.outcomes, steps, strict=True)],
        },
    )
    assert not difference, f"{vector.name}\n{difference}"


def _expected_request(exchange: Exchange) -> dict[str, object]:
    request: dict[str, object] = {
        "method": exchange.method,
        "url": exchange.url,
        "headers": dict(exchange.headers),
    }
    return request if exchange.request_body is None else {**request, "body": exchange.request_body}


def _compared(request: Request, exchange: Exchange | None) -> dict[str, object]:
    """What of a request is compared; all of it, when none was expected."""
    names = exchange.headers if exchange else dict(request.headers)
    seen: dict[str, object] = {
        "method": request.method,
        "url": request.url,
        "headers": {name: request.get(name) for name in names},
    }
    if exchange is None or exchange.request_body is None:
        return seen
    return {**seen, "body": request.body.decode("utf-8", "replace")}


def _expected_outcome(outcome: Outcome) -> dict[str, object]:
    if outcome.failure is not None:
        return {"rejected": True}
    compared = {
        "type": outcome.type,
        "status": outcome.status,
        "headers": [list(pair) for pair in outcome.headers],
        "url": outcome.url,
        "redirected": outcome.redirected,
    }
    return {key: value for key, value in compared.items() if value is not None}


def _as_far_as_expected(seen: Mapping[str, object], step: Step) -> dict[str, object]:
    outcome = step.outcome
    never_settles = "stuck" in seen and any(exchange.frames for exchange in step.exchanges)  # WebKitGTK, over HTTP/2
    if outcome.failure is not None and ("error" in seen or never_settles):
        return {"rejected": True}
    optional = {"url": outcome.url, "redirected": outcome.redirected}
    return {key: value for key, value in seen.items() if key not in optional or optional[key] is not None}


def _difference(expected: object, got: object) -> str:
    before, after = (json.dumps(value, indent=1, sort_keys=True).splitlines() for value in (expected, got))
    return "\n".join(difflib.unified_diff(before, after, "expected", "got", n=99, lineterm=""))
