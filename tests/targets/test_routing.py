"""The routes of apps without an OpenAPI document, by framework; where an app that describes itself has the document."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

from tests.targets.projects import project, readable, report, run

FLASK: Final = """
    from flask import Flask

    app = Flask(__name__)

    @app.get("/items")
    def items():
        return []

    @app.get("/items/<int:number>")
    def item(number):
        return {}

    @app.get("/in/<any(de, 'en'):language>")
    def language(language):
        return {}

    @app.delete("/items/<uuid:key>")
    def remove(key):
        return {}

    @app.get("/described")
    def described():
        return {}
"""
STARLETTE: Final = """
    from starlette.applications import Starlette
    from starlette.responses import PlainTextResponse
    from starlette.routing import Mount, Route, WebSocketRoute

    def respond(request):
        return PlainTextResponse("")

    routes = [
        Route("/items", respond, methods=["GET"]),
        Route("/items/{number:int}", respond),
        Route("/items/{key:uuid}", respond, methods=["DELETE"]),
        WebSocketRoute("/socket", respond),
    ]
    app = Starlette(routes=[Mount("/v1", routes=routes)])
"""
DJANGO: Final = {
    "manage.py": """
        import os
        os.environ["DJANGO_SETTINGS_MODULE"] = "shop.settings.local"
    """,
    "shop/settings/local.py": """
        SECRET_KEY = "none"
        ALLOWED_HOSTS = ["127.0.0.1"]
        ROOT_URLCONF = "shop.urls"
        INSTALLED_APPS = ["django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes",
            "django.contrib.messages", "django.contrib.sessions"]
        USE_I18N = True
    """,
    "shop/views.py": """
        from django.http import HttpResponse
        from django.views import View
        from django.views.decorators.csrf import csrf_exempt
        from django.views.decorators.http import require_http_methods

        def items(request, **values):
            return HttpResponse("", headers={"X-Items": "1"})

        class Orders(View):
            def get(self, request):
                return HttpResponse("")

            def put(self, request):
                return HttpResponse("")

        @csrf_exempt
        @require_http_methods(["PATCH"])
        def change(request):
            return HttpResponse("")

        class ViewSet:
            "As the REST framework makes views of it."

            def __init__(self, actions):
                self.actions = actions

            def __call__(self, request, **values):
                return HttpResponse("")
    """,
    "shop/urls.py": """
        from django.contrib import admin
        from django.urls import include, path, re_path
        from shop import views

        inner = [
            path("items/", views.items),
            path("items/<int:number>/", views.items),
            re_path(r"^old/(?P<year>[0-9]{4})/$", views.items),
            path("orders/", views.Orders.as_view()),
            path("change/", views.change),
            path("things/", views.ViewSet({"get": "list", "delete": "destroy"})),
            path("things.<format>/", views.ViewSet({"get": "list"})),
        ]
        urlpatterns = [path("admin/", admin.site.urls), path("api/", include(inner))]
    """,
}


def listed(service: dict[str, Any]) -> tuple[set[str], set[str]]:
    """The routes that are checked and those that are skipped: method and path."""
    base = "http://127.0.0.1:8000"
    return (
        {f"{route['method']} {route['url'].removeprefix(base)}" for route in service["routes"]},
        {f"{route['method']} {route['path']}" for route in service["skipped_routes"]},
    )


@pytest.mark.parametrize(
    ("files", "word", "checked", "skipped"),
    [
        (
            {"main.py": FLASK},
            "main:app",
            {"GET /items", "GET /in/de", "DELETE /items/00000000-0000-4000-8000-000000000000", "GET /described"},
            {"GET /items/{number}"},
        ),
        (
            {"main.py": STARLETTE},
            "main:app",
            {"GET /v1/items", "DELETE /v1/items/00000000-0000-4000-8000-000000000000"},
            {"GET /v1/items/{number}"},
        ),
        (
            DJANGO,
            ".",
            {
                "GET /api/items/",
                "GET /api/orders/",
                "PUT /api/orders/",
                "PATCH /api/change/",
                "GET /api/things/",
                "DELETE /api/things/",
            },
            {"GET /api/items/{number}/", "GET /api/old/{year}/"},
        ),
    ],
    ids=["Flask", "Starlette", "Django"],
)
def test_routes(tmp_path: Path, files: dict[str, str], word: str, checked: set[str], skipped: set[str]) -> None:
    service, _ = report(project(tmp_path, files), word)

    assert listed(service) == (checked, skipped)
    assert all("--param" in route["reason"] for route in service["skipped_routes"])


def test_values_for_parameters(tmp_path: Path) -> None:
    values = ("--param=number=7", "--param=year=1999")
    checked, skipped = listed(report(project(tmp_path, DJANGO), ".", *values)[0])

    assert {"GET /api/items/7/", "GET /api/old/1999/"} <= checked
    assert skipped == set()


def test_the_settings_of_manage_py_count_and_the_admin_site_is_skipped(tmp_path: Path) -> None:
    files = DJANGO | {
        "shop/settings/production.py": "raise ImportError",
        "shop/wsgi.py": """
            import os
            from django.core.wsgi import get_wsgi_application

            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings.production")
            application = get_wsgi_application()
        """,
    }
    service, _ = report(project(tmp_path, files), ".")

    assert service["service"] == "shop.wsgi:application"
    assert any(limit.startswith("/admin/ is skipped") for limit in service["limits"])


def test_a_urlconf_that_fails(tmp_path: Path) -> None:
    files = DJANGO | {"shop/urls.py": "x = 1\nraise ValueError('password=hunter2')\n"}
    folder = project(tmp_path, files)
    service, ended = report(folder, ".")

    assert ended.status == 1
    assert "hunter2" not in run(folder, ".").out
    assert any("ValueError" in limit and "shop/urls.py, line 2" in limit for limit in service["limits"])
    assert "hunter2" not in ended.out  # the app's own log is on standard error


def test_an_app_that_describes_itself_at_a_path_of_its_own(tmp_path: Path) -> None:
    text = FLASK.replace('"/described"', '"/v1/apispec.json"').replace(
        "def described():\n        return {}",
        'def described():\n        return {"openapi": "3.1.0", "paths": {"/items": {"get": {"tags": ["a"]}}}}',
    )
    service, _ = report(project(tmp_path, {"main.py": text}), "main:app", "--tag=a")

    assert listed(service) == ({"GET /items"}, set())
    assert readable(service) == {}
