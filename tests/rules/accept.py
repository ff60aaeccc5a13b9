"""Accepts the text of all findings as it is now: `python -m tests.rules.accept`, then read the diff."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

if __name__ == "__main__":
    os.environ["HDRCLI_ACCEPT_SNAPSHOTS"] = "1"
    sys.exit(
        pytest.main(["-q", "-n0", "-p", "no:cacheprovider", "-k", "not in_a_snapshot", str(Path(__file__).parent)])
    )
