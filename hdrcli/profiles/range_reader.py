"""Readers that request parts of a large file: Cloud Optimized GeoTIFF, PMTiles, PDF.js, zip.js.

A 206 with one range always has `Content-Range`, by which zip.js and geotiff.js know the size of the file.
PDF.js and zip.js request ranges only if they can read `Accept-Ranges`, which servers may omit. A `Content-Encoding`
makes ranges useless, and PDF.js looks for it. Without `ETag`, PMTiles does not notice that the file has changed.
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
            useful=("Content-Disposition",),
        ),
        Step(
            name="range",
            headers=(("Range", "bytes=0-511"),),
            statuses=("206",),
            hints=((200, "the server ignores Range, so that a reader would get the whole file each time"),),
            reads=("Content-Range",),
            useful=("ETag",),
        ),
    ),
    sources=(
        "https://www.rfc-editor.org/rfc/rfc9110.html#section-14.4",
        "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.3.7",
        "https://github.com/mozilla/pdf.js (src/display/network_utils.js)",
        "https://github.com/geotiffjs/geotiff.js (src/source/remote.js)",
        "https://github.com/protomaps/PMTiles (js/src/index.ts)",
        "https://github.com/gildas-lormeau/zip.js (lib/core/io.js)",
    ),
)
