"""`hdrcli bulk --scheduler`: whatever is killed, each line has exactly one result."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import pytest

from tests.bulk.test_processes import Crowd
from tests.cli.program import (
    COMMAND,
    Ended,
    assert_one_line,
    environment,
    hdrcli,
    hdrcli_process,
    importing_first,
    started,
)
from tests.cluster.dask_processes import Cluster, running
from tests.serving.http import Request, answer
from tests.serving.loopback import DEADLINE, free_port
from tests.serving.site import OPEN_TO_PAGE, Site

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.skipif(sys.platform == "win32", reason="the tests kill processes"),
]

OK: Final = answer(*OPEN_TO_PAGE, "X-Total: 3")
SITES: Final = 10
LENGTH: Final = 90
SMALL: Final = '{"manifest": 1, "lanes": 4, "chunk": 8}\n'
"""The plan of a list that becomes many chunks, though it is short."""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with running(tmp_path_factory.mktemp("cluster"), workers=2) as found:
        yield found


def list_for(site: Site, folder: Path, length: int = LENGTH) -> Path:
    path = folder / "urls.txt"
    path.write_text("".join(f"http://{n % SITES}.localhost:{site.port}/{n}\n" for n in range(length)))
    return path


def output_in(folder: Path) -> Path:
    output = folder / "results"
    output.mkdir()
    (output / "manifest.jsonl").write_text(SMALL)
    return output


def arguments(cluster: Cluster, urls: Path, output: Path, *options: str) -> list[str]:
    return ["bulk", str(urls), f"--output={output}", f"--scheduler={cluster.address}", "--timeout=60", *options]


def bulk(cluster: Cluster, urls: Path, output: Path, *options: str) -> Ended:
    return hdrcli_process(*arguments(cluster, urls, output, *options))


def assert_complete(output: Path, length: int = LENGTH) -> None:
    """Each line has one result, in files that have nothing else next to them."""
    merged = hdrcli("merge", str(output))
    assert merged.status == 0, merged.err
    results = [json.loads(line) for line in merged.out.splitlines()]
    assert sorted(result["line"] for result in results) == list(range(1, length + 1))
    assert {result["outcome"] for result in results} == {"checked"}
    shards = list(output.glob("*-*.jsonl"))
    assert sum(len(shard.read_text().splitlines()) for shard in shards) == length
    assert {path.name for path in output.iterdir()} == {"manifest.jsonl", ".lock", *(shard.name for shard in shards)}


@pytest.mark.parametrize("per_host", [1, 2])
def test_every_line_has_one_result_and_hosts_their_limit(cluster: Cluster, tmp_path: Path, per_host: int) -> None:
    crowd = Crowd()
    with Site({}, otherwise=crowd) as site:
        urls, output = list_for(site, tmp_path), output_in(tmp_path)
        ended = bulk(cluster, urls, output, f"--per-host={per_host}", "--fail-on=warning")
        assert (ended.status, ended.out, crowd.most) == (1, "", per_host)
        assert ended.err.splitlines() == [f"{LENGTH} targets: {LENGTH} checked", f"  findings: HDR301 {LENGTH}"]
        assert_complete(output)

        before = len(site.requests)
        again = bulk(cluster, urls, output)
        assert (again.status, again.err, len(site.requests)) == (0, ended.err, before)


def test_a_worker_that_is_killed_while_it_works(cluster: Cluster, tmp_path: Path) -> None:
    may_go_on = threading.Event()

    def late(_: Request) -> bytes:
        assert may_go_on.wait(DEADLINE)
        return OK

    with Site({}, otherwise=late) as site:
        urls, output = list_for(site, tmp_path), output_in(tmp_path)
        cluster.start_worker()
        *_, victim = cluster.workers
        with started(*arguments(cluster, urls, output)) as driver:
            end = time.monotonic() + DEADLINE
            while len(list(output.glob(".*-*.tmp"))) < len(cluster.workers):
                assert time.monotonic() < end
                time.sleep(0.05)
            victim.send_signal(signal.SIGKILL)
            victim.wait(DEADLINE)
            may_go_on.set()
            out, err = driver.communicate(timeout=DEADLINE)
        cluster.workers.remove(victim)
    assert (driver.returncode, out) == (0, b"")
    assert err.decode().splitlines()[0] == f"{LENGTH} targets: {LENGTH} checked"
    assert_complete(output)


@pytest.mark.parametrize("seed", range(2))
def test_a_driver_that_is_killed_at_any_moment_is_resumed(cluster: Cluster, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 -- reproducible
    with Site({}, otherwise=OK) as site:
        urls, output = list_for(site, tmp_path), output_in(tmp_path)
        manifest = output / "manifest.jsonl"
        for _ in range(2):
            enough = manifest.stat().st_size + chance.randrange(1, 400)
            with started(*arguments(cluster, urls, output)) as driver:
                while driver.poll() is None and manifest.stat().st_size < enough:
                    with suppress(subprocess.TimeoutExpired):
                        driver.wait(0.01)
                driver.kill()
        assert bulk(cluster, urls, output).status == 0
    assert_complete(output)


def test_lines_that_are_no_more_in_the_list_leave_no_shard(cluster: Cluster, tmp_path: Path) -> None:
    with Site({}, otherwise=OK) as site:
        urls, output = list_for(site, tmp_path), output_in(tmp_path)
        assert bulk(cluster, urls, output).status == 0
        shorter = LENGTH - 50
        assert bulk(cluster, list_for(site, tmp_path, shorter), output).status == 0
    assert_complete(output, shorter)


def test_a_shard_that_was_removed_is_written_again(cluster: Cluster, tmp_path: Path) -> None:
    with Site({}, otherwise=OK) as site:
        urls, output = list_for(site, tmp_path), output_in(tmp_path)
        assert bulk(cluster, urls, output).status == 0
        next(output.glob("*-*.jsonl")).unlink()
        manifest = output / "manifest.jsonl"
        manifest.write_text(manifest.read_text() + '{"shard": "00')  # a line that was cut off
        assert bulk(cluster, urls, output).status == 0
    assert_complete(output)


def test_the_rate_is_for_all_workers(cluster: Cluster, tmp_path: Path) -> None:
    times: list[float] = []

    def note(_: Request) -> bytes:
        times.append(time.monotonic())
        return OK

    with Site({}, otherwise=note) as site:
        urls, output = list_for(site, tmp_path, length=24), output_in(tmp_path)
        ended = bulk(cluster, urls, output, "--rate=10/s", "--no-probe", "--credentials=omit")
    assert (ended.status, len(times)) == (0, 24)
    # Each of the workers may send the first request of a chunk at once.
    assert max(times) - min(times) > (24 - 2 * 4) / 10


def test_secrets_of_a_list_are_nowhere(cluster: Cluster, tmp_path: Path) -> None:
    output = output_in(tmp_path)
    urls = tmp_path / "urls.txt"
    urls.write_text(f"http://user:hunter2@127.0.0.1:{free_port()}/?token=hunter2\n")
    ended = bulk(cluster, urls, output)
    assert ended.status == 0
    files = "".join(path.read_text() for path in output.iterdir())
    assert "hunter2" not in ended.out + ended.err + files + cluster.log()


# --- what goes wrong --------------------------------------------------------------------------------------


def assert_refused(ended: Ended) -> None:
    assert (ended.status, ended.out) == (2, "")
    assert_one_line(ended.err)


def test_a_scheduler_that_is_lost(tmp_path: Path) -> None:
    with running(tmp_path, workers=1) as own, Site({}, otherwise=None) as site:
        urls, output = list_for(site, tmp_path), output_in(tmp_path)
        with started(*arguments(own, urls, output)) as driver:
            site.wait_for_request()
            own.scheduler.kill()
            out, err = driver.communicate(timeout=DEADLINE)
    assert_refused(Ended(status=driver.returncode, out=out.decode(), err=err.decode()))


def test_a_worker_that_cannot_write(cluster: Cluster, tmp_path: Path) -> None:
    """The folder goes while the chunks are checked."""
    with Site({}, otherwise=None) as site:
        urls, output = list_for(site, tmp_path), output_in(tmp_path)
        with started(*arguments(cluster, urls, output, "--timeout=1")) as driver:
            site.wait_for_request()
            output.rename(tmp_path / "elsewhere")
            out, err = driver.communicate(timeout=DEADLINE)
    assert_refused(Ended(status=driver.returncode, out=out.decode(), err=err.decode()))


def test_wrong_settings_are_refused_before_a_worker_gets_them(cluster: Cluster, tmp_path: Path) -> None:
    with Site({}, otherwise=OK) as site:
        assert_refused(bulk(cluster, list_for(site, tmp_path), output_in(tmp_path), "--select=HDR999"))
        assert site.requests == []


def test_a_folder_is_written_by_one_run_at_a_time(cluster: Cluster, tmp_path: Path) -> None:
    with Site({}, otherwise=None) as site:
        urls, output = list_for(site, tmp_path), output_in(tmp_path)
        with started(*arguments(cluster, urls, output)) as first:
            site.wait_for_request()
            before = (output / "manifest.jsonl").read_bytes()
            assert_refused(bulk(cluster, urls, output))
            assert (output / "manifest.jsonl").read_bytes() == before
            first.kill()


WRONG: Final = {
    "no output": ["--scheduler=tcp://127.0.0.1:1"],
    "standard output": ["--scheduler=tcp://127.0.0.1:1", "--output=-"],
    "a file": ["--scheduler=tcp://127.0.0.1:1", "--output=urls.txt"],
    "a folder with other files": ["--scheduler=tcp://127.0.0.1:1", "--output=."],
    "a folder in none": ["--scheduler=tcp://127.0.0.1:1", "--output=no/results"],
    "both clusters": ["--scheduler=tcp://127.0.0.1:1", "--local-cluster=1", "--output=results"],
    "processes": ["--scheduler=tcp://127.0.0.1:1", "--processes=2", "--output=results"],
    "no scheduler": ["--scheduler=tcp://127.0.0.1:{port}", "--output=results"],
    "not an address": ["--scheduler=nowhere://:::", "--output=results"],
    "no workers": ["--local-cluster=0", "--output=results"],
}


@pytest.mark.parametrize("options", WRONG.values(), ids=WRONG)
def test_wrong_usage(options: list[str], tmp_path: Path) -> None:
    (tmp_path / "urls.txt").write_text("name.invalid\n")
    port = free_port()
    assert_refused(hdrcli_process("bulk", "urls.txt", *(each.format(port=port) for each in options), cwd=tmp_path))


def test_dask_is_an_extra(tmp_path: Path) -> None:
    (tmp_path / "distributed.py").write_text("raise ImportError\n")
    ended = hdrcli_process(
        "bulk", "-", "--local-cluster=1", "--output=results", cwd=tmp_path, env=importing_first(tmp_path)
    )
    assert_refused(ended)
    assert "hdrcli[dask]" in ended.err


def test_a_cluster_on_this_machine(tmp_path: Path) -> None:
    with Site({}, otherwise=OK) as site:
        urls, output = list_for(site, tmp_path), output_in(tmp_path)
        ended = hdrcli_process("bulk", str(urls), "--local-cluster=2", f"--output={output}")
    assert (ended.status, ended.out) == (0, "")
    assert ended.err.splitlines()[0] == f"{LENGTH} targets: {LENGTH} checked"
    assert_complete(output)


def test_an_interrupt_ends_a_cluster_on_this_machine_without_complaint(tmp_path: Path) -> None:
    """Ctrl-C is for all processes of the terminal."""
    with Site({}, otherwise=None) as site:
        urls, output = list_for(site, tmp_path), output_in(tmp_path)
        with subprocess.Popen(
            [*COMMAND, "bulk", str(urls), "--local-cluster=2", f"--output={output}"],
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        ) as process:
            site.wait_for_request()
            os.killpg(process.pid, signal.SIGINT)
            assert (*process.communicate(timeout=DEADLINE), process.returncode) == (b"", b"", 130)
