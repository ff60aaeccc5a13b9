"""`hdrcli check APP --diff` and `--fix`: the app's own source is changed, and the app is checked again."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from hdrcli.cli.reports import Planned
from hdrcli.cli.streams import complain, opened, writing
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.records.errors import ExitStatus, UsageError
from hdrcli.report.events import Event
from hdrcli.report.report import Collector, Report
from hdrcli.reporters.view import count, verdict_line
from hdrcli.rules import LACK_NAMES
from hdrcli.rules.finding import Finding
from hdrcli.settings import Settings
from hdrcli.targets.app.edits import Change, NotEditableError, change_for, read_source

RunCheck = Callable[[Settings, tuple[Planned, ...], Callable[[Event], None]], ExitStatus]

_NOWHERE: Final = Planned("table", Path(os.devnull))
COMMAND: Final = (sys.executable, "-m", "hdrcli")
"""Runs the program in a fresh process."""


def print_diff(run_check: RunCheck, settings: Settings, reports: tuple[Planned, ...]) -> ExitStatus:
    """Check, and print the changes; only reports with a file are written, and standard error has the verdict."""
    status, report = _checked(run_check, settings, tuple(each for each in reports if each.file))
    planned = _plan(report.findings)
    with opened(None, sys.stdout) as out, writing(None, out):
        out.flush()
        out.buffer.writelines(change.diff() for change in planned.changes)
    for reason in planned.reasons:
        complain(reason)
    complain(verdict_line(report.totals, settings))
    return status


def apply_fixes(run_check: RunCheck, settings: Settings, arguments: Sequence[str]) -> int:
    """Check, change the source, check in a fresh process, take back what did not help, and check for the report.

    `arguments` are those of the command line without `--fix`. Returns the exit status of the last check.
    """
    _, report = _checked(run_check, settings, ())
    planned = _plan(report.findings)
    safe = [change for change in planned.changes if change.is_safe]
    with _taken_back_after_errors() as written:
        for change in safe:
            _write(change, change.after)
            written.append(change)
        still_hidden = _hidden_now(settings, arguments) if safe else None
    for change in safe:
        _keep_what_helped(change, still_hidden)
    for change in planned.changes:
        if not change.is_safe:
            complain(f"{change.source.path}:{change.line} has no expose list yet: --diff shows the change.")
    for reason in planned.reasons:
        complain(f"Nothing is changed. {reason}")
    return _run(arguments).returncode


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    changes: tuple[Change, ...]
    reasons: tuple[str, ...]
    """Why there are no more: sentences."""


def _checked(run_check: RunCheck, settings: Settings, reports: tuple[Planned, ...]) -> tuple[ExitStatus, Report]:
    collector = Collector()
    status = run_check(settings, reports or (_NOWHERE,), collector)
    if collector.report is None:
        raise AssertionError("a run ends with RunEnded")
    return status, collector.report


def _plan(findings: Collection[Finding]) -> _Plan:
    """One change of each service whose headers are hidden because a list does not name them."""
    by_service: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.code in LACK_NAMES:
            by_service.setdefault(finding.service, []).append(finding)
    changes, reasons = [], []
    for found in by_service.values():
        names = [name for finding in found for name in finding.subjects]
        locations = list(dict.fromkeys(location for finding in found for location in finding.locations))
        layers, headers = ([each for each in locations if each.role == role] for role in ("cors", "header"))
        try:
            changes.append(change_for(names, layers, headers))
        except NotEditableError as error:
            reasons.append(str(error))
        except (OSError, SyntaxError, UnicodeError):
            reasons.append("The source has changed since it was checked.")
    if not by_service:
        reasons.append("No header is hidden for lack of a name in the expose list.")
    return _Plan(changes=tuple(changes), reasons=tuple(reasons))


def _keep_what_helped(change: Change, still_hidden: Collection[str] | None) -> None:
    """Take back the names that are still hidden, or all of them if the app cannot be checked any more."""
    path = change.source.path
    helped = [name for name in change.names if still_hidden is not None and byte_lowercase(name) not in still_hidden]
    failed = [name for name in change.names if name not in helped]
    if failed:
        if read_source(path).text != change.after:
            complain(f'"{path}" was changed by someone else meanwhile: {", ".join(failed)} did not help.')
            return
        _write(change, change.only(helped))
        reason = "the app cannot be checked with it" if still_hidden is None else "it stays hidden"
        complain(f"{path}:{change.line}: {', '.join(failed)} is not added: {reason}.")
    if helped:
        complain(f"{path}:{change.line}: {count(len(helped), 'name')} added to the expose list: {', '.join(helped)}.")


@contextlib.contextmanager
def _taken_back_after_errors() -> Iterator[list[Change]]:
    """Take back the changes that the block adds to the list, if it is interrupted or one of them cannot be made."""
    written: list[Change] = []
    try:
        yield written
    except BaseException:
        for change in written:
            if read_source(change.source.path).text == change.after:
                _write(change, change.source.text)
        raise


def check_repeatable(arguments: Sequence[str], option: str) -> None:
    """Raise `UsageError` if the check cannot be repeated with these arguments."""
    if any(word.endswith("@-") for word in arguments):
        raise UsageError("checks more than once, but standard input is read only once: give @FILE.", option=option)


def reporting_to(file: Path, settings: Settings, arguments: Sequence[str]) -> list[str]:
    """The arguments with a JSON report to this file, in addition to the reports that they and the settings have."""
    formats = [f"--format={'='.join(filter(None, each))}" for each in settings.formats]
    if "--format" in settings.given:
        formats = []
    elif not formats and settings.export is None:
        formats = ["--format=table"]  # which is no default next to another one
    return [*arguments, *formats, f"--format=json={file}"]


def _hidden_now(settings: Settings, arguments: Sequence[str]) -> frozenset[str] | None:
    """The names that an expose list lacks, in lower case; None if the app cannot be checked."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report.json"
        ended = _run(reporting_to(file, settings, arguments), capture_output=True)
        if ended.returncode not in {ExitStatus.OK, ExitStatus.FAILED}:
            return None
        report: dict[str, Any] = json.loads(file.read_bytes())
    findings = (finding for service in report["services"] for finding in service["findings"])
    return frozenset(name for finding in findings if finding["code"] in LACK_NAMES for name in finding["subjects"])


def _run(arguments: Sequence[str], *, capture_output: bool = False) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603 -- ourselves
        [*COMMAND, *arguments], check=False, stdin=subprocess.DEVNULL, capture_output=capture_output
    )


def _write(change: Change, text: str) -> None:
    """Replace the file as a whole or not at all, with its permissions; a link stays one. Raises `UsageError`."""
    path = change.source.path.resolve()
    try:
        with path.open("ab"):  # a file that its owner made read-only stays as it is, whatever its folder allows
            pass
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            temporary = Path(file.name)
            try:
                file.write(change.source.encoded(text))
                file.close()
                shutil.copymode(path, temporary)
                temporary.replace(path)
            except BaseException:
                with contextlib.suppress(OSError):
                    temporary.unlink()
                raise
    except OSError as error:
        raise UsageError(f'"{change.source.path}" cannot be written: {error.strerror}.', option="--fix") from None
