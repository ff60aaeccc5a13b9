"""`hdrcli bulk`: what comes of a line, resumption after any end, and what ends it early."""

from __future__ import annotations

import functools
import gc
import gzip
import json
import os
import random
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import pytest
from jsonschema_rs import Draft202012Validator, meta

from tests.cli import in_process
from tests.cli.program import COMMAND, Ended, assert_one_line, environment, hdrcli, started
from tests.safety.measuring import measured
from tests.serving.http import Request, answer
from tests.serving.loopback import DEADLINE, free_port
from tests.serving.site import OPEN_TO_PAGE, Site

JSON = dict[str, Any]

HEADERS: Final = (*OPEN_TO_PAGE, "X-Total: 3")
FULL: Final = Path("/dev/full")
MOST_MEGABYTES: Final = 200
LENGTH: Final = 120
"""Targets of a long list."""


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    routes = {f"/{number}": answer(*HEADERS) for number in range(LENGTH)}
    with Site({**routes, "/hidden": answer(*HEADERS), "/closed": answer("X-Total: 3"), "/hangs": None}) as serving:
        yield serving


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    schema = json.loads(hdrcli("schema", "bulk").out)
    meta.validate(schema)
    return Draft202012Validator(schema)


def results_of(text: str) -> list[JSON]:
    """The results, in the order of the list."""
    return sorted(map(json.loads, text.splitlines()), key=lambda result: result["line"])


def bulk(lines: str, *options: str, cwd: Path | None = None, env: dict[str, str] | None = None) -> Ended:
    return hdrcli("bulk", "-", "--timeout=5", *options, given=lines, cwd=cwd, env=env)


OUTCOMES: Final[dict[str, JSON]] = {
    "{site}/hidden": {"outcome": "checked", "status": 200, "hidden": ["X-Total"], "blocked": False, "failure": None},
    "{site}/closed": {"outcome": "checked", "status": 200, "blocked": True, "failure": None},
    "{host}/hidden": {"outcome": "checked", "status": 200},
    "{site}/no": {"outcome": "checked", "status": 404},
    "http://127.0.0.1:{closed}/": {"outcome": "unreachable", "status": None, "failure": "connection-refused"},
    "http://name.invalid/": {"outcome": "unreachable", "failure": "dns"},
    "http://127.0.0.1:9/": {"outcome": "invalid", "requests": 0, "failure": "bad-port"},
    "not a URL": {"outcome": "invalid", "requests": 0, "status": None, "failure": "not-a-url"},
    "ftp://127.0.0.1/": {"outcome": "invalid", "failure": "not-a-url"},
    "http://[::1": {"outcome": "invalid"},
    "x" * 70_000: {"outcome": "invalid"},
    "\udcff": {"outcome": "invalid"},
}


def test_each_line_has_one_result_that_the_schema_describes(site: Site, validator: Draft202012Validator) -> None:
    texts = [
        text.format(site=site.url, host=site.url.removeprefix("http://"), closed=free_port())
        if len(text) < 99
        else text
        for text in OUTCOMES
    ]
    list_ = b"\xef\xbb\xbf# a list\n\n" + "\r\n".join(texts).encode("utf-8", "surrogateescape")
    ended = hdrcli("bulk", "-", "--timeout=5", given=list_)
    assert ended.status == 0
    results = results_of(ended.out)
    assert [result["line"] for result in results] == list(range(3, 3 + len(OUTCOMES)))
    for result, expected in zip(results, OUTCOMES.values(), strict=True):
        assert {name: result[name] for name in expected} == expected
        assert (result["problem"] is None) == (result["failure"] is None) == (result["outcome"] == "checked")
        assert list(validator.iter_errors(result)) == []


def test_a_bare_host_is_an_https_url() -> None:
    (result,) = results_of(bulk("name.invalid").out)
    assert (result["outcome"], result["page"]) == ("unreachable", "https://app.example")


def test_a_target_that_takes_too_long_is_incomplete_or_unreachable(site: Site) -> None:
    (result,) = results_of(bulk(f"{site.url}/hangs\n", "--timeout=0.2").out)
    assert result["outcome"] == "unreachable"


