"""The stacks that services are made of: how each is recognised, and how a fix is written for it.

    layers = recognise_layers(responses)
    text = text_for(Setting(concept="expose", values=("X-Total-Count",)), layers.stack)

Recognition loads a stack's module only where a response has a clue of it; the texts are loaded when they are written.
"""

from __future__ import annotations

from hdrcli.stacks.recognition import Layer, Recognised, Recogniser, recognise, recognise_layers
from hdrcli.stacks.registry import ANY, STACKS, known_stack, stack_by_name
from hdrcli.stacks.stack import Stack
from hdrcli.stacks.writing import fix_for, fix_text, text_for, write

__all__ = [
    "ANY",
    "STACKS",
    "Layer",
    "Recognised",
    "Recogniser",
    "Stack",
    "fix_for",
    "fix_text",
    "known_stack",
    "recognise",
    "recognise_layers",
    "stack_by_name",
    "text_for",
    "write",
]
