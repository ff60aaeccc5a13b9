"""nginx, as Debian has it, before an API on uvicorn: the usual mistakes of configurations that are copied around."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from fastapi import FastAPI

from tests.field.api import api, cors
from tests.field.case import JSON, PAGE, TOKEN, Case
from tests.serving.asgi import Served, Server, Uvicorns
from tests.serving.nginx import nginx


def on_nginx(server: str, app: FastAPI | None = None, *, tls: bool = False) -> Server:
    """nginx with these directives in its `server`; http://app is the app on uvicorn, nobody answers at http://down."""

    @contextmanager
    def serve(uvicorns: Uvicorns) -> Iterator[Served]:
        with uvicorns.serve(app or api()) as upstream, nginx(server, upstream.url, tls=tls) as site:
            yield site

    return serve


_LISTS: Final = """
    add_header Vary Origin always;
    add_header Access-Control-Allow-Origin $allowed_origin always;
    add_header Access-Control-Allow-Methods "GET, PUT" always;
    add_header Access-Control-Allow-Headers "Authorization, Content-Type" always;
    add_header Access-Control-Expose-Headers "X-Total-Count, X-Request-ID" always;
"""
_PREFLIGHT: Final = "if ($request_method = OPTIONS) { return 204; }"
_TO_APP: Final = "location / { proxy_pass http://app; }"
_CORRECT: Final = f"{_LISTS} {_PREFLIGHT} {_TO_APP}"
_ALLOW_PAGE: Final = f"add_header Access-Control-Allow-Origin {PAGE}"

_HEALTHY: Final = (
    Case("nginx: CORS of the app", on_nginx(_TO_APP, api(cors(PAGE, expose_headers=["X-Total-Count"]))), path="/total"),
    Case("nginx: its own CORS", on_nginx(_CORRECT), path="/items", readable=("X-Total-Count",)),
    Case("nginx: its own CORS, PUT", on_nginx(_CORRECT), path="/items", method="PUT", headers=(JSON, TOKEN), body="{}"),
    Case("nginx: its own CORS, not found", on_nginx(_CORRECT), path="/nowhere"),
    Case("nginx: its own CORS, a crash", on_nginx(_CORRECT), path="/crash"),
    Case("nginx: its own CORS, too large", on_nginx(_CORRECT), path="/items", method="POST", body="x" * 2000),
    Case("nginx: its own CORS, app down", on_nginx(_LISTS + "location / { proxy_pass http://down; }")),
    Case("nginx: always the same origin", on_nginx(f"{_ALLOW_PAGE} always; {_TO_APP}")),
    Case(
        "nginx: gzip, and the tag made weak",
        on_nginx(f"gzip on; gzip_types *; {_TO_APP}", api(cors(PAGE))),
        path="/files/api.py",
    ),
    Case("nginx: gzip", on_nginx(f"gzip on; gzip_types *; gzip_vary on; {_TO_APP}", api(cors(PAGE))), path="/long"),
    Case(
        "nginx: nothing lost",
        on_nginx(_TO_APP, api(cors(PAGE, expose_headers=["X-Total-Count", "X-Request-ID"]))),
        path="/items",
        compared=True,
    ),
    Case("nginx: its own CORS, compared", on_nginx(_CORRECT), path="/items", compared=True),
    Case("nginx: a crash, compared", on_nginx(_CORRECT), path="/crash", compared=True),
    Case("nginx: a stream, compared", on_nginx(_TO_APP, api(cors(PAGE))), path="/stream", compared=True),
    Case("nginx: a token, compared", on_nginx(_CORRECT), headers=(TOKEN,), compared=True),
    Case(
        "nginx: HEAD, compared", on_nginx(_TO_APP, api(cors(PAGE))), path="/files/api.py", method="HEAD", compared=True
    ),
    Case(
        "nginx: a second Date, compared",
        on_nginx(f"add_header Date $date_gmt always; {_TO_APP}", api(cors(PAGE))),
        compared=True,
    ),
    Case(
        "nginx: a longer expose list of its own, compared",
        on_nginx(
            'add_header Access-Control-Expose-Headers "X-Total-Count, X-Id" always;'
            "location / { proxy_hide_header Access-Control-Expose-Headers; proxy_pass http://app; }",
            api(cors(PAGE, expose_headers=["X-Total-Count"])),
        ),
        path="/total",
        compared=True,
    ),
    Case("nginx: TLS, compared", on_nginx(_TO_APP, api(cors(PAGE)), tls=True), compared=True),
    Case("nginx: TLS", on_nginx(_TO_APP, api(cors(PAGE)), tls=True)),
    Case(
        "nginx: the app's CORS hidden",
        on_nginx(
            f"{_LISTS} location / {{ proxy_hide_header Access-Control-Allow-Origin; proxy_pass http://app; }}",
            api(cors(PAGE)),
        ),
    ),
)