def test_requests_identify_the_program_and_bear_nothing_of_the_configuration(site: Site, tmp_path: Path) -> None:
    (tmp_path / "hdrcli.toml").write_text('header = ["X-Secret: 1"]\nsend = ["X-Token: 2"]\n')
    before = len(site.requests)
    ended = bulk(
        f"{site.url}/hidden\n", cwd=tmp_path, env={"HDRCLI_HEADER": "X-Secret: 3", "HDRCLI_SEND": "X-Token: 4"}
    )
    assert ended.status == 0
    requests = site.requests[before:]
    assert requests
    for request in requests:
        assert (request.get("user-agent") or "").startswith("hdrcli/")
        assert request.get("x-secret") is None
        assert request.get("x-token") is None


def test_secrets_of_a_list_are_in_no_result() -> None:
    port = free_port()
    ended = bulk(f"http://user:hunter2@127.0.0.1:{port}/?token=hunter2\n")
    assert len(results_of(ended.out)) == 1
    assert "hunter2" not in ended.out + ended.err


@pytest.mark.parametrize(("fail_on", "status"), [("error", 1), ("advice", 1), ("never", 0), (None, 0)])
def test_findings_fail_only_if_wanted(site: Site, fail_on: str | None, status: int) -> None:
    options = [] if fail_on is None else [f"--fail-on={fail_on}"]
    assert bulk(f"{site.url}/closed\n", *options).status == status


# --- pace -----------------------------------------------------------------------------------------------


def times_of(lines: Callable[[Site], Iterable[str]], *options: str) -> list[float]:
    """When the requests for these lines come, of which each takes one."""
    times: list[float] = []

    def note(_: Request) -> bytes:
        times.append(time.monotonic())
        return answer(*OPEN_TO_PAGE)

    with Site({}, otherwise=note) as site:
        ended = bulk("".join(f"{line}\n" for line in lines(site)), "--no-probe", "--credentials=omit", *options)
    assert {result["outcome"] for result in results_of(ended.out)} == {"checked"}
    return sorted(times)


def of_one_host(site: Site) -> Iterator[str]:
    return (f"{site.url}/{number}" for number in range(4))


def of_several_hosts(site: Site) -> Iterator[str]:
    """On macOS, only 127.0.0.1 is there by itself."""
    return (f"http://{host}:{site.port}/" for host in ("127.0.0.1", "localhost", "a.localhost"))


@pytest.mark.parametrize("option", ["--rate=10/s", "--per-host-rate=10/s"])
def test_a_rate_spaces_the_requests(option: str) -> None:
    times = times_of(of_one_host, option, "--per-host=9")
    assert len(times) == 4
    assert times[-1] - times[0] > 0.25


def test_a_rate_of_hosts_is_for_each() -> None:
    times = times_of(of_several_hosts, "--per-host-rate=1/m")
    assert len(times) == 3
    assert times[-1] - times[0] < 30


def test_who_waits_for_its_turn_is_in_time() -> None:
    """The time limit of a target, ten times --timeout, is not for what --rate takes."""
    assert len(times_of(of_one_host, "--timeout=0.25", "--rate=1/s", "--per-host=9")) == 4


def test_a_wrong_rate_is_wrong_usage() -> None:
    ended = bulk("example.invalid\n", "--per-host-rate=5")
    assert (ended.status, ended.out) == (2, "")
    assert_one_line(ended.err)


# --- on a terminal ---------------------------------------------------------------------------------------


def test_the_status_line_makes_room_for_results(site: Site, tmp_path: Path) -> None:
    """The second result comes when the line is there."""
    urls = tmp_path / "urls.txt"
    urls.write_text(f"{site.url}/0\n{site.url}/hangs\n")
    variables = environment({"TERM": "xterm-256color"})
    status, written = in_process.run_in_terminal(["bulk", str(urls), "--timeout=3"], variables, columns=100)
    assert status == 0
    before_results = [part.rpartition(b"\n")[2] for part in written.split(b'{"key"')[:-1]]
    assert len(before_results) == 2
    assert before_results[0] in {b"", b"\r\x1b[K"}
    assert b"hdrcli: 1 of 2 targets, " in before_results[1]
    assert before_results[1].endswith(b"\r\x1b[K")


# --- resumption -----------------------------------------------------------------------------------------


def long_list(site: Site, folder: Path) -> Path:
    path = folder / "urls.txt"
    path.write_text("".join(f"http://{number % 5}.localhost:{site.port}/{number}\n" for number in range(LENGTH)))
    return path


