"""readyz.py: what the page of a site says that only answers to its own name."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from pods import REPOSITORY

PAGES = {
    "/ready": (200, "text/plain; charset=utf-8", "ok\nand more", {}),
    "/away": (503, "text/plain", "The database does not answer.", {}),
    "/broken": (500, "text/html", "<!doctype html>", {}),
    "/slashed": (301, "text/html", "", {"Location": "/slashed/"}),
    "/slashed/": (200, "text/plain", "with a slash", {}),
    "/private": (302, "text/html", "", {"Location": "/login/?next=/private"}),
    "/login/?next=/private": (200, "text/plain", "who are you?", {}),
    "/empty": (200, "text/plain", "", {}),
}


class Site(BaseHTTPRequestHandler):
    """Answers over HTTPS alone, as a front would have it, and to one host."""

    def do_GET(self) -> None:
        allowed = self.headers["Host"] == "shop.example.com" and self.headers["X-Forwarded-Proto"] == "https"
        missing = (404, "text/html", "not here", {})
        status, kind, text, more = PAGES.get(self.path, missing) if allowed else (400, "text/html", "", {})
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in more.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_arguments: object) -> None:
        """A test that fails shows what was printed."""


@pytest.fixture
def port() -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever).start()
        yield server.server_port
        server.shutdown()


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/ready", "200 ok\n"),
        ("/away", "503 The database does not answer.\n"),
        ("/broken", "500 \n"),
        ("/slashed", "200 with a slash\n"),
        ("/private", "302 \n"),
        ("/empty", "200 \n"),
        ("/no-such", "404 \n"),
    ],
)
def test_the_status_and_the_first_line_of_text_are_said(port: int, path: str, said: str) -> None:
    assert ask(port, "shop.example.com", path).stdout == said


def test_another_host_is_refused_as_by_django(port: int) -> None:
    assert ask(port, "127.0.0.1", "/ready").stdout == "400 \n"


def test_nobody_who_listens_is_an_error() -> None:
    result = ask(1, "shop.example.com", "/ready")
    assert result.returncode == 1
    assert "ConnectionRefusedError" in result.stderr


def ask(port: int, host: str, path: str) -> subprocess.CompletedProcess[str]:
    """Run it as the command does, which hands over its text."""
    program = (REPOSITORY / "runtime/readyz.py").read_text()
    return subprocess.run(
        [sys.executable, "-c", program, str(port), host, path], capture_output=True, text=True, check=False
    )
