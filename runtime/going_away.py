"""Closes websockets when their worker stops. To Gunicorn they are requests, which it cuts when their time is over."""

from __future__ import annotations

import asyncio
import contextlib

CODE = 1001  # "going away", RFC 6455 section 7.4.1
LOOK = 0.5  # seconds


def watch(worker) -> None:
    """Close every websocket of a worker of `-k asgi` when it stops, after a signal or its last request."""
    websockets = Websockets(worker.asgi)
    worker.asgi = websockets

    async def wait():
        while worker.alive:
            await asyncio.sleep(LOOK)
        await websockets.close()

    websockets.waiting = worker.loop.create_task(wait())  # the loop itself would forget it


class Websockets:
    """An ASGI application that can close the websockets of another one."""

    def __init__(self, application) -> None:
        self.application = application
        self.open: set = set()
        self.stopping = False

    async def close(self) -> None:
        """Say it to every client, and wait for the answers; one that is accepted from now on hears it at once."""
        self.stopping = True
        await asyncio.gather(*(close() for close in self.open))

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "websocket":
            await self.application(scope, receive, send)
            return
        saying = False

        async def close():
            nonlocal saying
            saying = True
            with contextlib.suppress(OSError, RuntimeError):  # the client has gone
                await send({"type": "websocket.close", "code": CODE})
            saying = False

        async def say(message):
            if saying:
                return  # nothing may follow a close frame; the application hears of it when the client has answered
            await send(message)
            if message["type"] == "websocket.accept":
                self.open.add(close)
                if self.stopping:
                    await close()

        try:
            await self.application(scope, receive, say)
        finally:
            self.open.discard(close)
