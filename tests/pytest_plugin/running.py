"""Runs pytest in a project, in a process of its own, where hdrcli is installed with its entry point."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

from tests.cli.program import environment
from tests.serving.loopback import DEADLINE
from tests.targets.projects import ROOT, project


def run_pytest(folder: Path, *arguments: str, variables: Mapping[str, str] | None = None) -> str:
    """Run the project's tests, with warnings as errors and with hdrcli installed, and return the output."""
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]["pytest11"]
    lines = "".join(f"{name} = {module}\n" for name, module in scripts.items())
    installed = {
        "METADATA": "Metadata-Version: 2.1\nName: hdrcli\nVersion: 0\n",
        "entry_points.txt": f"[pytest11]\n{lines}",
    }
    project(folder, {f"installed/hdrcli-0.dist-info/{name}": text for name, text in installed.items()})
    paths = (str(folder), str(folder / "installed"), str(ROOT))
    (folder / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\ntestpaths = .\n", "utf-8")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments],
        cwd=folder,
        env=environment({"PYTHONPATH": os.pathsep.join(paths), "COLUMNS": "80", **(variables or {})}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=2 * DEADLINE,
        check=False,
    ).stdout
