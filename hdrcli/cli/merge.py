"""`hdrcli merge`."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hdrcli.cli.interrupts import end_in_order
from hdrcli.cli.streams import check_writable, opened, opened_whole, write_to_stderr, writing
from hdrcli.records.errors import ExitStatus, UsageError

if TYPE_CHECKING:
    from hdrcli.cluster.merging import Shard


def merge(
    shards: Annotated[
        list[Path],
        typer.Argument(
            metavar="DIR|SHARD...",
            help="The folder that hdrcli bulk wrote on a cluster, or files of results.",
            show_default=False,
        ),
    ],
    *,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Write the results to this file. Default: standard output."
        ),
    ] = None,
) -> int:
    """Combine the results of a cluster in one file, after a check that no result is missing or occurs twice."""
    from hdrcli.cluster.merging import check, shards_of
    from hdrcli.reporters.view import count

    end_in_order()
    path = None if output == Path("-") else output
    check_writable(path, "--output")
    try:
        found = shards_of(shards)
        if path is not None and path.resolve() in {shard.path.resolve() for shard in found}:
            raise UsageError(f'"{path}" is one of the files to merge: name another one.', option="--output")
        results = check(found)
    except OSError as error:
        raise UsageError(f'"{error.filename}" cannot be read: {error.strerror}.') from None
    _write(found, path)
    write_to_stderr(f"{count(results, 'result')} of {count(len(found), 'file')}\n")
    return ExitStatus.OK


def _write(shards: Sequence[Shard], path: Path | None) -> None:
    with opened(None, sys.stdout) if path is None else opened_whole(path) as out, writing(path, out):
        for shard in shards:
            with shard.path.open(encoding="utf-8") as file:
                shutil.copyfileobj(file, out)
