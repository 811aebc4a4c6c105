"""A line to a server on which bytes change."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from servers import HOST

HEAD_END = b"\r\n\r\n"
# Bytes: longer than any head.
LONG = 10_000


def _carry(source: socket.socket, target: socket.socket, *, flip: bool) -> None:
    """Hand on what comes, the last byte of every long part of a body changed."""
    with suppress(OSError), source, target:
        while data := source.recv(1 << 16):
            rest = data.partition(HEAD_END)[2] or data
            target.sendall(data[:-1] + bytes([data[-1] ^ flip]) if len(rest) > LONG else data)
        target.shutdown(socket.SHUT_WR)


@contextmanager
def noisy_line(port: int) -> Iterator[str]:
    """The address of a line to that port of this machine."""
    with socket.create_server((HOST, 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    client, _ = listener.accept()
                except OSError:
                    return
                server = socket.create_connection((HOST, port))
                for ends, flip in (((client, server), True), ((server.dup(), client.dup()), False)):
                    threading.Thread(target=_carry, args=ends, kwargs={"flip": flip}, daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://{HOST}:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
