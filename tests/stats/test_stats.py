"""`hdrcli stats`: its numbers are those of an independent count, and files of any content are read."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from jsonschema_rs import Draft202012Validator, meta

from hdrcli.bulk.schema import schema_text as schema_of_bulk
from hdrcli.stats.reading import Reader
from tests.cli import in_process
from tests.cli.program import assert_one_line, environment, hdrcli
from tests.cli.test_terminal import EVIL
from tests.safety.measuring import measured
from tests.serving.http import answer
from tests.serving.loopback import free_port
from tests.serving.site import OPEN_TO_PAGE, Site
from tests.stats.results import JSON, finding, result, text_of, written

EXPOSING: Final = (*OPEN_TO_PAGE, "Access-Control-Expose-Headers: X-Total")
RESPONSES: Final = {
    "/hidden": answer(*OPEN_TO_PAGE, "X-Total: 3", "X-Region: eu"),
    "/exposed": answer(*EXPOSING, "X-Total: 3"),
    "/both": answer(*EXPOSING, "X-TOTAL: 3", "x-region: eu", "X-Powered-By: Express"),
    "/nginx": answer(*OPEN_TO_PAGE, "Server: nginx/1.24.0", "X-Total: 3"),
    "/closed": answer("X-Total: 3"),
    "/plain": answer(*OPEN_TO_PAGE),
    "/crash": answer(status="500 Internal Server Error"),
    "/evil": answer(*OPEN_TO_PAGE, f"X-'{EVIL.encode().hex()[:4]}'&lt;b&gt;: 1", "X-Évil\x1b[2J: 1"),
}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of a real run, with each outcome but "incomplete"."""
    folder = tmp_path_factory.mktemp("results")
    with Site(RESPONSES) as site:
        urls = [site.url + path for path in RESPONSES] * 3
        urls += ["http://name.invalid/", f"http://127.0.0.1:{free_port()}/", "not a URL", "http://127.0.0.1:9/"] * 3
        (folder / "urls.txt").write_text("\n".join(urls))
        output = folder / "results.jsonl"
        ended = hdrcli("bulk", str(folder / "urls.txt"), f"--output={output}", "--timeout=5", "--per-host=8")
    assert ended.status == 0
    return output


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    schema = json.loads(hdrcli("schema", "stats").out)
    meta.validate(schema)
    return Draft202012Validator(schema)


def stats_of(validator: Draft202012Validator, *arguments: str, given: str | bytes = "") -> JSON:
    ended = hdrcli("stats", *arguments, "--format=json", given=given)
    assert ended.status == 0, ended.err
    value: JSON = json.loads(ended.out)
    assert list(validator.iter_errors(value)) == []
    return value


# --- numbers --------------------------------------------------------------------------------------------


def counted(rows: list[JSON]) -> JSON:
    """The same numbers, counted in another way."""
    checked = [row for row in rows if row["outcome"] == "checked"]
    pairs = Counter((row["stack"], code) for row in checked for code in {each["code"] for each in row["findings"]})
    readable = Counter(name.lower() for row in checked for name in row["readable"])
    hidden = Counter(name.lower() for row in checked for name in row["hidden"])
    findings = Counter(code for row in rows for code in {each["code"] for each in row["findings"]})
    return {
        "targets": len(rows),
        "outcomes": Counter(row["outcome"] for row in rows),
        "failures": Counter(row["failure"] for row in rows if row["failure"]),
        "without findings": sum(not row["findings"] for row in checked),
        "with errors": sum(any(each["severity"] == "error" for each in row["findings"]) for row in checked),
        "findings": findings,
        "stacks": {
            stack: (
                sum(row["stack"] == stack for row in checked),
                sum(row["stack"] == stack and bool(row["findings"]) for row in checked),
                {code: number for (its_stack, code), number in pairs.items() if its_stack == stack},
            )
            for stack in {row["stack"] for row in checked}
        },
        "headers": {name: (readable[name], hidden[name]) for name in readable | hidden},
        "statuses": Counter(row["status"] for row in checked),
        "blocked": sum(row["blocked"] for row in checked),
        "readable": sum(len(row["readable"]) for row in checked),
        "custom headers": sum(len(row["readable"]) + len(row["hidden"]) for row in checked),
        "requests": sum(row["requests"] for row in checked),
    }