_FAULTY: Final = (
    Case(
        "nginx: not on errors",
        on_nginx(f"{_ALLOW_PAGE}; {_TO_APP}"),
        path="/nowhere",
        findings=("error HDR107",),
    ),
    Case("nginx: not on errors, asked elsewhere", on_nginx(f"{_ALLOW_PAGE}; {_TO_APP}"), findings=("advice HDR108",)),
    Case(
        "nginx: lost in a location",
        on_nginx(f"{_ALLOW_PAGE} always; location / {{ add_header Cache-Control no-store; proxy_pass http://app; }}"),
        findings=("error HDR101",),
    ),
    Case(
        "nginx: lost on preflights",
        on_nginx(
            _LISTS + "location / { if ($request_method = OPTIONS) { add_header X-Cache NONE; return 204; }"
            "proxy_pass http://app; }"
        ),
        path="/items",
        method="PUT",
        findings=("error HDR101",),
    ),
    Case(
        "nginx: CORS twice",
        on_nginx(f"{_ALLOW_PAGE} always; {_TO_APP}", api(cors(PAGE))),
        findings=("error HDR104",),
    ),
    Case(
        "nginx: two origins in one value",
        on_nginx(f'add_header Access-Control-Allow-Origin "{PAGE} https://admin.example" always; {_TO_APP}'),
        findings=("error HDR104",),
    ),
    Case(
        "nginx: whatever asks",
        on_nginx(f"add_header Access-Control-Allow-Origin $http_origin always; {_TO_APP}"),
        findings=("warning HDR501",),
    ),
    Case(
        "nginx: whatever asks, with credentials",
        on_nginx(
            "add_header Access-Control-Allow-Origin $http_origin always;"
            f"add_header Access-Control-Allow-Credentials true always; {_TO_APP}"
        ),
        credentials=("include",),
        findings=("warning HDR501", "warning HDR502"),
    ),
    Case(
        "nginx: Vary forgotten",
        on_nginx(_CORRECT.replace("add_header Vary Origin always;", "")),
        path="/items",
        findings=("warning HDR501",),
    ),
    Case("nginx: a slash missing", on_nginx(f"{_ALLOW_PAGE} always;"), path="/docs", findings=("warning HDR401",)),
    Case("nginx: a slash missing, and CORS", on_nginx(""), path="/docs", findings=("error HDR101",)),
    Case(
        "nginx: back to http",
        on_nginx(f"{_ALLOW_PAGE} always; location / {{ return 301 http://api.example$request_uri; }}", tls=True),
        findings=("error HDR402",),
    ),
    Case(
        "nginx: too large, CORS of the app",
        on_nginx(_TO_APP, api(cors(PAGE))),
        path="/items",
        method="POST",
        body="x" * 2000,
        findings=("error HDR107",),
    ),
    Case(
        "nginx: app down, CORS of the app",
        on_nginx("location / { proxy_pass http://down; }"),
        findings=("error HDR107",),
    ),
    Case(
        "nginx: a password before the app",
        on_nginx(f"auth_basic staging; auth_basic_user_file users; {_TO_APP}", api(cors(PAGE))),
        findings=("error HDR107",),
    ),
    Case(
        "nginx: a password before preflights",
        on_nginx(f"auth_basic staging; auth_basic_user_file users; {_TO_APP}", api(cors(PAGE, allow_headers=["*"]))),
        headers=(TOKEN,),
        findings=("error HDR201",),
    ),
    Case(
        "nginx: PUT of a file",
        on_nginx(f"{_ALLOW_PAGE} always;"),
        path="/docs/index.html",
        method="PUT",
        findings=("error HDR201",),
    ),
    Case(
        "nginx: a request header not allowed",
        on_nginx(_CORRECT),
        headers=(("X-Api-Key", "7f3a"),),
        findings=("error HDR204",),
    ),
    Case(
        "nginx: a header of its own",
        on_nginx(f"add_header X-Request-ID $request_id; {_TO_APP}", api(cors(PAGE))),
        findings=("warning HDR301",),
    ),
    Case(
        "nginx: X-Request-ID by both",
        on_nginx(
            f"add_header X-Request-ID $request_id; {_TO_APP}",
            api(cors(PAGE, expose_headers=["X-Total-Count", "X-Request-ID"])),
        ),
        path="/items",
        findings=("warning HDR310",),
    ),
)

