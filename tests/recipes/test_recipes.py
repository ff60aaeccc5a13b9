"""The other recipes: each is run, as far as a machine without containers can, and valid by its system's schema."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

import pytest
import yaml
from junitparser import JUnitXml

import hdrcli
from tests.cli.program import environment, importing_first, without_coverage
from tests.recipes.action import ROOT
from tests.serving.http import answer
from tests.serving.loopback import DEADLINE
from tests.serving.site import Site
from tests.targets.projects import FASTAPI, project

DOCUMENT: Final = (ROOT / "docs" / "ci.md").read_text("utf-8")
DOCUMENTED: Final = {
    block.partition("\n")[0].removeprefix("# "): block
    for block in re.findall(r"^```yaml\n(.*?)^```$", DOCUMENT, re.DOTALL | re.MULTILINE)
}
"""The YAML files of docs/ci.md, by the names in their first lines."""
RECIPES: Final = {
    name: (ROOT / name).read_text("utf-8")
    for name in ("action.yml", "docs/recipes/gitlab.yml", ".pre-commit-hooks.yaml")
}
CHECKS: Final = {
    ".github/workflows/*.yml": ("check-jsonschema", "--builtin-schema=vendor.github-workflows"),
    ".gitlab-ci.yml": ("check-jsonschema", "--builtin-schema=vendor.gitlab-ci"),
    ".pre-commit-config.yaml": ("pre-commit", "validate-config"),
    ".pre-commit-hooks.yaml": ("pre-commit", "validate-manifest"),
    "action.yml": ("check-jsonschema", "--builtin-schema=vendor.github-actions"),
    "docs/recipes/gitlab.yml": ("check-jsonschema", "--builtin-schema=vendor.gitlab-ci"),
}
"""The files, and what checks them: check-jsonschema has the published schemas."""

pytestmark = [pytest.mark.thorough, pytest.mark.no_cover]


def run(
    *command: str | Path, cwd: Path, variables: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command that finds this hdrcli, and the tools that are installed with it."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    identity = {f"GIT_{role}_{what}": "a@b.example" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    return subprocess.run(
        command,
        cwd=cwd,
        env=without_coverage(environment({"PATH": path, **importing_first(ROOT), **identity, **(variables or {})})),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=10 * DEADLINE,
        check=False,
    )


def run_well(*command: str | Path, cwd: Path) -> str:
    """What a command printed, which must not fail."""
    ended = run(*command, cwd=cwd)
    assert ended.returncode == 0, ended.stdout
    return ended.stdout.strip()


def repository(folder: Path) -> str:
    """Commit all files of a folder; returns the name of the commit."""
    run_well("git", "init", "--quiet", cwd=folder)
    run_well("git", "add", "--all", cwd=folder)
    run_well("git", "commit", "--quiet", "--message=All", cwd=folder)
    return run_well("git", "rev-parse", "HEAD", cwd=folder)


@pytest.mark.parametrize("name", RECIPES | DOCUMENTED)
def test_valid(name: str, tmp_path: Path) -> None:
    """With other keys, the file isn't valid: each schema checks it."""
    (check,) = [check for pattern, check in CHECKS.items() if fnmatch(name, pattern)]
    file = tmp_path / name.rpartition("/")[2]
    text = re.sub(r"^\.(?=\w+:)", "", (RECIPES | DOCUMENTED)[name], flags=re.MULTILINE)  # GitLab's hidden jobs are free
    statuses = []
    for written in (text, re.sub(r"^([- ]*)(name|script|rev|extends):", r"\1no-such-key:", text, flags=re.MULTILINE)):
        file.write_text(written, "utf-8")
        statuses.append(run(*check, file, cwd=tmp_path).returncode)

    assert statuses == [0, 1]


def test_the_version_is_todays() -> None:
    texts = "\n".join([DOCUMENT, *RECIPES.values()])
    versions = re.findall(r"(?:hdrcli@v|rev: v|hdrcli/v|git#v|HDRCLI_VERSION: \")([\w.]+)", texts)

    assert len(versions) == 6
    assert set(versions) == {hdrcli.__version__}


