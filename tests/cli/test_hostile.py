"""Whatever a server does, `hdrcli check` ends: soon, small, with a status that is true and no noise."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass

import pytest

from tests.cli.program import assert_one_line, environment
from tests.reporting import valid
from tests.serving.hostile import BEHAVIOURS, Behaviour, HostileServer, Outcome

TIMEOUT = 2
SECONDS = 8
MEGABYTES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """How a run ended, and what it cost."""

    status: int
    out: str
    err: str
    seconds: float
    megabytes: float


MEASURE = f"""
import json, resource, subprocess, sys
ended = subprocess.run(sys.argv[1:], capture_output=True, text=True, timeout={SECONDS * 2})
used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
json.dump([ended.returncode, ended.stdout, ended.stderr, used], sys.stdout)
"""


def measured(*arguments: str) -> Measured:
    """Run `hdrcli check` to its end, or to the end of our patience, and ask the system what it took.

    A small process in between asks: a child's peak begins with that of the process that starts it.
    """
    command = [sys.executable, "-c", MEASURE, sys.executable, "-m", "hdrcli", "check", *arguments]
    start = time.monotonic()
    ended = subprocess.run(command, env=environment({"COLUMNS": "80"}), capture_output=True, text=True, check=True)
    seconds = time.monotonic() - start
    status, out, err, used = json.loads(ended.stdout)
    megabytes = used / (2**20 if sys.platform == "darwin" else 2**10)
    return Measured(status=status, out=out, err=err, seconds=seconds, megabytes=megabytes)


def check(behaviour: Behaviour, *options: str) -> Measured:
    ended = check_in_browsers(behaviour, "--browser=standard", *options)

    assert ended.status == behaviour.outcome.exit_status
    return ended


def check_in_browsers(behaviour: Behaviour, *options: str) -> Measured:
    with HostileServer(behaviour) as server:
        common = [f"--timeout={TIMEOUT}", "--credentials=omit", "--fail-on=never"]
        ended = measured(server.url, *common, *options)

    assert ended.seconds < SECONDS
    assert ended.megabytes < MEGABYTES
    return ended


@pytest.mark.parametrize("behaviour", BEHAVIOURS.values(), ids=BEHAVIOURS)
def test_browsers_may_differ_in_what_they_put_up_with(behaviour: Behaviour) -> None:
    ended = check_in_browsers(behaviour)

    assert ended.status in {behaviour.outcome.exit_status, 1}
    assert all(line.startswith("hdrcli: GET ") for line in ended.err.splitlines())


@pytest.mark.parametrize("behaviour", BEHAVIOURS.values(), ids=BEHAVIOURS)
def test_the_table_with_all_that_came(behaviour: Behaviour) -> None:
    ended = check(behaviour, "--verbose")

    lines = ended.out.splitlines()
    assert all(line.isprintable() for line in lines)
    assert max(map(len, lines), default=0) <= 80
    if behaviour.outcome is Outcome.UNREACHABLE:
        assert f"    > GET /{behaviour.name} HTTP/1.1" in lines
        assert_one_line(ended.err)
    else:
        assert ended.err == ""
        assert any(line.startswith("    < Access-Control-Allow-Origin: *") for line in lines)


@pytest.mark.parametrize(
    "behaviour",
    [behaviour for behaviour in BEHAVIOURS.values() if behaviour.outcome is Outcome.BLOCKED],
    ids=lambda behaviour: behaviour.name,
)
def test_of_many_redirects_the_first_and_the_last_are_told(behaviour: Behaviour) -> None:
    told = [line for line in check(behaviour).out.splitlines() if line.startswith(("  GET ", "  and "))]

    assert [line.split()[0] for line in told] == ["GET"] * 7 + ["and"] + ["GET"]
    assert told[-2] == "  and 13 more requests"


@pytest.mark.parametrize("name", [name for name, behaviour in BEHAVIOURS.items() if behaviour.outcome.exit_status == 0])
def test_json(name: str) -> None:
    behaviour = BEHAVIOURS[name]
    (route,) = valid(check(behaviour, "--format=json", "--exchanges", "--no-probe").out)["services"][0]["routes"]
    (caller,), (fetch,) = route["callers"], route["fetches"]
    if behaviour.outcome is Outcome.BLOCKED:
        assert caller["failure"]["code"] == "redirect-limit"
        assert len(fetch["exchanges"]) == 21
    else:
        assert (caller["failure"], caller["outcome"]) == (None, "readable")


def test_hostility_in_the_preflight() -> None:
    """A preflight is read by the same rules as the answer: here one that never comes, and one without end."""
    for name in ("never-answers", "endless-headers", "gigabyte-body"):
        behaviour = BEHAVIOURS[name]
        ended = check(behaviour, "-X", "PUT", "--format=json", "--exchanges")
        (route,) = valid(ended.out)["services"][0]["routes"]
        assert {exchange["purpose"] for fetch in route["fetches"] for exchange in fetch["exchanges"]} >= {"preflight"}