_BEFORE_THE_APP: Final = (
    Case(
        "nginx: a header hidden",
        on_nginx(
            "location / { proxy_hide_header X-Total-Count; proxy_pass http://app; }",
            api(cors(PAGE, expose_headers=["X-Total-Count"])),
        ),
        path="/total",
        compared=True,
        findings=("warning HDR511",),
    ),
    Case(
        "nginx: a demanded header hidden",
        on_nginx(
            "location / { proxy_hide_header X-Total-Count; proxy_pass http://app; }",
            api(cors(PAGE, expose_headers=["X-Total-Count"])),
        ),
        path="/total",
        readable=("X-Total-Count",),
        compared=True,
        findings=("error HDR511",),
    ),
    Case(
        "nginx: the app's CORS hidden, and none of its own",
        on_nginx(
            "location / { proxy_hide_header Access-Control-Allow-Origin; proxy_pass http://app; }", api(cors(PAGE))
        ),
        compared=True,
        findings=("error HDR511",),
    ),
    Case(
        "nginx: the app's origin overwritten",
        on_nginx(
            "add_header Access-Control-Allow-Origin https://admin.example always;"
            "location / { proxy_hide_header Access-Control-Allow-Origin; proxy_pass http://app; }",
            api(cors(PAGE)),
        ),
        compared=True,
        findings=("error HDR511",),
    ),
    Case(
        "nginx: the app's origin overwritten by any, with credentials",
        on_nginx(
            'add_header Access-Control-Allow-Origin "*" always;'
            "location / { proxy_hide_header Access-Control-Allow-Origin; proxy_pass http://app; }",
            api(cors(PAGE, allow_credentials=True)),
        ),
        credentials=("include",),
        compared=True,
        findings=("error HDR511",),
    ),
    Case(
        "nginx: the app's allowed request headers overwritten",
        on_nginx(
            "add_header Access-Control-Allow-Headers Authorization always;"
            "location / { proxy_hide_header Access-Control-Allow-Headers; proxy_pass http://app; }",
            api(cors(PAGE, allow_headers=["X-Token"])),
        ),
        headers=(("X-Token", "7f3a"),),
        compared=True,
        findings=("error HDR511",),
    ),
    Case(
        "nginx: the app's origin overwritten on errors",
        on_nginx(
            "add_header Access-Control-Allow-Origin https://admin.example always;"
            "location / { proxy_hide_header Access-Control-Allow-Origin; proxy_pass http://app; }",
            api(cors(PAGE)),
        ),
        path="/nowhere",
        compared=True,
        findings=("error HDR511",),
    ),
    Case(
        "nginx: the app's expose list overwritten",
        on_nginx(
            "add_header Access-Control-Expose-Headers X-Request-ID always;"
            "location / { proxy_hide_header Access-Control-Expose-Headers; proxy_pass http://app; }",
            api(cors(PAGE, expose_headers=["X-Total-Count"])),
        ),
        path="/total",
        compared=True,
        findings=("warning HDR511",),
    ),
    Case(
        "nginx: a second expose list, compared",
        on_nginx(
            f"add_header Access-Control-Expose-Headers X-Request-ID always; {_TO_APP}",
            api(cors(PAGE, expose_headers=["X-Total-Count"])),
        ),
        path="/total",
        compared=True,
    ),
    Case(
        "nginx: its own origin, app down, compared",
        on_nginx(
            "add_header Access-Control-Allow-Origin https://admin.example always;"
            "location / { proxy_pass http://down; }",
            api(cors(PAGE)),
        ),
        compared=True,
        findings=("error HDR102", "warning HDR512"),
    ),
    Case(
        "nginx: the expose list hidden",
        on_nginx(
            "location / { proxy_hide_header Access-Control-Expose-Headers; proxy_pass http://app; }",
            api(cors(PAGE, expose_headers=["X-Total-Count"])),
        ),
        path="/total",
        compared=True,
        findings=("warning HDR511",),
    ),
    Case(
        "nginx: the ETag hidden",
        on_nginx(
            "location / { proxy_hide_header ETag; proxy_pass http://app; }", api(cors(PAGE, expose_headers=["ETag"]))
        ),
        path="/files/api.py",
        compared=True,
        findings=("warning HDR511",),
    ),
    Case(
        "nginx: Vary hidden",
        on_nginx("location / { proxy_hide_header Vary; proxy_pass http://app; }", api(cors(PAGE))),
        compared=True,
        findings=("warning HDR511",),
    ),
    Case(
        "nginx: gzip, and the tag made weak, compared",
        on_nginx(f"gzip on; gzip_types *; {_TO_APP}", api(cors(PAGE))),
        path="/files/api.py",
        compared=True,
        findings=("advice HDR512",),
    ),
    Case(
        "nginx: gzip, compared",
        on_nginx(f"gzip on; gzip_types *; {_TO_APP}", api(cors(PAGE))),
        path="/long",
        compared=True,
        findings=("advice HDR512",),
    ),
    Case(
        "nginx: a declared header hidden",
        on_nginx(
            "location / { proxy_hide_header X-Total-Count; proxy_pass http://app; }",
            api(cors(PAGE, expose_headers=["X-Total-Count"])),
        ),
        path="/declared",
        findings=("warning HDR314",),
    ),
    Case(
        "nginx: a declared header hidden, compared",
        on_nginx(
            "location / { proxy_hide_header X-Total-Count; proxy_pass http://app; }",
            api(cors(PAGE, expose_headers=["X-Total-Count"])),
        ),
        path="/declared",
        compared=True,
        findings=("warning HDR511",),
    ),
    Case(
        "nginx: CORS twice, compared",
        on_nginx(f"{_ALLOW_PAGE} always; {_TO_APP}", api(cors(PAGE))),
        compared=True,
        findings=("error HDR104",),
    ),
    Case(
        "nginx: app down, compared",
        on_nginx("location / { proxy_pass http://down; }", api(cors(PAGE))),
        compared=True,
        findings=("error HDR107", "warning HDR512"),
    ),
    Case(
        "nginx: a password before preflights, compared",
        on_nginx(f"auth_basic staging; auth_basic_user_file users; {_TO_APP}", api(cors(PAGE, allow_headers=["*"]))),
        headers=(TOKEN,),
        compared=True,
        findings=("error HDR201", "warning HDR512"),
    ),
)

CASES: Final = (*_HEALTHY, *_FAULTY, *_BEFORE_THE_APP)
