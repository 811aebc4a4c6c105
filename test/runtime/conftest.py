"""A real PostgreSQL, and for every test a database, and a pod or a backup that uses it."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg import sql

from backups import ROWS, Backup
from drills import Drill, make_cluster
from pods import REPOSITORY, Pod, mount
from servers import Server


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """One PostgreSQL for the whole run."""
    folder = Path(tempfile.mkdtemp(prefix="runtime-test-"))
    running = None
    try:
        running = Server(folder)
        running.wait()
        yield running
    finally:
        if running:
            running.stop()
        shutil.rmtree(folder)


@pytest.fixture
def database(server: Server) -> Iterator[str]:
    """A database of this test alone."""
    name = f"shop-{time.time_ns()}"
    server.execute(sql.SQL("create database {} owner {}").format(sql.Identifier(name), sql.Identifier(server.user)))
    yield name
    server.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of runtime/ as a pod sees them."""
    folder = tmp_path_factory.mktemp("runtime")
    mount(folder, {path.name: path.read_bytes() for path in (REPOSITORY / "runtime").iterdir() if path.is_file()})
    return folder


@pytest.fixture
def bare_pod(tmp_path: Path, runtime: Path) -> Iterator[Pod]:
    """A pod whose database address has no server."""
    pod = Pod(tmp_path, runtime)
    yield pod
    for process in pod.processes:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def pod(bare_pod: Pod, server: Server, database: str) -> Pod:
    """A pod with a fresh database."""
    bare_pod.environment.update({"POSTGRES_PORT": str(server.port), "POSTGRES_DB": database})
    return bare_pod


@pytest.fixture
def idle_backup(tmp_path: Path, server: Server) -> Iterator[Backup]:
    """A backup that ends before it asks for its database."""
    backup = Backup(tmp_path, server, "shop")
    yield backup
    for process in backup.processes:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def backup(idle_backup: Backup, server: Server, database: str) -> Backup:
    """A backup of a database with rows that do not compress away."""
    rows = f"create table item as select n, md5(n::text) as name from generate_series(1, {ROWS}) as n"
    with server.connect(database, server.user) as session:
        session.execute(rows)
    idle_backup.database = idle_backup.environment["PGDATABASE"] = database
    return idle_backup


@pytest.fixture(scope="session")
def cluster(server: Server) -> Iterator[Path]:
    """The files of a server that nothing has been restored into."""
    folder = Path(tempfile.mkdtemp(prefix="runtime-test-"))
    shutil.chown(folder, server.log.parent.owner())
    yield make_cluster(folder, server)
    shutil.rmtree(folder)


@pytest.fixture
def drill(tmp_path: Path, backup: Backup, cluster: Path) -> Iterator[Drill]:
    """A drill of that backup's database."""
    drill = Drill(tmp_path, backup, cluster)
    yield drill
    shutil.rmtree(drill.data)
