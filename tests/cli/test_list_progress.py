"""What the status line says while a list is checked."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hdrcli.bulk.counts import Counts
from hdrcli.cli.list_progress import ListProgress, targets_in


class Clock:
    """A clock that is set."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def counts(targets: int, **failures: int) -> dict[str, int]:
    return {"targets": targets, **{f"failure {code}": number for code, number in failures.items()}}


@pytest.mark.parametrize(
    ("expected", "seconds", "found", "text"),
    [
        (None, 2, counts(100), "100 targets, 50/s"),
        (1100, 2, counts(100), "100 of 1,100 targets, 50/s, 20 s left"),
        (40_000, 10, counts(20), "20 of 40,000 targets, 2.0/s, 5:33 h left"),
        (4000, 1, counts(20), "20 of 4,000 targets, 20/s, 3 min left"),
        (10, 5, counts(0), "0 of 10 targets, 0/s"),
        (None, 1, counts(9, dns=2, tls=3), "9 targets, 9.0/s, tls 3, dns 2"),
        (None, 1, counts(20, a=5, b=4, c=3, d=2, e=1, f=1), "20 targets, 20/s, a 5, b 4, c 3, d 2, other failures 2"),
    ],
)
def test_the_text(expected: int | None, seconds: float, found: dict[str, int], text: str) -> None:
    clock, all_counts = Clock(), Counts()
    progress = ListProgress(all_counts, expected, clock)
    clock.now = seconds
    all_counts.counts.update(found)
    assert progress.text() == text


def test_results_of_earlier_runs_do_not_make_it_faster() -> None:
    clock, all_counts = Clock(), Counts()
    all_counts.counts.update(counts(1000))
    progress = ListProgress(all_counts, 2000, clock)
    clock.now = 10
    all_counts.counts.update(counts(100))
    assert progress.text() == "1,100 of 2,000 targets, 10/s, 2 min left"


def test_the_rate_is_that_of_late() -> None:
    clock, all_counts = Clock(), Counts()
    progress = ListProgress(all_counts, clock=clock)
    for second in range(1, 101):
        clock.now = second
        all_counts.counts.update(counts(100 if second <= 50 else 10))
        text = progress.text()
    assert text == "5,500 targets, 10/s"


def test_the_targets_of_a_file_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "urls.txt"
    path.write_text("http://a/\n# a comment\n\n  \nhttp://b/\nhttp://c/")
    with path.open("rb") as source:
        assert (targets_in(source), source.readline()) == (3, b"http://a/\n")
        assert (targets_in(source), source.readline()) == (2, b"# a comment\n")


def test_those_of_a_pipe_are_not_known() -> None:
    reading, writing = os.pipe()
    os.close(writing)
    with os.fdopen(reading, "rb") as source:
        assert targets_in(source) is None
