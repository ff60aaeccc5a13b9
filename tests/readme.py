"""The console blocks of README.md, run as they stand there.

`python -m tests.readme` writes down what they print today.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

from hdrcli.targets.process import running_service

FILE: Final = Path(__file__).parent.parent / "README.md"
TEXT: Final = FILE.read_text("utf-8")
DOCUMENTED_BASE: Final = "http://127.0.0.1:8000"
DOCUMENTED_CHROMIUM: Final = "156"

_BLOCKS: Final[list[str]] = re.findall(r"^```console\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
INSTALLING: Final = [block for block in _BLOCKS if "pip install" in block]
SHOWN: Final = [block for block in _BLOCKS if "pip install" not in block]


def serving() -> AbstractContextManager[str]:
    """The sample app as README.md has it started; its base URL."""
    options = ["--port=0", "--allow-credentials", "--stop-at-end-of-input"]
    return running_service([sys.executable, "-m", "hdrcli", "serve-sample", *options])


def transcript(block: str, base: str) -> str:
    """What a terminal shows when the block's commands are typed."""
    status = 0
    shown = ""
    for command in re.findall(r"^\$ (.*)$", block, re.MULTILINE):
        if command == "echo $?":
            output = f"{status}\n"
        else:
            result = _run(command.replace(DOCUMENTED_BASE, base))
            output, status = result.stdout + result.stderr, result.returncode
        shown += f"$ {command}\n" + output.replace(base, DOCUMENTED_BASE)
    return re.sub(r"(?<=Chromium )\d+", DOCUMENTED_CHROMIUM, shown)


def _run(command: str) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    # What the shorter port takes less of a line must not change where the lines break.
    environment = {**os.environ, "PATH": path, "COLUMNS": "80"}
    return subprocess.run(["sh", "-c", command], env=environment, capture_output=True, text=True, check=False)


def rewrite() -> None:
    """Put what the commands print today in place of what stands there."""
    text = TEXT
    with serving() as base:
        for block in SHOWN:
            text = text.replace(f"```console\n{block}```", f"```console\n{transcript(block, base)}```")
    FILE.write_text(text, "utf-8")


if __name__ == "__main__":
    rewrite()
