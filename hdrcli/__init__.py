"""Which response headers can a browser's JavaScript read, and why not the others?

from hdrcli import Settings, check

report = check(Settings(urls=("http://localhost:8000/items",)))
"""

from __future__ import annotations

TYPE_CHECKING = False  # as type checkers know it; `import typing` would take a third of the time of `--version`
if TYPE_CHECKING:
    from hdrcli.inspection import check, check_async
    from hdrcli.model import ExitStatus, Expectation, Report, Settings, UsageError

__version__ = "0.1.0"

__all__ = ["ExitStatus", "Expectation", "Report", "Settings", "UsageError", "__version__", "check", "check_async"]


def __getattr__(name: str) -> object:
    """Import what is asked for when it is asked for: `hdrcli --version` needs none of it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    module = "hdrcli.inspection" if name.startswith("check") else "hdrcli.model"
    return getattr(import_module(module), name)
