"""Whether the environment asks for all that can be told."""

from __future__ import annotations

import os


def is_debugging() -> bool:
    """Whether `HDRCLI_DEBUG` is set, and not to what says no."""
    return os.environ.get("HDRCLI_DEBUG", "").lower() not in {"", "0", "false"}
