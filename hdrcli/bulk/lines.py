"""The lines of a list, one after the other, without waiting in the event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Iterator
from concurrent.futures import CancelledError
from hashlib import blake2b
from typing import BinaryIO, Final, NamedTuple

_LONGEST: Final = 64 * 2**10
"""Bytes of a line; the rest of a longer one is not read into memory."""
_BATCH: Final = 100
"""Lines that the thread hands over at once."""


class Line(NamedTuple):
    """A line of the list that is not empty and no comment; `number` counts all lines from 1."""

    number: int
    text: str
    is_too_long: bool = False

    @property
    def key(self) -> int:
        """64 bits that stand for the line: other text under the same number is another line."""
        digest = blake2b(f"{self.number} {self.text}".encode("utf-8", "surrogateescape"), digest_size=8).digest()
        return int.from_bytes(digest, "big") or 1


async def lines_of(source: BinaryIO) -> AsyncGenerator[Line]:
    """The lines of `source`, which a thread reads. Raises `OSError` where that fails.

    The thread doesn't keep the process from ending: it may wait for a pipe.
    """
    loop = asyncio.get_running_loop()
    batches: asyncio.Queue[list[Line] | OSError | None] = asyncio.Queue(maxsize=2)

    def put(batch: list[Line] | OSError | None) -> bool:
        """Hand over a batch, once there is room; False if nobody wants it any more, as the run has ended."""
        handing_over = batches.put(batch)
        try:
            asyncio.run_coroutine_threadsafe(handing_over, loop).result()
        except (CancelledError, RuntimeError):  # the latter if the event loop is closed
            handing_over.close()
            return False
        return True

    def read() -> None:
        last: OSError | None = None
        try:
            for batch in _batches(source):
                if not put(batch):
                    return
        except OSError as error:
            last = error
        except ValueError:  # the file is closed, as the run has ended
            return
        put(last)

    threading.Thread(target=read, daemon=True).start()
    while (batch := await batches.get()) is not None:
        if isinstance(batch, OSError):
            raise batch
        for line in batch:
            yield line


def _batches(source: BinaryIO) -> Iterator[list[Line]]:
    batch: list[Line] = []
    for line in _lines(source):
        batch.append(line)
        # The first lines are handed over at once: more may come late.
        if len(batch) == _BATCH or line.number < _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _lines(source: BinaryIO) -> Iterator[Line]:
    number = 0
    while data := source.readline(_LONGEST):
        number += 1
        rest = data
        while rest and not rest.endswith(b"\n"):
            rest = source.readline(_LONGEST)
        text = data.decode("utf-8-sig" if number == 1 else "utf-8", "surrogateescape").strip()
        if text and not text.startswith("#"):
            yield Line(number, text, is_too_long=rest is not data and bool(rest))
