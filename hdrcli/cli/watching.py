"""`hdrcli check APP --watch`: check again, in a fresh process, whenever the project's source changes, until Ctrl-C."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from hdrcli.cli.fixing import COMMAND, check_repeatable, reporting_to
from hdrcli.cli.streams import complain
from hdrcli.records.errors import ExitStatus, UsageError
from hdrcli.reporters.view import listing
from hdrcli.settings import Settings
from hdrcli.targets.app import names_app

if TYPE_CHECKING:
    from watchfiles import Change

_SUFFIXES: Final = (
    *(".py", ".toml", ".env", ".html"),
    *(".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx"),
    *(".go", ".rs", ".rb", ".php", ".java", ".kt", ".cs", ".ex"),
)
"""Of source files. Data that a service writes while it is checked does not count."""

_CLEAR: Final = "\x1b[H\x1b[2J"
_START_MILLISECONDS: Final = 100
_STOP_SECONDS: Final = 10.0
_SHOWN: Final = 4

_Found = frozenset[tuple[str, str, str, str]]
"""The service, code, variant and subject of each finding."""


def check_watched(settings: Settings, arguments: Sequence[str]) -> None:
    """Raise `UsageError` for what cannot be checked again and again."""
    launching = {service.name for service in settings.services if service.settings.launch is not None}
    if settings.launch is None and not all(names_app(word) or word in launching for word in settings.targets):
        raise UsageError(
            "checks again when the source changes: name an app, such as main:app, or give --launch.", option="--watch"
        )
    check_repeatable(arguments, "--watch")
    if settings.baseline_update or settings.baseline_prune:
        option = "--baseline-update" if settings.baseline_update else "--baseline-prune"
        raise UsageError("would change the baseline with each run: omit --watch.", option=option)


def watch(settings: Settings, arguments: Sequence[str]) -> ExitStatus:
    """Check again and again, until it is interrupted. `arguments` are those of the command line without `--watch`.

    Raises `UsageError` if the package is missing that watches files, or if the folder cannot be watched.
    """
    before: _Found | None = None
    with contextlib.closing(_changes()) as changes:
        next(changes)  # from here on, no change is missed
        try:
            while True:
                _clear()
                found = _checked(settings, arguments)
                if found is not None and before is not None:
                    complain(_compared(before, found))
                before = before if found is None else found
                complain("Waiting for changes to the source. Ctrl-C stops.")
                changed = next(names for names in changes if names)
                complain(f"Changed: {listing(changed, _SHOWN)}.")
        except KeyboardInterrupt:
            return ExitStatus.INTERRUPTED


def _changes() -> Generator[list[str]]:
    """The names of the files of each change, or none once in a while; the first time, the watcher has begun."""
    try:
        import watchfiles
    except ModuleNotFoundError:
        raise UsageError(
            'needs the package that watches files: pip install "hdrcli[watch]".', option="--watch"
        ) from None
    here = Path.cwd()
    is_of_project = watchfiles.DefaultFilter()

    def is_source(change: Change, path: str) -> bool:
        return path.endswith(_SUFFIXES) and is_of_project(change, path)

    try:
        for changes in watchfiles.watch(
            here, watch_filter=is_source, rust_timeout=_START_MILLISECONDS, yield_on_timeout=True
        ):
            yield sorted({os.path.relpath(path, here) for _, path in changes})
    except OSError as error:
        raise UsageError(f"cannot watch this folder: {error}.", option="--watch") from None


def _checked(settings: Settings, arguments: Sequence[str]) -> _Found | None:
    """Check in a process of its own, which writes the reports; None if there is no result."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report.json"
        # In a session of its own, Ctrl-C in the terminal reaches only this process, which then stops it.
        with subprocess.Popen(  # noqa: S603 -- ourselves
            [*COMMAND, *reporting_to(file, settings, arguments)],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # the same on Windows
        ) as process:
            try:
                process.wait()
            except BaseException:
                _stop(process)
                raise
        return _findings_in(file)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End a check in order, so that it stops what it has started."""
    process.send_signal(getattr(signal, "CTRL_BREAK_EVENT", signal.SIGINT))  # Windows sends no Ctrl-C to a group
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


def _findings_in(file: Path) -> _Found | None:
    try:
        report: dict[str, Any] = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return None
    return frozenset(
        (service["service"], finding["code"], finding["variant"], subject)
        for service in report["services"]
        for finding in service["findings"]
        for subject in finding["subjects"] or [""]
    )


def _compared(before: _Found, now: _Found) -> str:
    """What has changed, in one line."""
    changes = []
    for found, word in ((now - before, "new"), (before - now, "fixed")):
        names = sorted({f"{code} {subject}".rstrip() for _, code, _, subject in found})
        if names:
            changes.append(f"{word}: {listing(names, _SHOWN)}")
    return f"Since the last run {'; '.join(changes)}." if changes else "The same findings as in the last run."


def _clear() -> None:
    """Clear the screen, if there is one."""
    if sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb":
        sys.stdout.write(_CLEAR)
        sys.stdout.flush()
