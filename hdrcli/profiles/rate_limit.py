"""Clients that wait as long as a service tells them to, by its rate limit.

`Retry-After` is sent with 429 and 503 only; a client that can't read it there retries too early. The others are sent
with each response, under one of three conventions. So one of all has to be sent, and those that are sent have to be
readable.
"""

from __future__ import annotations

from typing import Final

from hdrcli.profiles.profile import Profile, Step

PROFILE: Final = Profile(
    name="rate-limit",
    title="clients that obey a rate limit",
    url="any URL that the limit is for",
    steps=(
        Step(
            name="request",
            statuses=("2xx", "429", "503"),
            reads_one_of=(
                "Retry-After",
                "RateLimit",
                "RateLimit-Policy",
                "RateLimit-Limit",
                "RateLimit-Remaining",
                "RateLimit-Reset",
                "X-RateLimit-Limit",
                "X-RateLimit-Remaining",
                "X-RateLimit-Reset",
            ),
        ),
    ),
    sources=(
        "https://www.rfc-editor.org/rfc/rfc9110.html#section-10.2.3",
        "https://www.rfc-editor.org/rfc/rfc6585.html#section-4",
        "https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/",
    ),
)