def shown(value: JSON) -> JSON:
    """The numbers of the JSON output, in the form of `counted`."""
    return {
        "targets": value["targets"],
        "outcomes": value["outcomes"],
        "failures": {each["code"]: each["targets"] for each in value["failures"]},
        "without findings": value["worst_findings"]["none"],
        "with errors": value["worst_findings"]["error"],
        "findings": {each["code"]: each["targets"] for each in value["findings"]},
        "stacks": {
            each["stack"]: (each["targets"], each["with_findings"], each["findings"]) for each in value["stacks"]
        },
        "headers": {each["name"]: (each["readable"], each["hidden"]) for each in value["headers"]},
        "statuses": {each["status"]: each["targets"] for each in value["statuses"]},
        "blocked": value["blocked"],
        "readable": value["custom_headers"]["readable"],
        "custom headers": value["custom_headers"]["sum"],
        "requests": value["requests"]["sum"],
    }


def rows_of(path: Path) -> list[JSON]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_the_numbers_of_a_real_run(results: Path, validator: Draft202012Validator) -> None:
    expected = counted(rows_of(results))
    assert len(expected["outcomes"]) == 3
    assert expected["failures"] == {"dns": 3, "connection-refused": 3, "not-a-url": 3, "bad-port": 3}
    assert len(expected["stacks"]) >= 2
    assert expected["readable"]
    assert expected["blocked"]

    value = stats_of(validator, str(results))
    assert shown(value) == expected
    assert value["not_counted"] == {"repeated": 0, "cut_off": 0, "others": 0}
    for distribution in (value["custom_headers"], value["requests"]):
        assert sum(each["targets"] for each in distribution["bins"]) == expected["outcomes"]["checked"]


def test_the_table_has_these_numbers(results: Path) -> None:
    expected = counted(rows_of(results))
    ended = hdrcli("stats", str(results))
    assert (ended.status, ended.err) == (0, "")
    lines = [line.split() for line in ended.out.splitlines()]

    for code, targets in expected["findings"].items():
        (line,) = [line for line in lines if line[1:2] == [code]]
        assert line[3] == str(targets)
    for name, (readable, hidden) in expected["headers"].items():
        if name.isascii() and name.isprintable():
            assert [name, str(readable + hidden), str(readable), str(hidden)] in [line[:4] for line in lines]
    for outcome, targets in (*expected["outcomes"].items(), *expected["failures"].items()):
        assert [outcome, str(targets)] in [line[:2] for line in lines]


def test_top_limits_each_list_and_says_what_is_missing(results: Path, validator: Draft202012Validator) -> None:
    expected = counted(rows_of(results))
    value = stats_of(validator, str(results), "--top=1")

    headers = sorted(expected["headers"].values(), key=sum)
    assert [(each["readable"], each["hidden"]) for each in value["headers"]] == headers[-1:]
    assert value["others"]["headers"] == {
        "names": len(headers) - 1,
        "readable": expected["readable"] - headers[-1][0],
        "hidden": expected["custom headers"] - expected["readable"] - headers[-1][1],
    }
    findings = sorted(expected["findings"].values())
    assert value["others"]["findings"] == {"codes": len(findings) - 1, "occurrences": sum(findings[:-1])}
    statuses = sorted(expected["statuses"].values())
    assert value["others"]["statuses"] == {"statuses": len(statuses) - 1, "targets": sum(statuses[:-1])}
    stacks = sorted(expected["stacks"].values(), key=lambda each: each[0])
    assert value["others"]["stacks"]["targets"] == sum(targets for targets, *_ in stacks[:-1])
    table = hdrcli("stats", str(results), "--top=1").out
    assert f"{len(headers) - 1} other names" in table


