"""Each line of "To add something" in ARCHITECTURE.md that no other test covers: a file without its line is noticed."""

from __future__ import annotations

import csv
import os
import pkgutil
import re
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Final, get_args

import pytest

from hdrcli import profiles, reporters, stacks, targets
from hdrcli.explanations import explain
from hdrcli.fetch import TRANSPORT_FAILURES, Failure, NetworkError
from hdrcli.planning import probes
from hdrcli.profiles import NAMES, load_profile
from hdrcli.records.route import ProbeKind
from hdrcli.records.verdict import Clause
from hdrcli.reporters import EXPORTS, FORMATS
from hdrcli.reporters.phrases import clause_phrase, failure_phrase
from hdrcli.stacks import ANY, STACKS
from hdrcli.verdict.failures import sentence
from tests.cli.program import without_coverage
from tests.serving.raw import RawServer

ROOT: Final = Path(__file__).parent.parent
ARCHITECTURE: Final = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
HEAD: Final = b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nX-Total-Count: 1312\r\nContent-Length: 0\r\n\r\n"


def modules_with(package: ModuleType, name: str) -> list[str]:
    """The modules of a package that define this name."""
    found = [module.name for module in pkgutil.iter_modules(package.__path__)]
    return [module for module in found if hasattr(import_module(f"{package.__name__}.{module}"), name)]


def test_each_reporter_is_a_format_or_an_export() -> None:
    assert sorted([*FORMATS, *EXPORTS]) == modules_with(reporters, "reporter")


def test_each_dialect_belongs_to_a_stack() -> None:
    names = {stack.name.replace("-", "_") for stack in (*STACKS, ANY)}

    assert names == set(modules_with(stacks, "DIALECT"))


def test_each_kind_of_target_is_read() -> None:
    read = [str(vars(module)["__name__"]).rpartition(".")[2] for module in targets.KINDS]

    assert sorted(read) == modules_with(targets, "read")


def test_each_profile_has_a_name() -> None:
    modules = {module: load_profile(module.replace("_", "-")) for module in modules_with(profiles, "PROFILE")}

    assert sorted(NAMES) == sorted(profile.name for profile in modules.values())
    assert [profile.name.replace("-", "_") for profile in modules.values()] == list(modules)


def test_each_probe_is_planned() -> None:
    planned = [str(vars(module)["__name__"]).rpartition(".")[2] for module in probes.PROBES]

    assert sorted(planned) == modules_with(probes, "plan")


def test_each_kind_of_probe_is_made_by_one_module() -> None:
    folder = Path(probes.__path__[0])
    kinds = [kind for file in folder.glob("*.py") for kind in re.findall(r'kind="([a-z-]+)"', file.read_text("utf-8"))]

    assert sorted(set(kinds)) == sorted(get_args(ProbeKind))


@pytest.mark.parametrize("failure", Failure)
def test_each_failure_has_its_texts(failure: Failure) -> None:
    """Sentences of connections are tested with their subjects, in tests/fetch/test_failures.py."""
    error = NetworkError(failure=failure, subject="X-A", seen=("a",), expected=("b",), status=200)

    assert failure in TRANSPORT_FAILURES or sentence(error)
    assert failure_phrase(error)
    assert explain(failure)


@pytest.mark.parametrize("clause", Clause)
def test_each_clause_has_a_phrase(clause: Clause) -> None:
    assert clause_phrase(clause)


def test_the_tsv_report_is_one_file_and_one_line(tmp_path: Path) -> None:
    """The example of ARCHITECTURE.md, applied to a copy of the package."""
    file, line = re.findall(r"^```python\n(.*?)^```$", ARCHITECTURE, re.DOTALL | re.MULTILINE)
    package = tmp_path / "hdrcli"
    shutil.copytree(ROOT / "hdrcli", package, ignore=shutil.ignore_patterns("__pycache__"))
    (package / "reporters" / "tsv.py").write_text(file, "utf-8")
    settings = package / "settings" / "output.py"
    text, replaced = re.subn(r"^Format = Literal\[[^\]]*\]\n", line, settings.read_text("utf-8"), flags=re.MULTILINE)
    settings.write_text(text, "utf-8")
    command = [sys.executable, "-m", "hdrcli", "check", "--format=tsv", "--no-probe", "--credentials=omit"]

    with RawServer(HEAD) as server:
        environment = without_coverage(os.environ) | {"PYTHONPATH": str(tmp_path)}  # the copy is not measured
        ended = subprocess.run(
            [*command, server.url], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )

    assert (ended.returncode, ended.stderr, replaced) == (0, "", 1)
    rows = list(csv.DictReader(ended.stdout.splitlines(), dialect="excel-tab"))
    assert {(row["header"], row["readable"]) for row in rows} >= {
        ("X-Total-Count", "False"),
        ("Content-Length", "True"),
    }
    assert [row["browser"] for row in rows if row["header"] == "X-Total-Count"] == ["chromium", "firefox", "webkit"]
