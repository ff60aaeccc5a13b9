"""`hdrcli audit`."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import aclosing, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from hdrcli.cli.help_of_few import SETTINGS_OF_AUDIT
from hdrcli.cli.interrupts import end_in_order
from hdrcli.cli.options import IDENTIFIED, with_settings
from hdrcli.cli.streams import OutputClosedError, check_writable, opened, write_now
from hdrcli.config.given import Given, settings_from
from hdrcli.records.errors import ExitStatus, UsageError
from hdrcli.settings import Settings
from hdrcli.structs import replace

if TYPE_CHECKING:
    from hdrcli.audit.report import Form, Writer
    from hdrcli.fetch.url import URL
    from hdrcli.wire.transport import Transport


_LARGEST_LIST: Final = 64 * 2**20


@with_settings(SETTINGS_OF_AUDIT)
def audit(
    urls: Annotated[list[str], typer.Argument(metavar="URL...")],
    *,
    form: Annotated[
        Literal["table", "json", "jsonl"], typer.Option("--format", metavar="[table|json|jsonl]")
    ] = "table",
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE")] = None,
    **given: Given,
) -> int:
    """Find out which origins can read the responses of a service, besides those of its own pages."""
    settings, _ = settings_from((), given, os.environ, names=SETTINGS_OF_AUDIT)
    settings = replace(settings, send=IDENTIFIED, concurrency=1)
    from hdrcli.inspection import refuse

    refuse(settings)
    end_in_order()
    targets = _targets(urls)
    path = None if output == Path("-") else output
    check_writable(path, "--output")
    if settings.dry_run:
        with opened(path, sys.stdout) as out, suppress(OutputClosedError):
            for text in _plans(targets, settings):
                write_now(path, out, text)
        return ExitStatus.OK
    return _audit(targets, settings, form, path)


def _audit(targets: Sequence[URL], settings: Settings, form: Form, path: Path | None) -> int:
    from hdrcli.audit.report import Writer
    from hdrcli.inspection import in_event_loop

    width = shutil.get_terminal_size((80, 24)).columns
    with opened(path, sys.stdout) as out:
        writer = Writer(form, partial(write_now, path, out), width=width, expected=len(targets))
        with suppress(OutputClosedError):
            try:
                in_event_loop(lambda: _run(targets, settings, writer))
            finally:
                writer.end()
    return writer.exit_status(settings)


async def _run(targets: Sequence[URL], settings: Settings, writer: Writer) -> None:
    from hdrcli.wire.configured import network_of, paced

    async with aclosing(network_of(settings)) as connections:
        network = paced(connections, settings)
        for number, url in enumerate(targets, start=1):
            place = f"URL {number:,} of {len(targets):,}, " if len(targets) > 1 else ""
            await _audit_one(url, settings, network, writer, place)


async def _audit_one(url: URL, settings: Settings, network: Transport, writer: Writer, place: str) -> None:
    """Audit a URL; what was found is written when its audit ends, even if that is by Ctrl-C."""
    from hdrcli.audit.run import Trial
    from hdrcli.cli.progress import status_line
    from hdrcli.reporters.view import shown_url

    trial = Trial(url, settings, network)

    def progress() -> str:
        return f"{place}{shown_url(str(url))}: {len(trial.tried)} of {trial.planned} origins"

    try:
        with status_line() as show:
            await trial.run(lambda _: show(progress))
    finally:
        writer.add(trial.result())


def _plans(targets: Sequence[URL], settings: Settings) -> Iterator[str]:
    from hdrcli.audit.report import plan_as_text
    from hdrcli.audit.run import planned_for

    for number, url in enumerate(targets):
        first, others = planned_for(url, settings)
        yield ("\n" if number else "") + plan_as_text(str(url), [*first, *others])


def _targets(words: Sequence[str]) -> list[URL]:
    """The URLs that the words name, each once. Raises `UsageError` for a word that names none."""
    texts = [text for word in words for text in _texts(word)]
    targets = list(dict.fromkeys(map(_target, texts)))
    if not targets:
        raise UsageError("There is nothing to audit: write a URL on each line.")
    return targets


def _texts(word: str) -> list[str]:
    """The word, or the lines of the list that it names."""
    if word != "-" and not word.startswith("@"):
        return [word]
    from hdrcli.targets.reading import read_bytes, shown_name, text_of

    path = None if word in {"-", "@-"} else Path(word[1:])
    text = text_of(read_bytes(path, _LARGEST_LIST), shown_name(path))
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _target(text: str) -> URL:
    from hdrcli.planning.routes import read_url
    from hdrcli.targets.url import url_of

    url = url_of(text) or read_url(f"https://{text}")
    return url.without_credentials().with_fragment(None)
