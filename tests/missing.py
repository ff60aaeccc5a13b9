"""Programs that tests need: without one, a test is skipped, but not where all of them have to be there."""

from __future__ import annotations

import os
import shutil
from typing import Final

_ALL_REQUIRED: Final = os.environ.get("HDRCLI_REQUIRE_BROWSERS") == "1"
"""As in `.ci/run`, which installs them: a test that lacks one fails there."""


def is_missing(program: str) -> bool:
    """Whether tests that run this program are skipped."""
    return not _ALL_REQUIRED and shutil.which(program) is None