def assert_complete(output: Path) -> None:
    results = results_of(output.read_text())
    assert [result["line"] for result in results] == list(range(1, LENGTH + 1))
    assert {result["outcome"] for result in results} == {"checked"}


@pytest.mark.parametrize("seed", range(3))
def test_a_run_that_is_killed_at_any_moment_is_resumed(site: Site, tmp_path: Path, seed: int) -> None:
    urls, output = long_list(site, tmp_path), tmp_path / "results.jsonl"
    chance = random.Random(seed)  # noqa: S311 -- reproducible
    arguments = ["bulk", str(urls), f"--output={output}", "--targets-at-once=8", "--per-host=8"]
    kills = 0
    for _ in range(3):
        enough = (output.stat().st_size if output.exists() else 0) + chance.randrange(1, 9000)
        with started(*arguments) as process:
            while process.poll() is None and (not output.exists() or output.stat().st_size < enough):
                with suppress(subprocess.TimeoutExpired):
                    process.wait(0.002)
            kills += process.poll() is None
            process.kill()
    assert kills
    assert hdrcli(*arguments).status == 0
    assert_complete(output)


def test_a_line_that_was_cut_off_is_done_again(site: Site, tmp_path: Path) -> None:
    urls, output = long_list(site, tmp_path), tmp_path / "results.jsonl"
    arguments = ["bulk", str(urls), f"--output={output}", "--per-host=8"]
    assert hdrcli(*arguments).status == 0
    size = output.stat().st_size
    for cut in (1, 2, 200):
        os.truncate(output, size - cut)
        assert hdrcli(*arguments).status == 0
        assert_complete(output)


def test_nothing_is_sent_for_results_that_are_there(site: Site, tmp_path: Path) -> None:
    urls, output = tmp_path / "urls.txt", tmp_path / "results.jsonl"
    urls.write_text(f"{site.url}/0\n{site.url}/1\n")
    arguments = ["bulk", str(urls), f"--output={output}"]
    assert hdrcli(*arguments).status == 0
    before, content = len(site.requests), output.read_bytes()
    assert hdrcli(*arguments).status == 0
    assert len(site.requests) == before
    assert output.read_bytes() == content


def test_another_text_in_the_same_line_is_another_target(site: Site, tmp_path: Path) -> None:
    urls, output = tmp_path / "urls.txt", tmp_path / "results.jsonl"
    for path in ("/0", "/1"):
        urls.write_text(f"{site.url}{path}\n")
        assert hdrcli("bulk", str(urls), f"--output={output}").status == 0
    assert [result["target"] for result in results_of(output.read_text())] == [f"{site.url}/0", f"{site.url}/1"]


