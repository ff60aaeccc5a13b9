"""The lifespan of an ASGI app: what it does before the first request, and after the last one.

An app that raises without having said that its startup failed knows no lifespan, as with uvicorn's `--lifespan auto`.
Source: https://asgi.readthedocs.io/en/latest/specs/lifespan.html
"""

from __future__ import annotations

import asyncio

from hdrcli.wire.over_asgi import ASGI, ASGIApp, Message


class StartupError(Exception):
    """The app's startup failed; the cause is what it raised, if it raised anything."""


class Lifespan:
    """All of it is one task of the app, within the app's event loop. `state` is what the app has stored there."""

    def __init__(self, app: ASGIApp) -> None:
        self.state: Message = {}
        self._app = app
        self._received: asyncio.Queue[Message] = asyncio.Queue()
        self._is_up = asyncio.Event()
        self._is_down = asyncio.Event()
        self._failure: str | None = None
        self._raised: BaseException | None = None

    async def start(self) -> None:
        """Run the startup to its end. Raises `StartupError`."""
        self._task = asyncio.create_task(self._run())
        self._received.put_nowait({"type": "lifespan.startup"})
        await self._is_up.wait()
        if self._failure is not None:
            await self._is_down.wait()
            raise StartupError(self._failure) from self._raised

    async def stop(self) -> None:
        """Run the shutdown to its end, if there is one."""
        self._received.put_nowait({"type": "lifespan.shutdown"})
        await self._is_down.wait()

    async def _run(self) -> None:
        scope: Message = {"type": "lifespan", "asgi": ASGI, "state": self.state}
        try:
            await self._app(scope, self._received.get, self._send)
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # noqa: BLE001 -- SystemExit, too: it is reported
            self._raised = error
            if isinstance(error, SystemExit) and not self._is_up.is_set():
                self._failure = "it ended the process"
        finally:
            self._is_up.set()
            self._is_down.set()

    async def _send(self, message: Message) -> None:
        match message["type"]:
            case "lifespan.startup.complete":
                self._is_up.set()
            case "lifespan.startup.failed":
                self._failure = str(message.get("message", ""))
                self._is_up.set()
            case "lifespan.shutdown.complete" | "lifespan.shutdown.failed":
                self._is_down.set()
            case _:
                pass
