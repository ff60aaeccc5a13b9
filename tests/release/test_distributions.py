"""The wheel and the source distribution, as `python -m build` makes them, and what installs them."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path
from typing import Final, NamedTuple

import pytest

import hdrcli
from tests.cli.program import environment, without_coverage
from tests.serving.loopback import DEADLINE
from tests.targets.projects import project

ROOT: Final = Path(__file__).parent.parent.parent
PROJECT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

SERVICE: Final = """
    def app(environ, start_response):
        exposing = ("Access-Control-Expose-Headers", "X-Request-ID")
        start_response("200 OK", [("Access-Control-Allow-Origin", "*"), exposing, ("X-Request-ID", "1")])
        return []
"""
TEST: Final = """
    from service import app


    def test_service(hdrcli):
        hdrcli.check(app, "/").assert_readable("X-Request-ID")
"""

pytestmark = [pytest.mark.thorough, pytest.mark.no_cover]


class Built(NamedTuple):
    """The distributions, and a third one: the wheel that the unpacked source distribution makes."""

    wheel: Path
    sdist: Path
    wheel_of_sdist: Path


def run(*command: str | Path, cwd: Path) -> str:
    """Run a tool to its end, and return what it printed."""
    ended = subprocess.run(
        command,
        cwd=cwd,
        env=without_coverage(environment()),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=10 * DEADLINE,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("dist")
    build = (sys.executable, "-m", "build", "--installer=uv")
    run(*build, "--wheel", "--sdist", "--outdir", folder, cwd=ROOT)
    (sdist,) = folder.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    unpacked = folder / sdist.name.removesuffix(".tar.gz")
    run(*build, "--wheel", "--outdir", folder / "again", cwd=unpacked)
    (wheel,) = folder.glob("*.whl")
    (again,) = (folder / "again").glob("*.whl")
    return Built(wheel, sdist, again)


def contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def metadata(wheel: Path) -> Message:
    return Parser().parsestr(contents(wheel)[f"hdrcli-{hdrcli.__version__}.dist-info/METADATA"].decode())


def test_twine_finds_nothing(built: Built) -> None:
    printed = run(sys.executable, "-m", "twine", "check", "--strict", built.wheel, built.sdist, cwd=ROOT)

    assert len(re.findall(r"PASSED", printed)) == 2


def test_the_wheel_has_one_package(built: Built) -> None:
    """The sample app is in it, but not as a package of its own, which any other project may have, too."""
    files = contents(built.wheel)
    information = f"hdrcli-{hdrcli.__version__}.dist-info"

    assert {name.partition("/")[0] for name in files} == {"hdrcli", information}
    assert {f"{information}/licenses/LICENSE", "hdrcli/py.typed", "hdrcli/bundled/sample_app/app.py"} <= files.keys()
    source = {str(path.relative_to(ROOT)) for path in (ROOT / "hdrcli").rglob("*") if path.suffix in {".py", ".json"}}
    assert source - files.keys() == set()


def test_the_source_distribution_makes_the_same_wheel(built: Built) -> None:
    assert contents(built.wheel_of_sdist) == contents(built.wheel)


def test_the_source_distribution_has_what_its_tests_read(built: Built) -> None:
    with tarfile.open(built.sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}

    tracked = run("git", "ls-files", cwd=ROOT).split()
    assert set(tracked) - names == set()


def test_metadata(built: Built) -> None:
    found = metadata(built.wheel)

    assert found["Version"] == hdrcli.__version__
    assert found["License-Expression"] == "MIT"
    assert {url.partition(",")[0] for url in found.get_all("Project-URL", [])} == set(PROJECT["urls"])
    assert f"\n## {hdrcli.__version__} " in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_the_readme_on_pypi_has_absolute_links_to_this_version(built: Built) -> None:
    text = metadata(built.wheel).get_payload()
    assert isinstance(text, str)
    links = re.findall(r"\]\(([^)]+)\)", text)
    relative = re.findall(r"\]\((?!\w+:|#)([^)]+)\)", (ROOT / "README.md").read_text("utf-8"))

    assert relative
    assert [link for link in links if not re.match("https://|#", link)] == []
    prefix = f"{PROJECT['urls']['Source']}/blob/v{hdrcli.__version__}/"
    assert [link.removeprefix(prefix) for link in links if link.startswith(prefix)] == relative


def test_uvx_runs_the_wheel(built: Built, tmp_path: Path) -> None:
    uvx = (
        str(Path(sys.executable).with_name("uvx")),
        "--no-config",
        "--python",
        sys.executable,
        "--from",
        built.wheel,
        "hdrcli",
    )

    assert run(*uvx, "--version", cwd=tmp_path).split()[1] == hdrcli.__version__
    assert run(*uvx, "check", "--sample", cwd=tmp_path).splitlines()[-1].endswith("(exit 0)")


def test_pip_installs_the_wheel(built: Built, tmp_path: Path) -> None:
    """In an environment of its own, in which the sample app and the pytest plugin are found."""
    run(sys.executable, "-m", "venv", tmp_path / "venv", cwd=tmp_path)
    python = tmp_path / "venv" / "bin" / "python"
    run(python, "-m", "pip", "install", "-q", f"{built.wheel}[pytest]", cwd=tmp_path)
    project(tmp_path, {"service.py": SERVICE, "test_service.py": TEST})

    assert run(python.with_name("hdrcli"), "check", "--sample", cwd=tmp_path).splitlines()[-1].endswith("(exit 0)")
    assert "1 passed" in run(python, "-m", "pytest", "-p", "no:cacheprovider", cwd=tmp_path)
    run(python, "-m", "pip", "check", cwd=tmp_path)
