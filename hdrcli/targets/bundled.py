"""Finds the sample app: next to the package in a checkout, in `hdrcli/bundled` in an installation."""

from __future__ import annotations

import sys
from pathlib import Path

import hdrcli


def find_sample_app() -> None:
    """Let `import sample_app` load the sample app, even where the user's directory holds a folder of that name."""
    package = Path(hdrcli.__file__).parent
    bundled = package / "bundled"
    sys.path.insert(0, str(bundled if bundled.is_dir() else package.parent))
