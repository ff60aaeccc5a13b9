"""Clients of lists that come in pages: react-admin, Refine, Octokit and many front ends.

Each client reads one of these headers, by the service's convention. So one has to be sent, and all that are sent have
to be readable.
"""

from __future__ import annotations

from typing import Final

from hdrcli.profiles.profile import Profile, Step

PROFILE: Final = Profile(
    name="rest-pagination",
    title="lists in pages (react-admin, Refine, Octokit)",
    url="a list, such as http://localhost:8000/items?page=1",
    steps=(Step(name="list", reads_one_of=("X-Total-Count", "Content-Range", "Link")),),
    sources=(
        "https://www.rfc-editor.org/rfc/rfc8288.html#section-3",
        "https://github.com/marmelab/react-admin (packages/ra-data-json-server, packages/ra-data-simple-rest)",
        "https://github.com/octokit/plugin-paginate-rest.js (src/iterator.ts)",
    ),
)
