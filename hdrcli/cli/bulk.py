"""`hdrcli bulk`."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, Final

import typer

from hdrcli.cli.help_of_few import SETTINGS_OF_BULK
from hdrcli.cli.interrupts import end_in_order
from hdrcli.cli.locking import lock
from hdrcli.cli.options import IDENTIFIED, with_settings
from hdrcli.cli.streams import OutputClosedError, check_writable, opened, write_now, write_to_stderr, writing
from hdrcli.config.given import Given, settings_from
from hdrcli.records.errors import ExitStatus, UsageError
from hdrcli.settings import Settings
from hdrcli.settings.option import rate
from hdrcli.structs import replace

if TYPE_CHECKING:
    from hdrcli.bulk.counts import Counts
    from hdrcli.bulk.pace import Pace

_MOST_PROCESSES: Final = 16
_BEGINNING: Final = 1024
_GZIP: Final = b"\x1f\x8b"
_SHOWN: Final = 10
"""The findings and stacks of the summary."""


@with_settings(SETTINGS_OF_BULK)
def bulk(
    urls: Annotated[str, typer.Argument(metavar="LIST")],
    *,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE")] = None,
    targets_at_once: Annotated[int, typer.Option("--targets-at-once", min=1, metavar="N")] = 100,
    processes: Annotated[int | None, typer.Option("--processes", min=1, max=64, metavar="N")] = None,
    per_host: Annotated[int, typer.Option("--per-host", min=1, metavar="N")] = 2,
    per_host_rate: Annotated[str | None, typer.Option("--per-host-rate", metavar="N/s")] = None,
    local_cluster: Annotated[int | None, typer.Option("--local-cluster", min=1, max=1024, metavar="N")] = None,
    scheduler: Annotated[str | None, typer.Option("--scheduler", metavar="ADDRESS")] = None,
    **given: Given,
) -> int:
    """Check a list of URLs of any length, and write one line of JSON for each URL."""
    settings, sources = settings_from((), given, os.environ, names=SETTINGS_OF_BULK)
    settings = replace(settings, send=IDENTIFIED, concurrency=1)
    fail_on = settings.fail_on if "--fail-on" in sources else "never"
    pace = _pace(targets_at_once, per_host, per_host_rate)
    end_in_order()
    with _opened(urls) as source:
        if local_cluster is None and scheduler is None:
            shared = replace(pace, processes=min(processes or _cores(), pace.targets))
            counts, lines = _run_here(source, output, settings, shared)
        else:
            if processes is not None:
                raise UsageError("does not go with a cluster, which has workers: omit it.", option="--processes")
            from hdrcli.cli.clustered import run_on_cluster

            counts, lines = run_on_cluster(source, output, settings, pace, scheduler=scheduler, local=local_cluster)
    if not lines:
        raise UsageError(f'"{urls}" has nothing to check: write a URL on each line.')
    write_to_stderr("".join(f"{line}\n" for line in _summary(counts)))
    return ExitStatus.FAILED if counts.reaches(fail_on) else ExitStatus.OK


def _run_here(source: BinaryIO, output: Path | None, settings: Settings, pace: Pace) -> tuple[Counts, int]:
    """Check a list; returns what it comes to, and how many lines were read of it."""
    from hdrcli.bulk.lines import lines_of
    from hdrcli.bulk.results import Results
    from hdrcli.bulk.run import run
    from hdrcli.cli.list_progress import ListProgress, targets_in
    from hdrcli.cli.progress import status_line
    from hdrcli.inspection import in_event_loop

    path = None if output == Path("-") else output
    check_writable(path, "--output")
    with opened(path, sys.stdout, appends=True) as out, status_line() as line:
        is_on_terminal = path is None and out.isatty()

        def write(text: str) -> None:
            if is_on_terminal:
                line.clear()
            write_now(path, out, text)

        results = Results(write)
        if path is not None:
            lock(out, path, "--output")
            with writing(path):
                results.resume(path)
            _show_resumed(results)
        progress = ListProgress(results, targets_in(source) if line.is_shown else None)
        with contextlib.suppress(OutputClosedError):
            return results, in_event_loop(
                lambda: line.during(run(lines_of(source), results, settings, pace), progress.text)
            )
    return results, results.counts["targets"]


def _pace(targets_at_once: int, per_host: int, per_host_rate: str | None) -> Pace:
    from hdrcli.bulk.pace import Pace
    from hdrcli.wire.descriptors import allow_descriptors

    try:
        per_site_rate = None if per_host_rate is None else rate(per_host_rate)
    except ValueError as error:
        raise UsageError(str(error), option="--per-host-rate") from None
    return Pace(targets=allow_descriptors(targets_at_once), per_site=per_host, rate_per_site=per_site_rate)


def _cores() -> int:
    """How many cores this process may use; one process writes the results, which is no use to more than so many."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(usable, _MOST_PROCESSES)


def _show_resumed(counts: Counts) -> None:
    if counts.resumed:
        write_to_stderr(f"hdrcli: {counts.resumed:,} targets have a result already\n")


@contextlib.contextmanager
def _opened(urls: str) -> Iterator[BinaryIO]:
    if "://" in urls:
        raise UsageError(f'"{urls}" is a URL, not a file: give a file with a URL on each line, or run hdrcli check.')
    with _file(urls) as file:
        _check_is_text(urls, file)
        yield file


def _file(urls: str) -> BufferedReader:
    try:
        if urls == "-":
            # Not `sys.stdin`: a thread that waits in it holds a lock that the interpreter needs to end.
            return open(0, "rb", closefd=False)
        return Path(urls).open("rb")
    except OSError as error:
        raise UsageError(
            f'"{urls}" cannot be read: {error.strerror}. Give a file with a URL on each line, or -.'
        ) from None


def _check_is_text(urls: str, file: BufferedReader) -> None:
    """Raise `UsageError` for a file in which each line would be an invalid target."""
    if file.isatty():
        return
    beginning = file.peek(_BEGINNING)[:_BEGINNING]
    if beginning.startswith(_GZIP):
        raise UsageError(f'"{urls}" is compressed: run gzip -dc FILE | hdrcli bulk -.')
    if b"\0" in beginning:
        raise UsageError(f'"{urls}" is not text in UTF-8: give a file with a URL on each line.')


def _summary(results: Counts) -> Iterator[str]:
    """What all results come to, those of earlier runs included."""
    yield results.progress()
    for kind, what in (("finding", "findings"), ("stack", "stacks")):
        most = results.most_common(kind, _SHOWN)
        if most:
            yield f"  {what}: {', '.join(f'{name} {number:,}' for name, number in most)}"
