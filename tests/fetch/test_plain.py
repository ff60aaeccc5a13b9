"""A fetch that is judged plain has the same result in every browser, as the vectors show."""

from __future__ import annotations

import pytest

from hdrcli.fetch import USER_AGENTS, UserAgent
from hdrcli.verdict.plain import is_over_http2, is_plain
from tests.fetch.beyond_the_engine import BEYOND_THE_ENGINE
from tests.fetch.playing import play
from tests.fetch.vector_files import load

VECTORS = load()
_BEYOND = {identity for beyond in BEYOND_THE_ENGINE for identity in beyond.vectors}
BROWSERS = [user_agent for name, user_agent in USER_AGENTS.items() if name != "standard"]


@pytest.mark.no_cover
@pytest.mark.parametrize("user_agent", BROWSERS, ids=lambda user_agent: user_agent.name)
def test_a_plain_fetch_is_the_same_in_every_browser(user_agent: UserAgent) -> None:
    plain = over_http2 = 0
    for vector in VECTORS:
        if vector.id in _BEYOND or not vector.is_for(user_agent.name):
            continue
        records = {
            browser.name: play(vector, browser) for browser in USER_AGENTS.values() if vector.is_for(browser.name)
        }
        steps = vector.steps_for(user_agent.name)
        for number, (step, record) in enumerate(zip(steps, records[user_agent.name], strict=True)):
            if is_plain(record, sets_headers="headers" in dict(step.request), is_page_public=vector.is_page_public):
                plain += 1
                over_http2 += is_over_http2(record)
                for name, others in records.items():
                    if not is_over_http2(record) or _adds_header(name) == _adds_header(user_agent.name):
                        assert others[number].result == record.result, (vector.id, name)

    assert plain >= 50
    assert over_http2 >= 5


def _adds_header(browser: str) -> bool:
    return USER_AGENTS[browser].http2.http2_header_added
