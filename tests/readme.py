"""The console blocks of README.md and docs/: their commands are run, and their output is compared.

Python blocks that begin with a file's name are the files of the folder in which they run.

`python -m tests.readme` rewrites the output in the documents with that of a real run.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from hdrcli.targets.process import running_service

ROOT: Final = Path(__file__).parent.parent
DOCUMENTS: Final = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
TEXT: Final = "\n".join(document.read_text("utf-8") for document in DOCUMENTS)
"""All of them, one behind the other."""

DOCUMENTED_BASE: Final = "http://127.0.0.1:8000"
DOCUMENTED_CHROMIUM: Final = "156"

_COMMAND: Final = re.compile(r"^\$ ((?:.*\\\n)*.*)$", re.MULTILINE)
"""A line that ends with a backslash is continued."""


def _blocks(language: str, text: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def _file_name(block: str) -> str | None:
    """The name in the first line of a Python block that is a file."""
    match = re.match(r"# (\w+\.py)\n", block)
    return None if match is None else match[1]


_BLOCKS: Final = _blocks("console", TEXT)
PYTHON: Final = [block for block in _blocks("python", TEXT) if _file_name(block) is None]
"""Those that are not files."""

INSTALLING: Final = [block for block in _BLOCKS if "pip install" in block]
SHOWN: Final = [block for block in _BLOCKS if "pip install" not in block]


def serving(*options: str) -> AbstractContextManager[str]:
    """Serve the sample app as the README does, and with these options; yields its base URL."""
    command = ["-m", "hdrcli", "serve-sample", "--port=0", "--allow-credentials", "--stop-at-end-of-input"]
    return running_service([sys.executable, *command, *options])


def _files_next_to(block: str) -> dict[str, str]:
    """The files of the document that a block is in."""
    text = next(text for document in DOCUMENTS if block in (text := document.read_text("utf-8")))
    return {name: block for block in _blocks("python", text) if (name := _file_name(block)) is not None}


def transcript(block: str, base: str) -> str:
    """The block with the output of its commands, as a terminal with 80 columns shows it."""
    status = 0
    shown = ""
    with TemporaryDirectory() as folder:
        for name, text in _files_next_to(block).items():
            (Path(folder) / name).write_text(text, "utf-8")
        for command in _COMMAND.findall(block):
            if command == "echo $?":
                output = f"{status}\n"
            else:
                ended = _run(command.replace(DOCUMENTED_BASE, base), folder)
                output, status = ended.stdout + ended.stderr, ended.returncode
            shown += f"$ {command}\n" + output.replace(base, DOCUMENTED_BASE)
    return re.sub(r"(?<=Chromium )\d+", DOCUMENTED_CHROMIUM, shown)


def _run(command: str, folder: str) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "COLUMNS": "80", "GITHUB_ACTIONS": ""}
    return subprocess.run(
        ["sh", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def rewrite() -> None:
    """Replace the output in the documents with today's."""
    with serving() as base:
        today = {block: transcript(block, base) for block in SHOWN}
    for document in DOCUMENTS:
        text = document.read_text("utf-8")
        for block, shown in today.items():
            text = text.replace(f"```console\n{block}```", f"```console\n{shown}```")
        document.write_text(text, "utf-8")


if __name__ == "__main__":
    rewrite()
