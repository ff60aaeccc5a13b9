"""Environment variables in values of the file: `${NAME}`. A literal `${` is written `$${`."""

from __future__ import annotations

import re
from collections.abc import Mapping

_variables = re.compile(r"\$(\$)?\{([^}]*)\}")


class UnsetVariableError(ValueError):
    """A variable that is needed is not set, or empty."""


def expand(text: str, environment: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """The text with the values of its variables, and these values.

    Raises `UnsetVariableError`, with a sentence that names the variable. An empty one is mostly a mistake, too.
    """
    values: list[str] = []

    def value(found: re.Match[str]) -> str:
        escaped, name = found.groups()
        if escaped:
            return found[0][1:]
        if not environment.get(name):
            raise UnsetVariableError(f'the environment variable "{name}" is not set, or it is empty.')
        values.append(environment[name])
        return environment[name]

    return _variables.sub(value, text), tuple(values)
