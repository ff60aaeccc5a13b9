"""Finds the app of a project as `fastapi dev` does, and those of Flask and Django projects as their commands do.

Sources: https://fastapi.tiangolo.com/fastapi-cli/, https://flask.palletsprojects.com/en/stable/cli/#application-discovery
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Final

from hdrcli.records.errors import UsageError
from hdrcli.targets.app.loading import AppName

FILES: Final = ("main.py", "app.py", "api.py", "app/main.py", "app/app.py", "app/api.py", "wsgi.py", "asgi.py")
"""In this order. The first six are those of `fastapi dev`."""

_django_settings = re.compile(r"""DJANGO_SETTINGS_MODULE["'],\s*["']([\w.]+)\.settings""").search


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
    raise UsageError(
        "No app is found here: there is no [tool.fastapi] entrypoint in pyproject.toml, and none of "
        f"{', '.join(FILES)}, manage.py. Name it, such as package.module:app."
    )


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
    if not manage.is_file():
        return None
    found = _django_settings(manage.read_text("utf-8", "replace"))
    return found and app_called(f"{found[1]}.wsgi", "application")


def _folders(here: Path) -> tuple[Path, ...]:
    return (here, here / "src") if (here / "src").is_dir() else (here,)
