"""`hdrcli merge`: each line once, or a refusal that says what is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.program import assert_one_line, hdrcli

NAMES = ("0000-000001-00000000000000aa.jsonl", "rest0000-000001-00000000000000bb.jsonl")


def result(number: int) -> str:
    value = {"line": number, "outcome": "checked", "failure": None, "stack": None, "findings": []}
    return json.dumps({"key": f"{number:016x}", **value}) + "\n"


def written(folder: Path) -> Path:
    """A folder of two shards with the results of lines 1 to 5."""
    folder.mkdir()
    manifest: list[dict[str, object]] = [{"manifest": 1, "lanes": 4, "chunk": 3}]
    for name, numbers in zip(NAMES, ((1, 3, 4), (2, 5)), strict=True):
        (folder / name).write_text("".join(map(result, numbers)))
        manifest.append({"shard": name, "lines": len(numbers), "counts": {}})
    manifest.append({"targets": 5})
    (folder / "manifest.jsonl").write_text("".join(json.dumps(line) + "\n" for line in manifest))
    return folder


def lines_of(text: str) -> list[int]:
    return [json.loads(line)["line"] for line in text.splitlines()]


def test_to_standard_output_and_to_a_file(tmp_path: Path) -> None:
    folder, output = written(tmp_path / "results"), tmp_path / "merged.jsonl"
    ended = hdrcli("merge", str(folder))
    assert (ended.status, lines_of(ended.out), ended.err) == (0, [1, 3, 4, 2, 5], "5 results of 2 files\n")
    assert hdrcli("merge", str(folder), "--output", str(output)).status == 0
    assert output.read_text() == ended.out
    assert hdrcli("merge", *(str(folder / name) for name in NAMES)).out == ended.out


def test_what_is_merged_can_be_resumed(tmp_path: Path) -> None:
    """The keys in these files are those of other lists: its line is done again."""
    output = tmp_path / "merged.jsonl"
    assert hdrcli("merge", str(written(tmp_path / "results")), f"--output={output}").status == 0
    ended = hdrcli("bulk", "-", f"--output={output}", given="not a URL\n")
    assert (ended.status, lines_of(output.read_text())) == (0, [1, 3, 4, 2, 5, 1])


def changed(name: str, change: Callable[[str], str]) -> Callable[[Path], None]:
    def do(folder: Path) -> None:
        (folder / name).write_text(change((folder / name).read_text()))

    return do


WRONG = {
    "a result is missing": changed(NAMES[0], lambda text: text.partition("\n")[2]),
    "a result is doubled": changed(NAMES[0], lambda text: text + text.splitlines()[0] + "\n"),
    "a line has results in two shards": changed(NAMES[1], lambda text: text.replace('"line": 2', '"line": 3')),
    "a result is cut off": changed(NAMES[1], lambda text: text[:-1]),
    "there is other content": changed(NAMES[1], lambda text: text + "{}\n"),
    "a shard is missing": lambda folder: (folder / NAMES[1]).unlink(),
    "a shard is not noted": changed(
        "manifest.jsonl", lambda text: "".join(line for line in text.splitlines(keepends=True) if "rest" not in line)
    ),
    "the list is not complete": changed("manifest.jsonl", lambda text: text.replace('{"targets": 5}\n', "")),
    "the manifest is of something else": changed("manifest.jsonl", lambda _: '{"manifest": 2}\n'),
    "the manifest has other content": changed("manifest.jsonl", lambda text: text + '{"shard": "../../etc/passwd"}\n'),
    "the manifest is empty": changed("manifest.jsonl", lambda _: ""),
    "there is no manifest": lambda folder: (folder / "manifest.jsonl").unlink(),
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG)
def test_what_is_refused(tmp_path: Path, change: Callable[[Path], object]) -> None:
    folder, output = written(tmp_path / "results"), tmp_path / "merged.jsonl"
    change(folder)
    for arguments in ((), (f"--output={output}",)):
        ended = hdrcli("merge", str(folder), *arguments)
        assert (ended.status, ended.out) == (2, "")
        assert_one_line(ended.err)
    assert not output.exists()


def test_a_file_that_is_named_twice(tmp_path: Path) -> None:
    shard = str(written(tmp_path / "results") / NAMES[0])
    ended = hdrcli("merge", shard, shard)
    assert (ended.status, ended.out) == (2, "")
    assert_one_line(ended.err)


def test_a_file_that_is_to_be_merged_is_not_overwritten(tmp_path: Path) -> None:
    shard = written(tmp_path / "results") / NAMES[0]
    before = shard.read_text()
    ended = hdrcli("merge", str(shard), f"--output={shard}")
    assert (ended.status, shard.read_text()) == (2, before)
    assert_one_line(ended.err)


@pytest.mark.parametrize("arguments", [["no.jsonl"], [], ["empty.jsonl"], ["empty.jsonl", "--output=merged.jsonl"]])
def test_wrong_usage(arguments: list[str], tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").touch()
    ended = hdrcli("merge", *arguments, cwd=tmp_path)
    assert (ended.status, ended.out) == (2, "")
    assert_one_line(ended.err)
    assert not (tmp_path / "merged.jsonl").exists()
