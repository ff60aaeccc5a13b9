"""`hdrcli audit`."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from hdrcli.cli.help_of_few import SETTINGS_OF_AUDIT
from hdrcli.cli.interrupts import end_in_order
from hdrcli.cli.options import IDENTIFIED, with_settings
from hdrcli.cli.streams import check_writable, opened, writing
from hdrcli.config.given import Given, settings_from
from hdrcli.records.errors import ExitStatus, UsageError
from hdrcli.settings import Settings
from hdrcli.structs import replace

if TYPE_CHECKING:
    from hdrcli.audit.run import Audit
    from hdrcli.fetch.url import URL


@with_settings(SETTINGS_OF_AUDIT)
def audit(
    urls: Annotated[list[str], typer.Argument(metavar="URL...")],
    *,
    form: Annotated[Literal["table", "json"], typer.Option("--format", metavar="[table|json]")] = "table",
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE")] = None,
    **given: Given,
) -> int:
    """Find out who else can read a service's responses: which origins besides those of its pages."""
    settings, _ = settings_from((), given, os.environ, names=SETTINGS_OF_AUDIT)
    settings = replace(settings, send=IDENTIFIED, concurrency=1)
    from hdrcli.inspection import in_event_loop, refuse

    refuse(settings)
    targets = _targets(urls)
    path = None if output == Path("-") else output
    check_writable(path, "--output")
    if settings.dry_run:
        _write(path, _plan(targets, settings))
        return ExitStatus.OK
    end_in_order()
    audits = in_event_loop(lambda: _run(targets, settings))
    from hdrcli.audit.report import as_json, as_text
    from hdrcli.audit.run import exit_status

    width = shutil.get_terminal_size((80, 24)).columns
    _write(path, f"{as_json(audits)}\n" if form == "json" else as_text(audits, width))
    return exit_status(audits, settings)


async def _run(targets: Sequence[URL], settings: Settings) -> list[Audit]:
    from hdrcli.audit.run import audit as audit_url
    from hdrcli.cli.progress import progress
    from hdrcli.wire.configured import network_of, paced

    async with aclosing(network_of(settings)) as connections:
        network = paced(connections, settings)
        with progress(shown=True) as line:
            return [await audit_url(url, settings, network, line.sending) for url in targets]


def _plan(targets: Sequence[URL], settings: Settings) -> str:
    from hdrcli.audit.report import plan_as_text
    from hdrcli.audit.run import planned_for

    plans = ((url, planned_for(url, settings)) for url in targets)
    return "\n".join(plan_as_text(str(url), [*first, *others]) for url, (first, others) in plans)


def _write(path: Path | None, text: str) -> None:
    with opened(path, sys.stdout) as out, writing(path, out):
        out.write(text)


def _targets(words: Sequence[str]) -> list[URL]:
    """The URLs that the words name, each once. Raises `UsageError` for a word that names none."""
    texts = [text for word in words for text in (_lines(word) if word.startswith("@") else [word])]
    targets = list(dict.fromkeys(map(_target, texts)))
    if not targets:
        raise UsageError("There is nothing to audit: write a URL on each line.")
    return targets


def _target(text: str) -> URL:
    from hdrcli.planning.routes import read_url
    from hdrcli.targets.url import url_of

    url = url_of(text) or read_url(f"https://{text}")
    return url.without_credentials().with_fragment(None)


def _lines(word: str) -> list[str]:
    try:
        text = Path(word[1:]).read_text("utf-8-sig")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise UsageError(f'"{word}": {reason}. Name a file with a URL on each line.') from None
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]
