"""What a user agent chooses where the standard leaves it free.

Source: https://fetch.spec.whatwg.org/#default-user-agent-value and the steps named at each field
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class UserAgent:
    """A browser as the engine plays it."""

    name: str
    user_agent_value: str
    """https://fetch.spec.whatwg.org/#default-user-agent-value"""
    accept_language: str
    accept_encoding: str
    """For potentially trustworthy URLs."""
    accept_encoding_insecure: str
    """For the others: browsers leave br and zstd out, as old middleboxes break them."""
    default_max_age: int
    """Seconds that a preflight answer without a (valid) Access-Control-Max-Age is cached."""


STANDARD: Final = UserAgent(
    name="standard",
    user_agent_value="Mozilla/5.0 (compatible; hdrcli)",
    accept_language="en-US,en;q=0.9",
    accept_encoding="gzip, deflate, br, zstd",
    accept_encoding_insecure="gzip, deflate",
    default_max_age=5,
)
"""The Fetch standard, to the letter."""
