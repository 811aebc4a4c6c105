"""renewal.sh, beside a real PostgreSQL."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pods import REPOSITORY
from servers import ADMIN, HOST, PASSWORD, Server

SIGN_OF_LIFE = Path("/tmp/renewal")


class Renewal:
    """The program as its container runs it, on a folder of its own."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.folder, self.server = folder, server
        (folder / "tls.crt").write_text("one")
        server_address = {"PGHOST": HOST, "PGPORT": str(server.port), "PGUSER": ADMIN, "PGPASSWORD": PASSWORD}
        environment = {**os.environ, **server_address, "PGDATABASE": "postgres"}
        command = ["bash", REPOSITORY / "runtime/renewal.sh", folder]
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def loaded(self) -> object:
        """When the server read its configuration last."""
        return self.server.execute("select pg_conf_load_time()")[0][0]

    def wait_for_another(self, before: object) -> object:
        """Wait until the server has read its configuration again, and return when that was."""
        deadline = time.monotonic() + 20
        while (now := self.loaded()) == before:
            assert time.monotonic() < deadline, "the server was not told"
            time.sleep(0.1)
        return now


@pytest.fixture
def renewal(tmp_path: Path, server: Server) -> Iterator[Renewal]:
    before = server.execute("select pg_conf_load_time()")[0][0]
    running = Renewal(tmp_path, server)
    running.wait_for_another(before)
    yield running
    running.process.kill()
    running.process.communicate()


def test_the_server_is_told_of_another_certificate_and_of_no_other_change(renewal: Renewal) -> None:
    SIGN_OF_LIFE.unlink(missing_ok=True)
    first = renewal.loaded()
    os.utime(renewal.folder / "tls.crt")
    time.sleep(6)
    assert renewal.loaded() == first
    (renewal.folder / "tls.crt").write_text("two")
    renewal.wait_for_another(first)
    deadline = time.monotonic() + 20
    while not SIGN_OF_LIFE.exists():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_it_ends_at_once_when_it_is_told_to(renewal: Renewal) -> None:
    begin = time.monotonic()
    renewal.process.send_signal(signal.SIGTERM)
    renewal.process.wait(timeout=10)
    assert time.monotonic() - begin < 4  # its sleeps are of 5 s


def test_a_server_that_is_not_there_yet_is_waited_for(tmp_path: Path, server: Server) -> None:
    (tmp_path / "tls.crt").write_text("one")
    environment = {**os.environ, "PGHOST": str(tmp_path), "PGUSER": ADMIN, "PGDATABASE": "postgres"}
    program = ["bash", REPOSITORY / "runtime/renewal.sh", tmp_path]
    with subprocess.Popen(program, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        time.sleep(1)
        assert process.poll() is None
        process.terminate()
        assert process.communicate(timeout=10)[0] == b""
