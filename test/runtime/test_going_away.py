"""going_away.py: what websockets hear of a pod that stops, from a real Gunicorn with `-k asgi`."""

from __future__ import annotations

import signal
import socket
import time

import pytest

from pods import finish
from servers import HOST
from test_asgi import asgi, masked

HANDSHAKE = (
    f"GET /ws/ HTTP/1.1\r\nHost: {HOST}\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
).encode()
GOING_AWAY = b"\x88\x02\x03\xe9"
ANSWER = b"\x88\x82" + bytes(4) + b"\x03\xe9"
CHATTY = """
import asyncio


async def application(scope, receive, send):
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        try:
            while True:
                await send({"type": "websocket.send", "text": "tick"})
                await asyncio.sleep(0.01)
        except OSError:
            print("the application knows", flush=True)
    elif scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})
"""


@pytest.fixture
def asgi_pod(bare_pod):
    from test_asgi import ASGI, URLS

    bare_pod.write("main_app/asgi.py", ASGI)
    bare_pod.write("main_app/urls.py", URLS)
    return bare_pod


def websocket(port):
    client = socket.create_connection((HOST, port), timeout=20)
    client.sendall(HANDSHAKE)
    assert client.recv(1000).startswith(b"HTTP/1.1 101 ")
    return client


def test_a_websocket_is_closed_with_a_word_when_the_pod_stops(asgi_pod):
    with asgi(asgi_pod) as (process, connection):
        client = websocket(connection.port)
        client.sendall(masked("hello"))
        assert client.recv(1000) == b"\x81\x05HELLO"
        connection.close()
        begin = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert client.recv(1000) == GOING_AWAY
        client.sendall(ANSWER)
        assert client.recv(1000) == b""
        assert finish(process).returncode == 0
        assert time.monotonic() - begin < 20  # not cut when its time is over


def test_nothing_follows_that_word_and_the_application_hears_of_it(asgi_pod):
    asgi_pod.write("main_app/asgi.py", CHATTY)
    with asgi(asgi_pod) as (process, connection):
        client = websocket(connection.port)
        connection.close()
        process.send_signal(signal.SIGTERM)
        said = b""
        while GOING_AWAY not in said:
            said += client.recv(1000)
        client.settimeout(0.3)
        with pytest.raises(TimeoutError):
            client.recv(1000)
        client.settimeout(20)
        client.sendall(ANSWER)
        assert client.recv(1000) == b""
        assert said.endswith(GOING_AWAY)
        assert "the application knows" in finish(process).stdout
