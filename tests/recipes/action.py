"""Runs the steps of the action as a runner does: expressions are replaced in `env`, and scripts are run as files.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax#runs-for-composite-actions
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from tests.cli.program import environment, without_coverage
from tests.serving.loopback import DEADLINE

ROOT: Final = Path(__file__).parent.parent.parent
ACTION: Final[dict[str, Any]] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
INSTALL, CHECK = ACTION["runs"]["steps"]

_expression = re.compile(r"\$\{\{ *(.*?) *\}\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a step ended, what it printed, and the outputs of the action until then."""

    status: int
    printed: str
    outputs: Mapping[str, str]


@dataclass(slots=True)
class Runner:
    """A job's runner, with a temporary folder; `outputs` are those of the steps that were run."""

    temporary: Path
    outputs: dict[str, str] = field(default_factory=dict)

    def run(self, step: Mapping[str, Any], inputs: Mapping[str, str], workspace: Path) -> Ended:
        """Run a step of the action with these inputs."""
        assert step["shell"] == "python"
        assert inputs.keys() <= ACTION["inputs"].keys()
        values = {f"inputs.{name}": str(inputs.get(name, each["default"])) for name, each in ACTION["inputs"].items()}
        values |= self.outputs
        script, output = self.temporary / "script.py", self.temporary / "output"
        script.write_text(step["run"], "utf-8")
        output.write_text("", "utf-8")
        ended = subprocess.run(
            ["python", script],
            cwd=workspace / _evaluated(step.get("working-directory", "."), values),
            env=self._environment(output) | {name: _evaluated(text, values) for name, text in step["env"].items()},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=10 * DEADLINE,
            check=False,
        )
        written = [line.partition("=") for line in output.read_text("utf-8").splitlines()]
        values |= {f"steps.{step['id']}.outputs.{name}": value for name, _, value in written}
        self.outputs |= {name: value for name, value in values.items() if name.startswith("steps.install.")}
        outputs = {name: _evaluated(each["value"], values) for name, each in ACTION["outputs"].items()}
        return Ended(status=ended.returncode, printed=ended.stdout, outputs=outputs)

    @property
    def summary(self) -> Path:
        """The job summary."""
        return self.temporary / "summary.md"

    def _environment(self, output: Path) -> dict[str, str]:
        variables = {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "RUNNER_TEMP": str(self.temporary),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        }
        return without_coverage(environment(variables))


def _evaluated(text: str, values: Mapping[str, str]) -> str:
    """A text with its expressions replaced; an output that no step has set is empty."""
    return _expression.sub(lambda match: values.get(match[1], ""), text)
