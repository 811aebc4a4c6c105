"""gunicorn.conf.py with `-k asgi`: a real Gunicorn that loads the project's asgi.py."""

from __future__ import annotations

import base64
import json
import socket
import time

import pytest

from pods import finish
from servers import HOST
from test_gunicorn import IDLE_SECONDS, get, serving, workers

ASGI = """
import asyncio

from django.core.asgi import get_asgi_application

django = get_asgi_application()


async def application(scope, receive, send):
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            await send({"type": "websocket.send", "text": message["text"].upper()})
    else:
        await django(scope, receive, send)
"""

URLS = """
import asyncio
import json
import os
import pathlib

from django.http import HttpResponse, StreamingHttpResponse
from django.urls import path


def answer(request):
    said = {"pid": os.getpid(), "secret": os.environ["SECRET_KEY"], "path": request.path, "scheme": request.scheme}
    return HttpResponse(json.dumps(said))


async def count():
    for number in range(3):
        yield f"data: {number}\\n\\n"
        while not pathlib.Path("heard").exists():
            await asyncio.sleep(0.05)


async def events(request):
    return StreamingHttpResponse(count(), content_type="text/event-stream")


urlpatterns = [path("", answer), path("events", events)]
"""

ONE_THREAD = {"GUNICORN_THREADS": "1"}


@pytest.fixture
def asgi_pod(bare_pod):
    """A pod whose project has websockets and a stream."""
    bare_pod.write("main_app/asgi.py", ASGI)
    bare_pod.write("main_app/urls.py", URLS)
    return bare_pod


def asgi(pod):
    return serving(pod, "asgi", **ONE_THREAD)


def masked(text: str) -> bytes:
    """A text as a frame from a client, under a mask of zeros."""
    return bytes([0x81, 0x80 | len(text)]) + bytes(4) + text.encode()


def test_every_worker_serves_with_the_secrets(asgi_pod):
    with asgi(asgi_pod) as (process, connection):
        status, body = get(connection)
        answer = json.loads(body)
        assert (status, answer["secret"]) == (200, "not so secret")
        assert answer["pid"] in workers(process.pid)


def test_an_idle_connection_stays_open(asgi_pod):
    with asgi(asgi_pod) as (_, connection):
        before = connection.sock
        time.sleep(IDLE_SECONDS)
        assert get(connection)[0] == 200
        assert connection.sock is before
        connection.close()


def test_django_knows_that_the_front_was_asked_by_https(asgi_pod):
    with asgi(asgi_pod) as (_, connection):
        assert json.loads(get(connection, "/", **{"X-Forwarded-Proto": "https"})[1])["scheme"] == "https"
        assert json.loads(get(connection, "/", **{"X-Forwarded-Proto": "http"})[1])["scheme"] == "http"
        connection.close()


def test_a_client_cannot_rewrite_the_path(asgi_pod):
    with asgi(asgi_pod) as (_, connection):
        status, body = get(connection, "/", PATH_INFO="/admin/", SCRIPT_NAME="/x")
        assert (status, json.loads(body)["path"]) == (200, "/")
        connection.close()


def test_events_leave_one_by_one(asgi_pod):
    with asgi(asgi_pod) as (_, connection):
        connection.request("GET", "/events")
        response = connection.getresponse()
        assert response.read1() == b"data: 0\n\n"
        (asgi_pod.project / "heard").touch()  # nothing more leaves before
        assert response.read() == b"data: 1\n\ndata: 2\n\n"
        connection.close()


def test_a_websocket_is_opened_and_answers(asgi_pod):
    with asgi(asgi_pod) as (_, connection):
        with socket.create_connection((HOST, connection.port), timeout=20) as client:
            key = base64.b64encode(bytes(16)).decode()
            lines = [f"GET /ws/ HTTP/1.1\r\nHost: {HOST}\r\nConnection: upgrade\r\nUpgrade: websocket"]
            lines += [f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"]
            client.sendall("\r\n".join(lines).encode())
            assert client.recv(1000).startswith(b"HTTP/1.1 101 ")
            client.sendall(masked("hello"))
            assert client.recv(1000) == b"\x81\x05HELLO"
        connection.close()


def test_nothing_is_said_of_threads(asgi_pod):
    with asgi(asgi_pod) as (process, connection):
        connection.close()
    said = finish(process).stderr
    assert "ASGI server listening" in said
    assert "threads" not in said
