"""What a browser was seen to do, beside what its simulation did."""

from __future__ import annotations

from typing import Literal

from hdrcli.fetch import Failure, NetworkError
from hdrcli.records.route import FetchRecord

Agreement = Literal["same", "other-values", "different"]


def agreement(fetch: FetchRecord) -> Agreement | None:
    """Whether the real browser let the page see what the simulated one does; None where none was asked.

    The two ask one after the other: what servers count or draw anew, such as `X-Request-ID`, is then another value
    of the same header, and no difference between them.
    """
    real = fetch.in_browser
    if real is None:
        return None
    result = fetch.result
    if isinstance(result, NetworkError):
        waited = real.outcome == "unsettled" and result.failure is Failure.TIMEOUT
        return "same" if waited or real.outcome == "network-error" else "different"
    names = [name for name, _ in result.headers]
    if (result.type, result.status, names) != (real.type, real.status, [name for name, _ in real.headers]):
        return "different"
    return "same" if result.headers == real.headers else "other-values"
