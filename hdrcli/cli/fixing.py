"""`hdrcli check APP --diff` and `--fix`: the app's own source is changed, and the app is checked again."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Literal, get_args

from hdrcli.cli.reports import Planned
from hdrcli.cli.streams import complain, opened, writing
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.records.errors import ExitStatus, UsageError
from hdrcli.report.events import Event
from hdrcli.report.report import Collector, Report
from hdrcli.reporters.verdict_line import verdict_line
from hdrcli.rules import LACK_NAMES
from hdrcli.rules.finding import Finding
from hdrcli.settings import Settings
from hdrcli.stacks import Stack, fix_for, text_for
from hdrcli.stacks.setting import Setting
from hdrcli.structs import Record, replace
from hdrcli.targets.app.changes import AnyChange, diff_of, text_after
from hdrcli.targets.app.edits import Concept, NotEditableError, Source, change_for, read_source
from hdrcli.targets.app.moving import move_for
from hdrcli.text.redaction import redact_tokens

RunCheck = Callable[[Settings, tuple[Planned, ...], Callable[[Event], None]], ExitStatus]

_NOWHERE: Final = Planned("table", Path(os.devnull))
_CHECKED: Final = frozenset({ExitStatus.OK, ExitStatus.FAILED, ExitStatus.USAGE})
"""The exit statuses of a check. If all responses are errors, nothing was verified; wrong usage has no report."""
COMMAND: Final = (sys.executable, "-m", "hdrcli")
"""Runs the program in a fresh process."""


def print_diff(
    run_check: RunCheck, settings: Settings, reports: tuple[Planned, ...], *, unsafe: bool = False
) -> ExitStatus:
    """Check, and print the changes; only reports with a file are written, and standard error has the verdict."""
    status, report = _checked(run_check, settings, tuple(each for each in reports if each.file))
    planned = _plan(report, settings, unsafe=unsafe)
    with opened(None, sys.stdout) as out, writing(None, out):
        out.flush()
        out.buffer.writelines(map(diff_of, _by_file(planned.changes)))
    for reason in planned.reasons:
        complain(reason)
    complain(verdict_line(report.totals, settings))
    return status


def apply_fixes(run_check: RunCheck, settings: Settings, arguments: Sequence[str], *, unsafe: bool = False) -> int:
    """Check, change the source, check in a fresh process, take back what did not help, and check for the report.

    `arguments` are those of the command line without `--fix`. Returns the exit status of the last check.
    """
    _, report = _checked(run_check, settings, ())
    planned = _plan(report, settings, unsafe=unsafe)
    files = _by_file(change for change in planned.changes if unsafe or change.is_safe)
    with _taken_back_after_errors() as written:
        for changes in files:
            _write(changes[0].source, text_after(changes))
            written.append(changes)
        found = _found_now(settings, arguments) if files else None
    for changes in files:
        _keep_what_helped(changes, planned, found)
    for change in planned.changes:
        if not unsafe and not change.is_safe:
            place = f"{change.source.path}:{change.line}"
            complain(f"{place} has no expose list yet: --diff shows the change, --unsafe-fixes makes it.")
    for reason in planned.reasons:
        complain(reason if files else f"Nothing is changed. {reason}")
    return _run(arguments).returncode


_Wanted = Concept | Literal["order"]
"""An option, or the order of the middleware."""

_ABOUT_ORDER: Final = frozenset({"outermost", "preflights-first"})
_OUTERMOST: Final = Setting(concept="outermost")


class _Plan(Record, frozen=True, kw_only=True):
    changes: tuple[AnyChange, ...]
    reasons: tuple[str, ...]
    """Why there are no more: sentences."""
    codes: dict[_Wanted, frozenset[str]]
    """The rules whose findings each kind of change is for; of the order, with a space and the finding's variant."""


_Found = frozenset[tuple[str, str]]
"""The code and the subject of each finding, and the code with its variant and no subject."""


def _checked(run_check: RunCheck, settings: Settings, reports: tuple[Planned, ...]) -> tuple[ExitStatus, Report]:
    collector = Collector()
    status = run_check(settings, reports or (_NOWHERE,), collector)
    if collector.report is None:
        raise AssertionError("a run ends with RunEnded")
    return status, collector.report


def _plan(report: Report, settings: Settings, *, unsafe: bool) -> _Plan:
    """One change for each service and option: names that an expose list lacks, and all else if it may be `unsafe`."""
    wanted: dict[tuple[str, _Wanted], list[Finding]] = {}
    changes: list[AnyChange] = []
    reasons: dict[str, None] = {}
    stacks = {service.name: service.stack for service in report.services}
    for finding in report.findings:
        concept = _concept_of(finding, stacks[finding.service])
        if concept == "expose" or (concept is not None and unsafe and settings.origins):
            wanted.setdefault((finding.service, concept), []).append(finding)
        elif concept is not None and unsafe:
            reasons["Only headers are exposed: nothing is granted to a page that --origin does not name."] = None
        else:
            reasons |= dict.fromkeys(_left_to_do(finding, concept))
    for (service, concept), found in wanted.items():
        try:
            changes.append(_change(concept, found, stacks[service]))
        except NotEditableError as error:
            reasons[str(error)] = None
        except (OSError, SyntaxError, UnicodeError):
            reasons["The source has changed since it was checked."] = None
    if not wanted and not reasons:
        reasons["No header is hidden for lack of a name in the expose list."] = None
    codes: dict[_Wanted, frozenset[str]] = {}
    for (_, concept), found in wanted.items():
        names = {f"{each.code} {each.variant}" if concept == "order" else each.code for each in found}
        codes[concept] = codes.get(concept, frozenset()) | names
    return _Plan(changes=tuple(changes), reasons=tuple(reasons), codes=codes)


