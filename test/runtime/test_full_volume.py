"""A server whose volume is full: what it has acknowledged is there when the volume has grown."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from servers import HOST, Server

# What fills the volume, and a row that says so.
# A checkpoint each time lets the WAL use its files again, so that only the table grows.
LOADS = {
    "a table": "insert into ledger select {number}, repeat('x', 8000) from generate_series(1, 100); checkpoint",
    "the WAL": "insert into ledger values ({number}); select pg_logical_emit_message(true, '', repeat('x', 8000000))",
}


@pytest.fixture
def folder() -> Iterator[Path]:
    """The folder of a server whose data are in a volume that is small and can grow."""
    folder = Path(tempfile.mkdtemp(prefix="runtime-test-"))
    (folder / "data").mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128m", "volume", folder / "data"], check=True)
    shutil.chown(folder / "data", "postgres")
    yield folder
    subprocess.run(["umount", folder / "data"], check=True)
    shutil.rmtree(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a small disk")
@pytest.mark.parametrize(("first", "max_wal_size"), [("a table", "32MB"), ("the WAL", "1GB")])
def test_what_is_acknowledged_before_it_is_full_is_there_when_it_has_grown(folder, first, max_wal_size):
    server = Server(folder, fsync="on", max_wal_size=max_wal_size)
    server.wait()
    try:
        server.execute("create table ledger (number int, content text)")
        server.execute("alter table ledger alter content set storage external")
        acknowledged = fill(server, LOADS[first])
        log = server.log.read_text()
        assert "No space left on device" in log
        assert ("PANIC" in log) == (first == "the WAL")
        has_ended = ended(server)
        subprocess.run(["mount", "-o", "remount,size=1g", folder / "data"], check=True)
        if has_ended:
            server.start()
        server.wait()
        numbers = server.execute("select distinct number from ledger order by number")
        assert numbers[: len(acknowledged)] == acknowledged
        server.execute(LOADS[first].format(number=0))
    finally:
        server.stop()


def ended(server: Server) -> bool:
    """Whether it has ended, or come back by itself."""
    question = [server.binaries / "pg_isready", "--quiet", "-h", HOST, "-p", str(server.port)]
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and server.process.poll() is None:
        if subprocess.run(question, check=False).returncode == 0:
            break
        time.sleep(0.2)
    return server.process.poll() is not None


def fill(server: Server, load: str) -> list[tuple[int]]:
    """Write until it cannot; what was acknowledged until then."""
    acknowledged = []
    with pytest.raises(psycopg.Error):
        for number in range(1, 100_000):
            server.execute(load.format(number=number))
            acknowledged.append((number,))
    assert acknowledged
    return acknowledged
