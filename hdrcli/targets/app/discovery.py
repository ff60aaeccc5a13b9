"""Finds the app of a project as `fastapi dev` does, and those of Flask and Django projects as their commands do.

Sources: https://fastapi.tiangolo.com/fastapi-cli/, https://flask.palletsprojects.com/en/stable/cli/#application-discovery
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Final

from hdrcli.records.errors import UsageError
from hdrcli.structs import replace
from hdrcli.targets.app.loading import FACTORIES, PREFERRED, AppName

FILES: Final = ("main.py", "app.py", "api.py", "app/main.py", "app/app.py", "app/api.py", "wsgi.py", "asgi.py")
"""In this order. The first six are those of `fastapi dev`."""

_SHOWN_APPS: Final = 4
_defines_app = re.compile(
    rf"^(?:{'|'.join(PREFERRED)})\b[^=\n(]*=|^def (?:{'|'.join(FACTORIES)})\(", re.MULTILINE
).search
_SETTINGS: Final = "DJANGO_SETTINGS_MODULE"
_django_settings = re.compile(rf"""{_SETTINGS}["']\]?\s*[,=]\s*["']([\w.]+)["']""").search


def app_called(module: str, attribute: str) -> AppName:
    """`package.module:attribute`, as uvicorn takes it; modules are looked for here and in `src`."""
    return AppName(module=module, attribute=attribute, folders=_folders(Path.cwd()))


def app_of_file(path: Path) -> AppName:
    """The app of a Python file. Its module's name begins below the outermost package that it is in.

    Source: https://github.com/fastapi/fastapi-cli/blob/main/src/fastapi_cli/discover.py
    """
    module = path.resolve()
    module = module.parent if module.stem == "__init__" else module
    parts, folder = [module.stem], module.parent
    while (folder / "__init__.py").is_file():
        parts.insert(0, folder.name)
        folder = folder.parent
    here = _folders(Path.cwd())
    return AppName(module=".".join(parts), folders=tuple(dict.fromkeys((folder, *here))))


def app_of_project() -> AppName:
    """The app of the project in the current directory. Raises `UsageError` that lists where it was looked for."""
    configured = _entrypoint(Path("pyproject.toml"))
    if configured is not None:
        return configured
    path = next((path for path in map(Path, FILES) if path.is_file()), None)
    if path is not None:
        return app_of_file(path)
    django = _django_project(Path("manage.py"))
    if django is not None:
        return django
    below = _below_packages(Path.cwd())
    if len(below) == 1:
        return app_of_file(below[0])
    if below:
        names = ", ".join(str(app_of_file(path)) + PREFERRED[0] for path in below[:_SHOWN_APPS])
        raise UsageError(f"Several files may have the project's app. Name it, such as {names}.")
    raise UsageError(
        "No app was found: there is no [tool.fastapi] entrypoint in pyproject.toml, and no app in "
        f"{', '.join(FILES)} or manage.py, here or in a package. Name it, such as package.module:app. For a service in "
        "another language, give its URL, or start it with --launch."
    )


def _below_packages(here: Path) -> list[Path]:
    """The files with the usual names in the project's packages, which may be in `src`."""
    folders = [*_folders(here)[1:], *(path for each in _folders(here) for path in sorted(each.iterdir()))]
    folders = [folder for folder in folders if folder.name == "src" or (folder / "__init__.py").is_file()]
    files = dict.fromkeys(path for path in FILES if "/" not in path)
    return [path for folder in folders for name in files if (path := folder / name).is_file() and _makes_app(path)]


def _makes_app(path: Path) -> bool:
    """Whether a file assigns to the usual name of an app, or defines a function with the usual name for making one."""
    return _defines_app(path.read_text("utf-8", "replace")) is not None


def _entrypoint(project: Path) -> AppName | None:
    try:
        text = project.read_text("utf-8")
        configured = tomllib.loads(text).get("tool", {}).get("fastapi", {}).get("entrypoint")
    except FileNotFoundError:
        return None
    except (OSError, ValueError, AttributeError):
        raise UsageError(f'"{project}" cannot be read: it is not TOML with tables as [tool.fastapi].') from None
    if configured is None:
        return None
    module, _, attribute = configured.partition(":") if isinstance(configured, str) else ("", "", "")
    if not module or not attribute:
        raise UsageError(f'"{project}": the [tool.fastapi] entrypoint is not of the form "package.module:app".')
    return app_called(module, attribute)


def _django_project(manage: Path) -> AppName | None:
    """The app of a Django project, with the settings of its manage.py, as `runserver` has them.

    It is that of wsgi.py or asgi.py next to the settings, or else the one that Django makes.
    """
    found = _django_settings(manage.read_text("utf-8", "replace")) if manage.is_file() else None
    if found is None:
        return None
    package = re.sub(r"\.?settings(?:\.\w+)*$", "", found[1])
    folder = Path(*package.split("."))
    for name in ("wsgi", "asgi"):
        if (folder / f"{name}.py").is_file():
            app = app_called(f"{package}.{name}".lstrip("."), "application")
            break
    else:
        app = app_called("django.core.wsgi", "get_wsgi_application")
    return replace(app, environment=((_SETTINGS, found[1]),))


def _folders(here: Path) -> tuple[Path, ...]:
    return (here, here / "src") if (here / "src").is_dir() else (here,)