def _left_to_do(finding: Finding, concept: _Wanted | None) -> Iterator[str]:
    """That a finding with a place in the source is not fixed, why, and which line is to be changed."""
    place = next((f"{each.file}:{each.line}" for each in finding.locations if each.role == "cors"), "")
    if place and concept is not None:
        yield f"{finding.code} is left to you, at {place}: --unsafe-fixes with --origin changes that."
    elif place:
        yield f"{finding.code} is left to you, at {place}: its fix is not a change of one option."


def _concept_of(finding: Finding, stack: Stack) -> _Wanted | None:
    """The option whose change fixes the finding, if it is one that gets more."""
    setting = finding.fix_setting
    if finding.code in LACK_NAMES:
        return "expose"
    if setting is None or setting.operation == "remove" or setting.concept == "expose":
        return None
    if setting.concept in _ABOUT_ORDER or text_for(setting, stack) == text_for(_OUTERMOST, stack):
        return "order"
    return next((concept for concept in get_args(Concept) if concept == setting.concept), None)


def _change(concept: _Wanted, found: Sequence[Finding], stack: Stack) -> AnyChange:
    """The change of one option, to the values that the report's lines have."""
    settings = [finding.fix_setting for finding in found]
    values = [value for setting in settings if setting is not None for value in fix_for(setting, stack).values]
    if concept == "expose":
        lacking = {byte_lowercase(name) for finding in found for name in finding.subjects}
        values = [value for value in values if byte_lowercase(value) in lacking and redact_tokens(value) == value]
        if not values:
            raise NotEditableError("Names of headers that have the form of a secret are not written into the source.")
    locations = dict.fromkeys(location for finding in found for location in finding.locations)
    layers = [each for each in locations if each.role == "cors"]
    return move_for(layers) if concept == "order" else change_for(concept, values, layers)


def _by_file(changes: Iterable[AnyChange]) -> list[list[AnyChange]]:
    files: dict[Path, list[AnyChange]] = {}
    for change in changes:
        files.setdefault(change.source.path, []).append(change)
    return list(files.values())


def _keep_what_helped(changes: Sequence[AnyChange], planned: _Plan, found: _Found | None) -> None:
    """Take back what is still found in a file, or all of it if the app cannot be checked any more."""
    source, path = changes[0].source, changes[0].source.path
    kept = [replace(change, names=tuple(_helped(change, planned, found))) for change in changes]
    failed = [sorted({*change.names} - {*left.names}) for change, left in zip(changes, kept, strict=True)]
    if any(failed):
        if read_source(path).text != text_after(changes):
            useless = ", ".join(name for names in failed for name in names)
            complain(f'"{path}" was changed by another program meanwhile: {useless} did not help.')
            return
        _write(source, text_after(kept))
    reason = "the app cannot be checked with it" if found is None else "the finding remains"
    for change, names in zip(changes, failed, strict=True):
        if names:
            complain(f"{path}:{change.line}: {change.keyword} is not changed ({', '.join(names)}): {reason}.")
    for change in kept:
        if change.names:
            complain(f"{path}:{change.line}: {change.done()}.")


def _helped(change: AnyChange, planned: _Plan, found: _Found | None) -> Iterator[str]:
    """The names by which a finding is gone. Of options that are not lists of headers, all or none."""
    if found is None:
        return
    codes = planned.codes[change.concept]
    still = {byte_lowercase(subject) for code, subject in found if code in codes}
    for name in change.names:
        if byte_lowercase(name) not in still if change.concept == "expose" else not still:
            yield name


@contextlib.contextmanager
def _taken_back_after_errors() -> Iterator[list[list[AnyChange]]]:
    """Take back the changes of files that the block adds to the list, if it is interrupted or one cannot be made."""
    written: list[list[AnyChange]] = []
    try:
        yield written
    except BaseException:
        for changes in written:
            if read_source(changes[0].source.path).text == text_after(changes):
                _write(changes[0].source, changes[0].source.text)
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


def _found_now(settings: Settings, arguments: Sequence[str]) -> _Found | None:
    """What a check in a fresh process finds; None if the app cannot be checked."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report.json"
        ended = _run(reporting_to(file, settings, arguments), capture_output=True)
        if ended.returncode not in _CHECKED or not file.exists():
            return None
        report: dict[str, Any] = json.loads(file.read_bytes())
    findings = [finding for service in report["services"] for finding in service["findings"]]
    of_subjects = {(each["code"], subject) for each in findings for subject in each["subjects"] or [""]}
    return frozenset(of_subjects | {(f"{each['code']} {each['variant']}", "") for each in findings})


def _run(arguments: Sequence[str], *, capture_output: bool = False) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603 -- ourselves
        [*COMMAND, *arguments], check=False, stdin=subprocess.DEVNULL, capture_output=capture_output
    )


def _write(source: Source, text: str) -> None:
    """Replace the file as a whole or not at all, with its permissions; a link stays one. Raises `UsageError`."""
    path = source.path.resolve()
    try:
        with path.open("ab"):  # a file that its owner made read-only stays as it is, whatever its folder allows
            pass
        aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        try:
            aside.write_bytes(source.encoded(text))
            shutil.copymode(path, aside)
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f'"{source.path}" cannot be written: {error.strerror}.', option="--fix") from None