def test_results_come_before_the_list_ends(site: Site) -> None:
    with subprocess.Popen(
        [*COMMAND, "bulk", "-"],
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{site.url}/0\n".encode())
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["status"] == 200
        process.stdin.close()
        assert process.wait(DEADLINE) == 0


def test_a_file_is_written_by_one_run_at_a_time(tmp_path: Path) -> None:
    output = tmp_path / "results.jsonl"
    with Site({"/0": answer(*HEADERS), "/hangs": None}) as site:
        urls = tmp_path / "urls.txt"
        urls.write_text(f"{site.url}/hangs\n")
        with started("bulk", str(urls), f"--output={output}") as first:
            site.wait_for_request()
            before = output.read_bytes()
            second = bulk(f"{site.url}/0\n", f"--output={output}")
            assert (second.status, second.out) == (2, "")
            assert_one_line(second.err)
            assert output.read_bytes() == before
            first.kill()
            first.wait(DEADLINE)
        assert bulk(f"{site.url}/0\n", f"--output={output}").status == 0


@pytest.mark.parametrize("number", [400_000_000, 10**15])
def test_the_largest_line_numbers_take_no_memory(site: Site, tmp_path: Path, number: int) -> None:
    """A file of results may be that of anybody."""
    urls, output = tmp_path / "urls.txt", tmp_path / "results.jsonl"
    urls.write_text(f"{site.url}/0\n")
    value = json.loads(bulk(f"{site.url}/0\n").out)
    output.write_text("".join(f"{json.dumps({**value, 'line': number + n, 'key': f'{n:016x}'})}\n" for n in range(99)))
    for arguments in (["bulk", str(urls), f"--output={output}"], ["merge", str(output)]):
        ended = measured(*arguments)
        assert ended.status == 0
        assert ended.megabytes < MOST_MEGABYTES
    assert ended.out.count("\n") == 100


def test_no_cache_grows_with_the_list() -> None:
    """A cache of what depends on a target has a bound: a list may have a million. A proxy keeps all requests here."""
    length = 300
    urls = (f"http://10.0.{number // 250}.{number % 250 + 1}/\n" for number in range(length))
    proxy = f"--proxy=http://127.0.0.1:{free_port()}"
    assert bulk("".join(urls), "--processes=1", "--origin=https://app.example", proxy).status == 0
    kind = type(functools.cache(len))
    caches = [each for each in gc.get_objects() if type(each) is kind]  # isinstance() would wake Django's lazy objects
    unbounded = [each for each in caches if each.cache_parameters()["maxsize"] is None]
    own = [each for each in unbounded if each.__module__.startswith("hdrcli.")]
    assert own
    assert [each.__qualname__ for each in own if each.cache_info().currsize >= length] == []


# --- what ends a run early ------------------------------------------------------------------------------


@pytest.mark.parametrize("content", ["", "\n\n", "# only a comment\n"])
def test_a_list_without_targets_is_wrong_usage(content: str) -> None:
    ended = bulk(content)
    assert (ended.status, ended.out) == (2, "")
    assert_one_line(ended.err)


def test_a_list_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    for path in (tmp_path / "no.txt", tmp_path):
        ended = hdrcli("bulk", str(path))
        assert (ended.status, ended.out) == (2, "")
        assert_one_line(ended.err)


@pytest.mark.skipif(os.name == "nt", reason="a shell of Unix closes it")
def test_standard_input_that_is_closed_is_wrong_usage() -> None:
    command = ["sh", "-c", 'exec "$@" <&-', "sh", *COMMAND, "bulk", "-"]
    ended = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=DEADLINE, check=False)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert_one_line(ended.stderr)


@pytest.mark.parametrize(
    "content",
    [gzip.compress(b"http://a/\n"), "http://a/\n".encode("utf-16"), b"\x7fELF\0\0"],
    ids=["gzip", "UTF-16", "a program"],  # the first one has the time in it
)
def test_a_list_that_is_not_text_is_wrong_usage(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "urls"
    path.write_bytes(content)
    for ended in (hdrcli("bulk", str(path)), hdrcli("bulk", "-", given=content)):
        assert (ended.status, ended.out) == (2, "")
        assert_one_line(ended.err)


def test_a_url_in_place_of_a_list_is_wrong_usage() -> None:
    ended = hdrcli("bulk", "http://127.0.0.1:1/")
    assert (ended.status, ended.out) == (2, "")
    assert_one_line(ended.err)
    assert "hdrcli check" in ended.err


@pytest.mark.parametrize(
    "content",
    [
        "text\n",
        "text",
        "{}\n",
        '{"line": 0, "key": "0"}\n',
        "[1]\n",
        '{"line": 1e99, "key": "1"}\n',
        '{"key": "' + "0" * 2**24,
    ],
    ids=["text", "text without a line end", "an object", "line 0", "a list", "line 1e99", "a long line"],
)
def test_a_file_with_other_content_is_left_as_it_is(content: str, site: Site, tmp_path: Path) -> None:
    output = tmp_path / "notes"
    output.write_text(content)
    ended = bulk(f"{site.url}/0\n", f"--output={output}")
    assert ended.status == 2
    assert_one_line(ended.err)
    assert output.read_text() == content


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
def test_a_full_disk_ends_it(site: Site) -> None:
    ended = bulk(f"{site.url}/0\n{site.url}/1\n", f"--output={FULL}")
    assert ended.status == 2
    assert_one_line(ended.err)


def test_a_closed_pipe_ends_it_without_complaint(site: Site, tmp_path: Path) -> None:
    urls = long_list(site, tmp_path)
    with started("bulk", str(urls), "--targets-at-once=1") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(DEADLINE) == 0
        summary = process.stderr.read().decode()
    assert not summary.startswith("hdrcli:")
