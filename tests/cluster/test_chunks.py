"""Lines to chunks: each line once, the lines of a site together, and the same chunks of the same list."""

from __future__ import annotations

import random

import pytest

from hdrcli.bulk.lines import Line
from hdrcli.cluster.chunks import Chunk, Lanes


def chunks_of(lines: list[Line], count: int, size: int) -> tuple[list[Chunk], list[Chunk]]:
    """Those that are complete while the list is read, and those of its end."""
    lanes = Lanes(count, size)
    complete = [chunk for line in lines if (chunk := lanes.add(line)) is not None]
    return complete, list(lanes.rests())


def some_lines(seed: int, length: int) -> list[Line]:
    chance = random.Random(seed)  # noqa: S311 -- reproducible
    texts = ["http://{0}.example{1}.org/{2}", "{0}.example{1}.org", "not a URL {2}", "\udcff{2}"]
    return [
        Line(number, chance.choices(texts, (8, 8, 1, 1))[0].format(chance.choice("ab"), chance.randrange(40), number))
        for number in range(1, length + 1)
    ]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("length", [1, 30, 700])
def test_each_line_is_in_one_chunk(seed: int, length: int) -> None:
    lines = some_lines(seed, length)
    complete, rests = chunks_of(lines, 8, 20)
    assert sorted(line for chunk in complete + rests for line in chunk.lines) == lines
    assert {len(chunk.lines) for chunk in complete} <= {20}
    assert all(10 <= len(chunk.lines) < 30 for chunk in rests[:-1])
    assert all(list(chunk.lines) == sorted(chunk.lines) for chunk in complete)


@pytest.mark.parametrize("seed", range(5))
def test_a_site_is_in_one_lane_and_in_one_chunk_of_rests(seed: int) -> None:
    complete, rests = chunks_of(some_lines(seed, 700), 8, 20)
    for chunks in (complete, rests):
        lanes: dict[str, set[str]] = {}
        for chunk in chunks:
            for line in chunk.lines:
                if ".example" in line.text:
                    lanes.setdefault(line.text.partition("example")[2].partition(".")[0], set()).add(chunk.lane)
        assert len(lanes) > 10
        assert {len(found) for found in lanes.values()} == {1}


def test_the_same_list_makes_the_same_chunks() -> None:
    lines = some_lines(1, 300)
    assert chunks_of(lines, 8, 20) == chunks_of(lines, 8, 20)


def test_lines_that_are_appended_change_only_the_rests() -> None:
    lines = some_lines(1, 300)
    before, _ = chunks_of(lines, 8, 20)
    after, _ = chunks_of([*lines, Line(301, "http://new.example/")], 8, 20)
    assert after[: len(before)] == before


def test_another_text_makes_a_chunk_with_another_name() -> None:
    (one,), (other,) = (chunks_of([Line(1, text)], 8, 20)[1] for text in ("a.example", "b.example"))
    assert one.name != other.name


def test_what_dask_writes_to_logs_has_no_line() -> None:
    ((chunk,),) = chunks_of([Line(1, "http://user:hunter2@a.example")], 8, 20)[1:]
    assert "hunter2" not in repr(chunk)
