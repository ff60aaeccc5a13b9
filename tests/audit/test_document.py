"""docs/audit.md lists every origin that is tried, and every server of the bed shows a probe that exists."""

from __future__ import annotations

import pytest

from hdrcli.audit.not_tried import NOT_TRIED
from hdrcli.audit.probes import FIRST, NAMED, OTHERS
from tests.audit.bed import FAULTY, SAFE
from tests.audit.document import ALSO_TRIED_BY, documented, tables
from tests.audit.known_probes import OF_NOBODY, OF_SCANNERS, OTHER_CHECKS

NAMES = {NAMED, *(probe.name for probe in (*FIRST, *OTHERS))}


@pytest.mark.parametrize("first", tables())
def test_the_table_is_that_of_the_data(first: str) -> None:
    assert documented(first) == tables()[first]


def test_each_probe_finds_a_server_of_the_bed() -> None:
    assert {name for _, expected in FAULTY.values() for name in expected} == NAMES


def test_probes_refer_to_probes() -> None:
    assert {name for probe in (*FIRST, *OTHERS) for name in probe.implied_by} <= NAMES
    assert set(ALSO_TRIED_BY) <= NAMES


@pytest.mark.parametrize("known", [OF_SCANNERS, OF_NOBODY], ids=["of scanners", "of nobody"])
def test_each_known_probe_is_tried_or_documented(known: dict[str, str]) -> None:
    places = {*NAMES, *(origin for origin, _ in NOT_TRIED), *OTHER_CHECKS, *FAULTY, *SAFE}
    assert {what: where for what, where in known.items() if where not in places} == {}


def test_all_known_probes_are_listed() -> None:
    """As many kinds as a comparison of the scanners' sources has found."""
    assert (len(OF_SCANNERS), len(OF_NOBODY)) == (40, 22)
