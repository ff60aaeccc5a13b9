"""`hdrcli audit`."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
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
    from hdrcli.audit.report import Form
    from hdrcli.audit.result import Audit
    from hdrcli.cli.progress import StatusLine
    from hdrcli.fetch.url import URL

_LARGEST_LIST: Final = 64 * 2**20


@with_settings(SETTINGS_OF_AUDIT)
def audit(
    urls: Annotated[list[str], typer.Argument(metavar="URL...")],
    *,
    form: Annotated[
        Literal["table", "json", "jsonl"], typer.Option("--format", metavar="[table|json|jsonl]")
    ] = "table",
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE")] = None,
    targets_at_once: Annotated[int, typer.Option("--targets-at-once", min=1, metavar="N")] = 10,
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
    return _audit(targets, settings, targets_at_once, form, path)


def _audit(targets: Sequence[URL], settings: Settings, at_once: int, form: Form, path: Path | None) -> int:
    from hdrcli.audit.report import Writer
    from hdrcli.cli.progress import status_line
    from hdrcli.inspection import in_event_loop
    from hdrcli.wire.descriptors import allow_descriptors

    at_once = allow_descriptors(at_once)
    width = shutil.get_terminal_size((80, 24)).columns
    with opened(path, sys.stdout) as out, status_line() as line:

        def add(audit: Audit) -> None:
            line.clear()
            writer.add(audit)

        writer = Writer(form, partial(write_now, path, out), width=width, expected=len(targets))
        with suppress(OutputClosedError):
            try:
                in_event_loop(lambda: _run(targets, settings, at_once, add, line))
            finally:
                line.clear()
                writer.end()
    return writer.exit_status(settings)


async def _run(
    targets: Sequence[URL], settings: Settings, at_once: int, add: Callable[[Audit], None], line: StatusLine
) -> None:
    from hdrcli.audit.several import Audits
    from hdrcli.wire.configured import network_of, paced

    async with aclosing(network_of(settings)) as connections:
        audits = Audits(targets, settings, paced(connections, settings), at_once, add)
        await line.during(audits.run(), audits.progress)


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
        if Path(word).is_file():
            raise UsageError(f'"{word}" is a file: write "@{word}" for the URLs in it.')
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
