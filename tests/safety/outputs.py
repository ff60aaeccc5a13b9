"""All that the program writes about the same words: in each format of each command, and in each other form of output.

`tests.safety.live_outputs` has the commands that run until they are stopped.

The formats are those of the registries, so that a new one is in every test of secrets and of injected text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple, get_args

from hdrcli import Settings, UsageError, check
from hdrcli.pytest_plugin.checker import Checker
from hdrcli.settings.output import ComparisonFormat, Export, Format
from tests.cli.program import hdrcli


class Written(NamedTuple):
    """A text that the program wrote: how it was made, and its form, for `tests.safety.judging`."""

    where: str
    form: str
    text: str


class Run(NamedTuple):
    """Options and variables of a run, and the form of what it writes to standard output."""

    options: tuple[str, ...] = ()
    form: str = "text"
    variables: Mapping[str, str] = {}


_PLAIN: Final = Run()
FORMATS: Final[tuple[str, ...]] = get_args(Format)
IN_FILES: Final = tuple(name for name in FORMATS if name != "table")
_CHECKS: Final = (
    Run(("--verbose", "--exchanges", "--format=table", *(f"--format={name}={name}" for name in IN_FILES)), "table"),
    Run(("--show=all",), "github", {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": "markdown", "COLUMNS": "100"}),
    Run(("--dry-run", "--format=table", "--format=json=json", "--format=html=html"), "table"),
    Run((), "table", {"HDRCLI_DEBUG": "1"}),
    *(Run((f"--export={name}",)) for name in get_args(Export)),
)
"""Runs of a check whose outputs hold all that it ever writes."""
_COMPARISONS: Final = tuple(Run((f"--format={name}",), f"compare {name}") for name in get_args(ComparisonFormat))
_AUDITS: Final = (_PLAIN, Run(("--format=json",), "audit json"), Run(("--dry-run",)))
_CONFIGURATIONS: Final = (_PLAIN, Run(("--format=json",), "config json"))


def of_check(
    *words: str, env: Mapping[str, str] | None = None, cwd: Path | None = None, given: str = ""
) -> Iterator[Written]:
    """What `hdrcli check` writes about these words, in all formats."""
    for run in _CHECKS:
        yield from of_command("check", *words, run=run, env=env, cwd=cwd, given=given)


def of_other_commands(
    *urls: str, options: Sequence[str] = (), env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> Iterator[Written]:
    """What the other commands that send requests write about URLs; some refuse some options, which is an output.

    Audits, which take longer, are those of `of_audit`.
    """
    for run in _COMPARISONS:
        yield from of_command("compare", urls[0], urls[-1], *options, run=run, env=env, cwd=cwd)
    lines = "\n".join(urls)
    yield from of_command("bulk", "-", *options, run=Run(form="bulk"), env=env, cwd=cwd, given=lines)
    for run in _CONFIGURATIONS:
        yield from of_command("config", *options, run=run, env=env, cwd=cwd)


def of_audit(
    *urls: str, options: Sequence[str] = (), env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> Iterator[Written]:
    """What an audit writes about URLs; it sends 80 requests to each."""
    for run in _AUDITS:
        yield from of_command("audit", *urls, *options, run=run, env=env, cwd=cwd)


def of_library(settings: Settings) -> Iterator[Written]:
    """What the library and the pytest plugin show: representations and messages."""
    yield Written("Settings", "text", repr(settings))
    try:
        report = check(settings)
    except UsageError as error:
        yield Written("UsageError", "text", f"{error!r} {error}")
        return
    yield Written("Report", "text", repr(report))
    for url in settings.targets:
        checked = Checker(frozenset()).check(url, headers=dict(settings.headers), probe=False)
        yield Written("Checked", "text", repr(checked))
        try:
            checked.assert_no_findings(fail_on="advice")
            checked.assert_readable("X-None")
        except AssertionError as error:
            yield Written("AssertionError", "text", str(error))


def of_command(
    command: str,
    *words: str,
    run: Run = _PLAIN,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    given: str = "",
) -> Iterator[Written]:
    """What a command writes in one run: to both streams, and to the files of the run's options."""
    where = " ".join([command, *run.options[:3], *run.variables])
    with TemporaryDirectory() as name:
        folder = Path(name)
        options = [_in(folder, option) for option in run.options]
        variables = {key: str(folder / value) if key.endswith("SUMMARY") else value for key, value in
                     run.variables.items()}  # fmt: skip
        ended = hdrcli(command, *words, *options, env={**variables, **(env or {})}, cwd=cwd, given=given)
        yield Written(where, run.form if ended.out else "text", ended.out)
        yield Written(f"{where} (stderr)", "text", ended.err)
        for file in folder.iterdir():
            yield Written(f"{where} ({file.name})", file.name, file.read_text("utf-8"))


def _in(folder: Path, option: str) -> str:
    """The option, with its file in this folder."""
    beginning, separator, file = option.rpartition("=")
    return f"{beginning}={folder / file}" if separator and option.count("=") > 1 else option
