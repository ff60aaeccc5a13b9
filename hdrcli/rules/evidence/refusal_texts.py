"""What CORS layers write into the body of a response by which they refuse a request."""

from __future__ import annotations

import re
from typing import Final

_BUCKET_WITHOUT_CORS: Final = "cors is not enabled for this bucket"

_no_rule_matches = re.compile(
    r"cors request is not allowed|cors not enabled or no matching rule found", re.IGNORECASE
).search
"""In the responses of S3 and Azure Storage to a preflight that no rule allows, for its origin, method or headers."""

_refuses_origin = re.compile(
    r"disallowed cors [a-z, -]*origin|invalid cors request|not allowed by cors"
    r"|cors\b[^.\n]{0,40}\borigin\b[^.\n]{0,80}\b(?:not allowed|denied|disallowed|forbidden|rejected)"
    r"|\borigin\b[^.\n]{0,80}\b(?:not allowed|denied|disallowed|forbidden|rejected)",
    re.IGNORECASE,
).search


def refuses_origin(body: str) -> bool:
    """Whether it says that the origin is not allowed."""
    return _refuses_origin(body) is not None


def matches_no_rule(body: str) -> bool:
    """Whether an object store says that no CORS rule allows the request as it is: the origin, or another part."""
    return _no_rule_matches(body) is not None


def denies_cors(body: str) -> bool:
    """Whether it says that there is no CORS layer."""
    return _BUCKET_WITHOUT_CORS in body.lower()
