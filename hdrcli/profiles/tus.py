"""Resumable uploads by the tus protocol 1.0, as tus-js-client and Uppy make them.

`Location` has to be sent with the 201 of the creation, `Upload-Offset` with the responses to PATCH and HEAD; the client
fails without them. `Upload-Length` is sent unless the length is deferred, which it is not here, and the client fails
without it when it resumes. `Tus-Resumable` is sent with every response; tus-js-client does not read it.
"""

from __future__ import annotations

from typing import Final

from hdrcli.profiles.profile import Given, Profile, Step

_TUS: Final = ("Tus-Resumable", "1.0.0")

_METADATA: Final = "filename aGRyY2xpLnR4dA==,filetype dGV4dC9wbGFpbg=="
"""hdrcli.txt and text/plain; Uppy sends both, and some servers demand them."""

PROFILE: Final = Profile(
    name="tus",
    title="tus 1.0, resumable uploads",
    url="the endpoint at which uploads are created, such as http://localhost:1080/files/",
    note="It creates an upload of 12 bytes, sends 6 of them, and leaves it incomplete.",
    steps=(
        Step(
            name="creation",
            method="POST",
            headers=(_TUS, ("Upload-Length", "12"), ("Upload-Metadata", _METADATA)),
            statuses=("201",),
            reads=("Location",),
            useful=("Tus-Resumable",),
            gives=(Given(value="upload", header="Location"),),
        ),
        Step(
            name="first part",
            method="PATCH",
            url="{upload}",
            headers=(_TUS, ("Upload-Offset", "0"), ("Content-Type", "application/offset+octet-stream")),
            body="hdrcli",
            statuses=("204", "200"),
            reads=("Upload-Offset",),
        ),
        Step(
            name="resumption",
            method="HEAD",
            url="{upload}",
            headers=(_TUS,),
            statuses=("200", "204"),
            reads=("Upload-Offset", "Upload-Length"),
        ),
    ),
    sources=(
        "https://tus.io/protocols/resumable-upload#core-protocol",
        "https://tus.io/protocols/resumable-upload#creation",
        "https://github.com/tus/tus-js-client (4.3: lib/upload.ts)",
    ),
)