def test_a_rule_of_another_version_is_counted(tmp_path: Path, validator: Draft202012Validator) -> None:
    path = written(tmp_path / "a", [result(1, findings=[finding("HDR999", "advice"), finding("HDR999", "advice")])])
    (shown_finding,) = stats_of(validator, str(path))["findings"]
    assert shown_finding == {"code": "HDR999", "name": None, "severity": "advice", "targets": 1}
    assert "HDR999" in hdrcli("stats", str(path)).out
    assert "HDR999" in hdrcli("stats", str(path), "--format=html").out


def test_results_without_a_response_are_enough(tmp_path: Path, validator: Draft202012Validator) -> None:
    path = written(tmp_path / "a", [result(1, outcome="unreachable", status=None, blocked=True)])
    value = stats_of(validator, str(path))
    assert (value["targets"], value["blocked"], value["statuses"], value["requests"]["bins"]) == (1, 0, [], [])
    for form in ("table", "html"):
        ended = hdrcli("stats", str(path), f"--format={form}")
        assert (ended.status, ended.err) == (0, "")


# --- what files have ------------------------------------------------------------------------------------

GOOD: Final = text_of([result(1)])
OTHERS: Final = {
    "text": "text\n",
    "another object": "{}\n",
    "a list": "[1]\n",
    "null": "null\n",
    "a number of many digits": f"{'9' * 5000}\n",
    "deep": "[" * 100_000 + "\n",
    "not UTF-8": "\udcff\n",
    "a line of check": '{"type": "route", "status": 200}\n',
    "a line that is too long": f'"{"x" * (17 * 2**20)}"\n',
    "a key of another form": text_of([result(1, key="1")]),
    "an unknown outcome": text_of([result(1, outcome="fine")]),
    "a status of another type": text_of([result(1, status="200")]),
    "a status that is a boolean": text_of([result(1, status=True)]),
    "a status out of range": text_of([result(1, status=1000)]),
    "a huge number of requests": text_of([result(1, requests=10**30)]),
    "negative requests": text_of([result(1, requests=-1)]),
    "names of another type": text_of([result(1, hidden=[1])]),
    "no list of names": text_of([result(1, hidden="X-A")]),
    "a stack of another type": text_of([result(1, stack=["nginx"])]),
    "findings of another type": text_of([result(1, findings=["HDR301"])]),
    "a code of another form": text_of([result(1, findings=[finding("X\x1b[2J", "error")])]),
    "a code of another type": text_of([result(1, findings=[{"code": [], "severity": "error"}])]),
    "an unknown severity": text_of([result(1, findings=[finding("HDR301", "fatal")])]),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_not_a_result_is_counted_and_passed_over(name: str, validator: Draft202012Validator) -> None:
    content = (OTHERS[name] + text_of([result(2)])).encode("utf-8", "surrogateescape")
    ended = hdrcli("stats", "-", "--format=json", given=content)
    value = json.loads(ended.out)
    assert ended.status == 0
    assert list(validator.iter_errors(value)) == []
    assert (value["targets"], value["not_counted"]) == (1, {"repeated": 0, "cut_off": 0, "others": 1})
    assert_one_line(ended.err)

    alone = hdrcli("stats", "-", given=OTHERS[name].encode("utf-8", "surrogateescape"))
    assert (alone.status, alone.out) == (2, "")
    assert_one_line(alone.err)


def test_each_member_that_is_counted_is_required(validator: Draft202012Validator) -> None:
    required = json.loads(schema_of_bulk())["required"]
    without = [{key: value for key, value in result(9).items() if key != name} for name in required]
    value = stats_of(validator, "-", given=text_of([result(1), *without]))
    counted_members = {"key", "outcome", "failure", "status", "blocked", "readable", "hidden", "stack", "requests"}
    assert value["not_counted"]["others"] == len(counted_members | {"findings"})


WHOLE: Final = [result(number) for number in range(1, 6)]


@pytest.mark.parametrize("cut", [1, 2, 100])
def test_a_line_that_was_cut_off(cut: int, validator: Draft202012Validator) -> None:
    """A line that lacks only its end is a result."""
    text = text_of(WHOLE)[:-cut]
    value = stats_of(validator, "-", given=text)
    assert (value["targets"], value["not_counted"]["cut_off"]) == ((5, 0) if cut == 1 else (4, 1))
    assert value["not_counted"]["others"] == 0


def test_repeated_results_count_once(tmp_path: Path, validator: Draft202012Validator) -> None:
    """Of a line of the list, in one file and in several; other text under the same number is another line."""
    first = written(tmp_path / "first", [*WHOLE, WHOLE[2]])
    second = written(tmp_path / "second", [WHOLE[0], {**result(77), "line": 1}])
    value = stats_of(validator, str(first), str(second))
    assert (value["targets"], value["not_counted"]["repeated"]) == (6, 2)
    assert value["files"] == [str(first), str(second)]


def test_empty_lines_and_a_byte_order_mark_do_not_matter(validator: Draft202012Validator) -> None:
    value = stats_of(validator, "-", given=f"\ufeff{text_of(WHOLE)}\n\r\n \n")
    assert (value["targets"], value["not_counted"]) == (5, {"repeated": 0, "cut_off": 0, "others": 0})


@pytest.mark.parametrize("content", ["", "\n\n", " "])
def test_a_file_without_results_is_wrong_usage(content: str, tmp_path: Path) -> None:
    path = tmp_path / "empty"
    path.write_text(content)
    ended = hdrcli("stats", str(path), f"--format=html={tmp_path / 'out.html'}")
    assert (ended.status, ended.out) == (2, "")
    assert_one_line(ended.err)
    assert not (tmp_path / "out.html").exists()


def test_lines_of_check_are_refused_by_their_name() -> None:
    with Site(RESPONSES) as site:
        lines = hdrcli("check", f"{site.url}/hidden", "--format=jsonl").out
    ended = hdrcli("stats", "-", given=lines)
    assert (ended.status, ended.out) == (2, "")
    assert_one_line(ended.err)
    assert "hdrcli check" in ended.err


# --- wrong usage and output -----------------------------------------------------------------------------

WRONG: Final[dict[str, list[str]]] = {
    "no file": [],
    "a file that is not there": ["no.jsonl"],
    "a folder": ["."],
    "an unknown format": ["{results}", "--format=csv"],
    "a format without its file": ["{results}", "--format=html="],
    "two reports in one place": ["{results}", "--format=table", "--format=json"],
    "a file in no folder": ["{results}", "--format=html=no/x.html"],
    "an output that nothing goes to": ["{results}", "--format=html=x.html", "--output=y.html"],
    "no rows": ["{results}", "--top=0"],
    "too many rows": ["{results}", "--top=10001"],
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_usage(name: str, results: Path, tmp_path: Path) -> None:
    arguments = [argument.format(results=results) for argument in WRONG[name]]
    ended = hdrcli("stats", *arguments, cwd=tmp_path)
    assert (ended.status, ended.out) == (2, "")
    assert_one_line(ended.err)
    assert list(tmp_path.iterdir()) == []


def test_several_formats_of_one_count(results: Path, tmp_path: Path) -> None:
    ended = hdrcli(
        "stats",
        str(results),
        "--format=html=a.html",
        "--format=json",
        "--output=b.json",
        "--format=table=c.txt",
        cwd=tmp_path,
    )
    assert (ended.status, ended.out, ended.err) == (0, "", "")
    assert (tmp_path / "a.html").read_text().startswith("<!DOCTYPE html>")
    assert json.loads((tmp_path / "b.json").read_text())["targets"] == len(rows_of(results))
    assert (tmp_path / "c.txt").read_text() == hdrcli("stats", str(results)).out


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk(results: Path) -> None:
    ended = hdrcli("stats", str(results), "--output=/dev/full")
    assert ended.status == 2
    assert_one_line(ended.err)


# --- text of servers ------------------------------------------------------------------------------------

HOSTILE: Final = [EVIL, "\ud800", "\u202e", "##[error]x", "::error::x", "x" * 60_000, "日本" * 100, "", " ", "\n"]
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Names and stacks that nobody has, as a file that was made to do harm may have them."""
    rows = [result(number, hidden=[name], stack=name) for number, name in enumerate(HOSTILE, 1)]
    return written(tmp_path_factory.mktemp("hostile") / "##[x]\u202e::error::x", rows)


@pytest.mark.parametrize("form", ["table", "json", "html"])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_hostile_names_are_only_text(form: str, encoding: str, hostile: Path) -> None:
    ended = hdrcli("stats", str(hostile), f"--format={form}", env={"PYTHONIOENCODING": encoding})
    assert (ended.status, ended.err) == (0, "")
    assert not _CONTROL.search(ended.out)
    assert "##[" not in ended.out
    assert not re.search(r"^\s*::", ended.out, re.MULTILINE)
    assert len(ended.out) < 60_000


def test_hostile_notes_are_only_text(tmp_path: Path) -> None:
    path = tmp_path / f"##[x]::error::\u202e{chr(27)}[2J"
    path.write_text(f"no result\n{GOOD}")
    ended = hdrcli("stats", str(path))
    assert ended.status == 0
    assert_one_line(ended.err)


@pytest.mark.parametrize("columns", [20, 40, 60, 80, 120, 200])
def test_tables_fit_a_terminal(columns: int, results: Path, hostile: Path) -> None:
    for path in (results, hostile):
        status, out = in_process.run_in_terminal(["stats", str(path)], environment({"TERM": "xterm"}), columns)
        lines = re.sub(r"\x1b\[[0-9;]*m", "", out.decode()).split("\r\n")
        assert status == 0
        assert max(map(len, lines)) <= columns
        if columns >= 80:
            assert any("█" in line for line in lines)


# --- memory ---------------------------------------------------------------------------------------------


def names_without_end(path: Path, rows: int) -> Path:
    """Five names in each result that no other has."""
    names: Iterator[str] = (f"x-{number}-{'n' * 120}" for number in range(5 * rows))
    return written(path, (result(number, hidden=[next(names) for _ in range(5)]) for number in range(1, rows + 1)))


@pytest.mark.no_cover  # tracing takes memory
def test_memory_does_not_grow_with_the_results(tmp_path: Path) -> None:
    """But for their keys, of which 30,000 more take half a MiB."""
    peaks = []
    for rows in (10_000, 40_000):
        ended = measured("stats", str(names_without_end(tmp_path / f"{rows}", rows)), "--format=json")
        value: dict[str, Any] = json.loads(ended.out)
        assert (ended.status, value["targets"]) == (0, rows)
        assert value["header_error"] > 0
        assert value["custom_headers"]["sum"] == 5 * rows
        peaks.append(ended.megabytes)
    assert peaks[0] < 80
    assert peaks[1] - peaks[0] < 5


def test_a_line_without_an_end_is_read_in_pieces() -> None:
    """As from a device that has no line ends."""

    class Zeros(io.BytesIO):
        pieces = 0

        def readline(self, size: int | None = -1, /) -> bytes:
            self.pieces += 1
            return b"0" * (size or 0) if self.pieces < 5 else b""

    reader, source = Reader(), Zeros()
    assert list(reader.rows(source, "zeros")) == []
    assert (reader.others, source.pieces) == (1, 6)
