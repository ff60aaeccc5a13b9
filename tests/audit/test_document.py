"""docs/audit.md lists every origin that is tried, and every server of the bed shows a probe that exists."""

from __future__ import annotations

import pytest

from hdrcli.audit.probes import FIRST, OTHERS
from tests.audit.bed import FAULTY
from tests.audit.document import ALSO_TRIED_BY, documented, tables

NAMES = {probe.name for probe in (*FIRST, *OTHERS)}


@pytest.mark.parametrize("first", tables())
def test_the_table_is_that_of_the_data(first: str) -> None:
    assert documented(first) == tables()[first]


def test_each_probe_finds_a_server_of_the_bed() -> None:
    assert {name for _, expected in FAULTY.values() for name in expected} == NAMES


def test_probes_refer_to_probes() -> None:
    assert {name for probe in (*FIRST, *OTHERS) for name in probe.implied_by} <= NAMES
    assert set(ALSO_TRIED_BY) <= NAMES
