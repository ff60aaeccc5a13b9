"""Bounds of JSON: a server decides how long its texts are, and how many headers it sends and lists.

Of a list that is too long the first items stay, and its object says how many are missing: {"headers": [...],
"more_headers": 14500}. A text that is too long is shortened, and says how long it was. The texts of an object share a
budget, and so do those of each list of headers; when it is used up, texts that are longer than a name are shortened. So
a report is never much larger than what came over the wire, and tools that read logs can take it. The lists of services
and routes are the user's, and have no bounds.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from hdrcli.reporters.json_exchanges import JSON
from hdrcli.reporters.view import shortened
from hdrcli.text.json_text import json_text

_MOST_ITEMS: Final = 500
_FEW_ITEMS: Final = 100
"""Items of a list in a value that may be short."""
_LONGEST: Final = 8000
"""Characters of a text: few servers can send a longer line."""
_SHORTEST: Final = 120
"""Characters of a text when the budget is used up."""
_BUDGET: Final = 100_000
_BUDGET_OF_HEADERS: Final = 60_000


class _Budget(Struct):
    """The number of characters that are left."""

    left: int


def bounded(value: JSON) -> JSON:
    """A route or a finding within the bounds."""
    return _object(value, _Budget(_BUDGET))


def bounded_text(value: JSON) -> str:
    """Such a value as one line of JSON. Most are so short that nothing in them can be too long."""
    if not any(isinstance(member, list) and len(member) > _FEW_ITEMS for member in value.values()):
        text = json_text(value)
        if len(text) <= _LONGEST and text.count(",") < _MOST_ITEMS:
            return text
    return json_text(bounded(value))


def _object(value: JSON, budget: _Budget) -> JSON:
    shown: JSON = {}
    for name, member in value.items():
        if isinstance(member, list):
            shown[name] = _list(member, _Budget(_BUDGET_OF_HEADERS) if name == "headers" else budget)
            if len(member) > _MOST_ITEMS:
                shown[f"more_{name}"] = len(member) - _MOST_ITEMS
        else:
            shown[name] = _value(member, budget)
    return shown


def _list(items: list[object], budget: _Budget) -> list[object]:
    return [_value(item, budget) for item in items[:_MOST_ITEMS]]


def _value(value: object, budget: _Budget) -> object:
    if isinstance(value, str):
        if len(value) > _SHORTEST:
            value = shortened(value, _LONGEST if budget.left > 0 else _SHORTEST)
        budget.left -= len(value)
        return value
    if isinstance(value, dict):
        return _object(value, budget)
    return _list(value, budget) if isinstance(value, list) else value
