"""Profiles of well-known clients that run in browsers: one module of data for each, with its `PROFILE`."""

from __future__ import annotations

from importlib import import_module
from typing import Final, get_args

from hdrcli.profiles.profile import Given, Profile, Step
from hdrcli.settings.routes import ProfileName

__all__ = ["NAMES", "Given", "Profile", "Step", "load_profile"]

NAMES: Final[tuple[str, ...]] = get_args(ProfileName)


def load_profile(name: str) -> Profile:
    """The profile of this name, which is one of `NAMES`."""
    profile: Profile = import_module(f"hdrcli.profiles.{name.replace('-', '_')}").PROFILE
    return profile
