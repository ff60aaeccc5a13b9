"""A page that downloads a file by `fetch()` and saves it under the name that the server gives."""

from __future__ import annotations

from typing import Final

from hdrcli.profiles.profile import Profile, Step

PROFILE: Final = Profile(
    name="download",
    title="downloads with the server's file name",
    url="the file, such as http://localhost:8000/reports/7.pdf",
    steps=(Step(name="file", reads=("Content-Disposition",)),),
    sources=(
        "https://www.rfc-editor.org/rfc/rfc6266.html#section-4.3",
        "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Content-Disposition",
    ),
)