def test_the_job_of_gitlab(tmp_path: Path) -> None:
    """It has the variables of the documented job, which are those of options."""
    template = yaml.safe_load(RECIPES["docs/recipes/gitlab.yml"])[".hdrcli"]
    job = yaml.safe_load(DOCUMENTED[".gitlab-ci.yml"])["check-headers"]
    hidden = answer("Access-Control-Allow-Origin: https://app.example", "X-Total-Count: 3", "Vary: Origin")
    with Site({"/it's%20$(touch%20here)%20*": hidden}) as site:
        target = {"TARGET": f"{site.url}/it's $(touch here) *"}
        script = "\n".join(template["script"])
        ended = run("sh", "-e", "-c", script, cwd=tmp_path, variables=template["variables"] | job["variables"] | target)

    assert ended.returncode == 1, ended.stdout
    reports = template["artifacts"]["reports"]
    assert {path.name for path in tmp_path.iterdir()} == set(reports.values())
    found = {finding["check_name"] for finding in json.loads((tmp_path / reports["codequality"]).read_text("utf-8"))}
    names = {case.name.split()[0] for suite in JUnitXml.fromfile(str(tmp_path / reports["junit"])) for case in suite}
    assert "HDR301" in found
    assert names == {"GET", "verdict", *found}


def test_the_hooks_of_pre_commit(tmp_path: Path) -> None:
    """pre-commit installs the hook from a repository with this tree, and runs it in a project with a FastAPI app."""
    clone, home = tmp_path / "clone", {"PRE_COMMIT_HOME": str(tmp_path / "home")}
    for name in run_well("git", "ls-files", "--cached", "--others", "--exclude-standard", cwd=ROOT).splitlines():
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, clone / name)
    hooks = [{"id": "hdrcli", "args": [".", "--fail-on=warning"]}, {"id": "hdrcli-system"}]
    config = {"repos": [{"repo": str(clone), "rev": repository(clone), "hooks": hooks}]}
    files = {".pre-commit-config.yaml": yaml.safe_dump(config), "main.py": FASTAPI, "notes.md": ""}
    folder = project(tmp_path / "project", files)
    repository(folder)

    ended = run("pre-commit", "run", "--all-files", cwd=folder, variables=home)
    assert re.findall(r"hdrcli check\.+(\w+)", ended.stdout) == ["Failed", "Passed"], ended.stdout
    assert "expose_headers=[" in ended.stdout
    project(folder, {"main.py": FASTAPI.replace("expose_headers=[", 'expose_headers=["X-Total-Count", ')})
    assert run("pre-commit", "run", "--files", "main.py", cwd=folder, variables=home).returncode == 0
    ended = run("pre-commit", "run", "--files", "notes.md", cwd=folder, variables=home)
    assert re.findall(r"hdrcli check.*\)(\w+)", ended.stdout) == ["Skipped", "Skipped"]


def test_hadolint_finds_nothing() -> None:
    assert run_well("hadolint", "--failure-threshold=ignore", ROOT / "Dockerfile", cwd=ROOT) == ""


def test_the_context_of_the_image_is_what_the_package_is_built_from(tmp_path: Path) -> None:
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    everything, *kept, caches = [line for line in lines if not line.startswith("#")]
    assert (everything, caches) == ("*", "**/__pycache__")
    context = tmp_path / "context"
    context.mkdir()
    for name in (line.removeprefix("!") for line in kept):
        source = ROOT / name
        shutil.copytree(source, context / name) if source.is_dir() else shutil.copy(source, context / name)
    for folder, out in ((ROOT, "all"), (context, "context")):
        run_well(sys.executable, "-m", "build", "--installer=uv", "--wheel", "--outdir", tmp_path / out, cwd=folder)

    names = [zipfile.ZipFile(wheel).namelist() for wheel in tmp_path.glob("*/*.whl")]
    assert len(names) == 2
    assert names[0] == names[1]
