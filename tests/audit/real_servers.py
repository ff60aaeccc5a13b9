"""Real software with settings that let others read, and with such as don't: each is a source text as users write it.

The page that is meant to be allowed is `PAGE`, and the path is /items.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Final

from tests.audit.bed import PAGE
from tests.fixes.python_services import source
from tests.fixes.serving import in_python, script
from tests.serving.nginx import nginx


@dataclass(frozen=True)
class RealServer:
    """`settings` are what the stack has for CORS; over https if `tls`. The severities are by probe."""

    stack: str
    settings: str
    finds: dict[str, str]
    tls: bool = False

    def serve(self) -> AbstractContextManager[str]:
        """The URL of the service, without a slash at the end."""
        if self.stack == "nginx":
            return _nginx(self.settings, tls=self.tls)
        text = _SOURCES[self.stack] % self.settings
        return _node(text) if self.stack == "express" else in_python(self.stack, source(text))


_SOURCES: Final = {
    "flask": """
        from flask import Flask
        from flask_cors import CORS

        app = Flask("service")
        CORS(app, %s)

        @app.get("/items")
        def items():
            return ""
        """,
    "django": """
        from django.http import HttpResponse
        from django.urls import path

        urlpatterns = [path("items", lambda request: HttpResponse())]
        MIDDLEWARE = ["corsheaders.middleware.CorsMiddleware"]
        INSTALLED_APPS = ["corsheaders"]
        ROOT_URLCONF = __name__
        ALLOWED_HOSTS = ["*"]
        %s
        """,
    "starlette": """
        from fastapi import FastAPI
        from fastapi.middleware.cors import CORSMiddleware

        app = FastAPI()
        app.add_middleware(CORSMiddleware, %s)

        @app.get("/items")
        def items():
            return []
        """,
    "express": """
        const express = require("express"), cors = require("cors")
        const app = express()
        app.use(cors({ %s }))
        app.get("/items", (request, response) => response.json([]))
        app.listen(Number(process.argv[2]), "127.0.0.1")
        """,
}


def _node(text: str) -> AbstractContextManager[str]:
    return script("service.js", source(text), ["node", "service.js"])


@contextmanager
def _nginx(settings: str, *, tls: bool) -> Iterator[str]:
    adding = """
        add_header Access-Control-Allow-Origin $allowed always;
        add_header Access-Control-Allow-Credentials true always;
        location / { return 200 "[]"; }
        """
    with nginx(f'set $allowed "";\n{settings}\n{adding}', "http://127.0.0.1:9", tls=tls) as served:
        yield served.url


_ANY: Final = {"any-origin": "error"}
_PREFIX: Final = {"label-appended": "error"}
_SUFFIX: Final = {"text-prepended": "error", "http": "error"}

REAL: Final[dict[str, RealServer]] = {
    "flask-cors with a pattern without an end": RealServer(
        "flask", r"origins=r'https://app\.shop\.example', supports_credentials=True", _PREFIX
    ),
    "flask-cors with all origins and credentials": RealServer("flask", "origins='*', supports_credentials=True", _ANY),
    "flask-cors with a list": RealServer("flask", f"origins=['{PAGE}'], supports_credentials=True", {}),
    "flask-cors with a whole pattern": RealServer(
        "flask", r"origins=r'^https://app\.shop\.example$', supports_credentials=True", {}
    ),
    "django-cors-headers with a pattern without an end": RealServer(
        "django",
        r"CORS_ALLOWED_ORIGIN_REGEXES = [r'https://app\.shop\.example']; CORS_ALLOW_CREDENTIALS = True",
        _PREFIX,
    ),
    "django-cors-headers with all origins and credentials": RealServer(
        "django", "CORS_ALLOW_ALL_ORIGINS = True; CORS_ALLOW_CREDENTIALS = True", _ANY
    ),
    "django-cors-headers with a list": RealServer(
        "django", f"CORS_ALLOWED_ORIGINS = ['{PAGE}']; CORS_ALLOW_CREDENTIALS = True", {}
    ),
    "django-cors-headers with all origins": RealServer("django", "CORS_ALLOW_ALL_ORIGINS = True", {}),
    "Starlette with dots that are not escaped": RealServer(
        "starlette", "allow_origin_regex='https://app.shop.example', allow_credentials=True", {"dot-replaced": "error"}
    ),
    "Starlette with a pattern for any beginning": RealServer(
        "starlette", r"allow_origin_regex=r'https?://.*shop\.example', allow_credentials=True", _SUFFIX
    ),
    "Starlette with all origins and credentials": RealServer(
        "starlette", "allow_origins=['*'], allow_credentials=True", _ANY
    ),
    "Starlette with a pattern, which it compares as a whole": RealServer(
        "starlette", r"allow_origin_regex=r'https://app\.shop\.example', allow_credentials=True", {}
    ),
    "Starlette with all origins": RealServer("starlette", "allow_origins=['*']", {}),
    "cors for Express that reflects the origin": RealServer("express", "origin: true, credentials: true", _ANY),
    "cors for Express with a pattern without a beginning": RealServer(
        "express", r"origin: /shop\.example$/, credentials: true", _SUFFIX
    ),
    "cors for Express with a list": RealServer("express", f"origin: ['{PAGE}'], credentials: true", {}),
    "nginx with a condition for any part": RealServer(
        "nginx",
        r'if ($http_origin ~* "app\.shop\.example") { set $allowed $http_origin; }',
        {"label-appended": "error", "text-prepended-to-host": "warning", "http": "error"},
        tls=True,
    ),
    "nginx with the origin of the request": RealServer("nginx", "set $allowed $http_origin;", _ANY),
    "nginx with a whole pattern": RealServer(
        "nginx", r'if ($http_origin ~ "^https://app\.shop\.example$") { set $allowed $http_origin; }', {}, tls=True
    ),
    "nginx with the page": RealServer("nginx", f'set $allowed "{PAGE}";', {}),
}
