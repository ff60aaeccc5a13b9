"""Random HTTP/2 responses: the engine and each browser make the same of them, but for a few."""

from __future__ import annotations

from tests.browser.batch import Browser, installed, run
from tests.browser.random_http2 import cases, difference

_SEED = 1
_NUMBER = 100
_AGREEMENT = 0.98


def test_the_engine_agrees_with_the_browser(browser: Browser) -> None:
    vectors = cases(_SEED, _NUMBER)
    seen = run(vectors, browser, installed(browser))
    differences = [
        f"{vector.id}: {text}" for vector in vectors if (text := difference(vector, seen[vector.id], browser.NAME))
    ]

    assert len(differences) <= _NUMBER * (1 - _AGREEMENT), "\n".join(differences)
