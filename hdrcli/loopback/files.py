"""The files of a page: its own, and those that all pages share."""

from __future__ import annotations

from pathlib import Path

from fastapi.staticfiles import StaticFiles


def page_files(folder: Path) -> StaticFiles:
    """An app that serves the files in a page's folder, and those in `page/` next to this module."""
    return StaticFiles(directory=folder, packages=[("hdrcli.loopback", "page")], html=True)
