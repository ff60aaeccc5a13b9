"""Readers that request parts of a large file: Cloud Optimized GeoTIFF, PMTiles, PDF.js.

A 206 with one range always has `Content-Range`, which readers need for the size of the file. PDF.js requests ranges
only if it can read `Accept-Ranges` in the response to a request without a range, which servers may omit. `ETag`
shows PMTiles that the file has changed. A `Content-Encoding` makes ranges useless, and PDF.js looks for it.
"""

from __future__ import annotations

from typing import Final

from hdrcli.profiles.profile import Profile, Step

PROFILE: Final = Profile(
    name="range-reader",
    title="readers of parts of a file (COG, PMTiles, PDF.js)",
    url="the file, such as https://tiles.example/map.pmtiles",
    steps=(
        Step(
            name="file",
            reads_if_sent=("Accept-Ranges", "Content-Encoding"),
        ),
        Step(
            name="range",
            headers=(("Range", "bytes=0-511"),),
            statuses=("206",),
            hints=((200, "the server ignores Range, so that a reader would get the whole file each time"),),
            reads=("Content-Range",),
            reads_if_sent=("ETag",),
        ),
    ),
    sources=(
        "https://www.rfc-editor.org/rfc/rfc9110.html#section-14.4",
        "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.3.7",
        "https://github.com/mozilla/pdf.js (src/display/network_utils.js)",
        "https://github.com/geotiffjs/geotiff.js (src/source/remote.js)",
        "https://docs.protomaps.com/pmtiles/cloud-storage",
    ),
)
