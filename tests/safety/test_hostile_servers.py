"""Whatever a server does, a check ends soon, stays small, has a status that is true, and prints nothing hostile."""

from __future__ import annotations

from typing import Final

import pytest
from jsonschema_rs import ValidationError
from xmlschema import XMLSchemaValidationError

from tests.safety.hostile_servers import TIMEOUT, Case, HostileServer, cases
from tests.safety.judging import assert_harmless
from tests.safety.measuring import Measured, measured
from tests.safety.outputs import Written
from tests.sampling import sampled
from tests.serving.tls import server_context

SECONDS: Final = 5.0
MEGABYTES: Final = 128
_SEED: Final = 1
_NUMBER: Final = 40
"""Of the whole, which `python -m tests.safety` runs."""
_MAX_TIME: Final = 4.0
"""Seconds of a run whose server redirects: each redirect has a time limit of its own."""


def run(case: Case) -> Measured:
    """Check the server of a case."""
    with HostileServer(case, server_context("127.0.0.1")) as server:
        options = [f"--timeout={TIMEOUT}", "--insecure", *case.options]
        if case.place == "location":
            options.append(f"--max-time={_MAX_TIME}")
        return measured("check", server.url, *options, env={"COLUMNS": "80"})


def faults(case: Case, ended: Measured) -> list[str]:
    """What is wrong with a run, in words; nothing if all is well."""
    found = []
    if ended.elapsed > SECONDS:
        found.append(f"{ended.elapsed:.1f} s")
    if ended.megabytes > MEGABYTES:
        found.append(f"{ended.megabytes:.0f} MiB")
    if ended.status not in {0, 1, 2, 3} or "Traceback" in ended.err:
        found.append(f"status {ended.status}: {ended.err[-300:]}")
    form = next((option.removeprefix("--format=") for option in case.options if "--format=" in option), "table")
    try:
        assert_harmless(Written("stdout", form if ended.out else "text", ended.out))
        assert_harmless(Written("stderr", "text", ended.err))
    except (AssertionError, ValueError, ValidationError, XMLSchemaValidationError) as error:
        found.append(f"{form}: {error!r:.500}")
    if "eyJhbGciOiJIUzI1NiJ9.e30" in ended.out + ended.err:
        found.append("a secret")
    return found


@pytest.mark.no_cover
@pytest.mark.parametrize("case", sampled(cases(_SEED, _NUMBER)), ids=str)
def test_a_hostile_server(case: Case) -> None:
    assert faults(case, run(case)) == []
