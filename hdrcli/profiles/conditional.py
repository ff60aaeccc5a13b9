"""Clients that change a resource only if nobody else has: `If-Match` with the `ETag` of the version that they read."""

from __future__ import annotations

from typing import Final

from hdrcli.profiles.profile import Given, Profile, Step

PROFILE: Final = Profile(
    name="conditional",
    title="changes with If-Match",
    url="a resource that has an ETag, such as http://localhost:8000/items/7",
    note="The change itself is not sent, only its preflight.",
    steps=(
        Step(name="read", reads=("ETag",), gives=(Given(value="version", header="ETag"),)),
        Step(
            name="change",
            method="PUT",
            headers=(("Content-Type", "application/json"), ("If-Match", "{version}")),
            body="{}",
            preflight_only=True,
        ),
    ),
    sources=(
        "https://www.rfc-editor.org/rfc/rfc9110.html#section-13.1.1",
        "https://www.rfc-editor.org/rfc/rfc9110.html#section-8.8.3",
    ),
)
