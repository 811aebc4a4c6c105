"""The exporter, a real one, in the role that the program of roles makes for it."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from roles import Roles
from servers import HOST, MONITOR, OWNER, Server, free_port

# As `npm run secrets` makes it: this exporter cannot read every other.
MADE = "9Xw_-3fK"
PROGRAM = "prometheus-postgres-exporter"


class Exporter:
    """It, as its container runs it."""

    def __init__(self, folder: Path, server: Server, database: str, password: str = MADE) -> None:
        if shutil.which(PROGRAM) is None:
            pytest.fail(f"these tests need the exporter: apt-get install {PROGRAM}", pytrace=False)
        self.port = free_port()
        (folder / "POSTGRES_PASSWORD").write_text(password, encoding="utf-8")
        source = {
            "DATA_SOURCE_URI": f"{HOST}:{server.port}/{database}?sslmode=disable",
            "DATA_SOURCE_USER": MONITOR,
            "DATA_SOURCE_PASS_FILE": str(folder / "POSTGRES_PASSWORD"),
        }
        with (folder / "log").open("wb") as log:
            command = [PROGRAM, f"--web.listen-address={HOST}:{self.port}"]
            self.process = subprocess.Popen(command, env={**os.environ, **source}, stdout=log, stderr=log)

    def counters(self) -> dict[str, str]:
        """What Prometheus reads, by name and labels."""
        deadline = time.monotonic() + 20
        while True:
            try:
                with urllib.request.urlopen(f"http://{HOST}:{self.port}/metrics", timeout=20) as answer:
                    lines = answer.read().decode().splitlines()
                return dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
            except OSError:
                assert time.monotonic() < deadline and self.process.poll() is None
                time.sleep(0.1)


@pytest.fixture
def monitored(roles: Roles) -> Roles:
    """A database with its roles, that of the exporter too."""
    roles.give(monitored=True, monitor=MADE)
    roles.succeed()
    return roles


@pytest.fixture
def exporters() -> Iterator[list[Exporter]]:
    started: list[Exporter] = []
    yield started
    for one in started:
        one.process.kill()
        one.process.wait()


def test_the_exporter_reads_statistics_as_the_role_monitor(tmp_path, server, monitored, exporters):
    exporters.append(Exporter(tmp_path, server, monitored.database))
    counters = exporters[0].counters()
    assert counters["pg_up"] == "1"
    assert any(name.startswith("pg_stat_database_xact_commit") and monitored.database in name for name in counters)
    # Of connections of others it sees what they do, which takes rights.
    assert any(name.startswith("pg_stat_activity_count") and monitored.database in name for name in counters)


def test_a_wrong_password_shows_as_a_database_that_is_down(tmp_path, server, monitored, exporters):
    exporters.append(Exporter(tmp_path, server, monitored.database, "wrong"))
    assert exporters[0].counters()["pg_up"] == "0"


def test_the_role_reads_no_table_and_makes_none(server, monitored):
    with server.connect(monitored.database, OWNER) as owner:
        owner.execute("create table secret (n int); insert into secret values (1)")
    with server.connect(monitored.database, MONITOR, MADE) as session:
        for statement in ("select * from secret", "insert into secret values (2)", "create table mine ()"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                session.execute(statement)
        assert session.execute("select count(*) > 0 from pg_stat_activity where query <> ''").fetchone() == (True,)


def test_without_an_exporter_nobody_logs_in_as_it(server, monitored):
    with server.connect(monitored.database, MONITOR, MADE):
        pass
    monitored.give()
    monitored.succeed()
    with pytest.raises(psycopg.OperationalError, match="is not permitted to log in"):
        server.connect(monitored.database, MONITOR, MADE)
