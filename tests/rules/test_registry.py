"""What a rule is needed for is a part of what it looks for: on no route does it hide a fault."""

from __future__ import annotations

import pytest

from hdrcli.fetch import USER_AGENTS
from hdrcli.records.route import FetchRecord, Probe, RouteRecord
from hdrcli.rules import faults_of
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.registry import LAST, NEEDS, all_rules, rule_of
from hdrcli.settings import Settings
from hdrcli.verdict.exposure import judge_headers
from tests.fetch.beyond_the_engine import BEYOND_THE_ENGINE
from tests.fetch.playing import play
from tests.fetch.vector_files import load

SETTINGS = Settings(targets=(), expect_readable=("X-Total-Count",))
SERVICE = "http://localhost"
_BEYOND = {identity for beyond in BEYOND_THE_ENGINE for identity in beyond.vectors}


@pytest.mark.no_cover
def test_a_rule_without_need_finds_nothing() -> None:
    """In the fetches of all vectors, with their own responses as those to probes."""
    applied, found = dict.fromkeys((rule.CODE for rule in all_rules()), 0), set()
    for vector in load():
        if vector.id in _BEYOND:
            continue
        browsers = [browser for browser in USER_AGENTS.values() if vector.is_for(browser.name)]
        for fetches in zip(*(play(vector, browser) for browser in browsers), strict=False):
            route = _route(fetches)
            needed = [code for code, _ in faults_of(Diagnosis(route, SETTINGS, SERVICE))]
            for code, need in NEEDS:
                diagnosis = Diagnosis(route, SETTINGS, SERVICE)
                faults = list(rule_of(code).check(diagnosis))
                applied[code] += need(diagnosis)
                found.update([code] * bool(faults))
                assert need(diagnosis) or not faults, (vector.id, code)
                assert code == LAST or len(faults) == needed.count(code), (vector.id, code)

    assert len(found) > len(applied) / 2
    # Most needs hold for few routes.
    assert sum(applied.values()) < len(applied) * max(applied.values()) / 2


def _route(fetches: tuple[FetchRecord, ...]) -> RouteRecord:
    exchange = fetches[0].own_exchange
    probes = () if exchange is None else (Probe(kind="foreign-origin", origin=None, exchange=exchange),)
    method = "GET" if exchange is None else exchange.request.method
    return RouteRecord(
        method=method, url="https://api.example/", fetches=fetches, headers=judge_headers(fetches), probes=probes
    )
