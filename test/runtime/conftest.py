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
from buckets import READER, WRITER, Bucket
from drills import Drill, make_cluster
from fetches import Fetch
from media import Media
from offsites import Key, Offsite
from page import policy
from pods import REPOSITORY, Pod, mount
from restores import Restore
from reversals import Reversal
from risky import FILL
from roles import LEGACY, Roles
from servers import OWNER, Server


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
def bare_database(request: pytest.FixtureRequest, server: Server) -> Iterator[str]:
    """A database of this test alone, as the image of Postgres makes it, or with the options that the test names."""
    name = f"shop-{time.time_ns()}"
    statement = f"create database {{}} {getattr(request, 'param', '')}"
    server.execute(sql.SQL(statement).format(sql.Identifier(name)))
    yield name
    server.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def roles(tmp_path_factory: pytest.TempPathFactory, server: Server, bare_database: str) -> Roles:
    """The program that makes the roles of that database."""
    return Roles(tmp_path_factory.mktemp("roles"), server, bare_database)


@pytest.fixture
def legacy(server: Server, roles: Roles) -> str:
    """A database that an administrator had filled before there were roles."""
    server.execute(LEGACY, roles.database)
    roles.succeed()
    return roles.database


@pytest.fixture
def database(roles: Roles) -> str:
    """A database of this test alone, with its roles."""
    roles.succeed()
    return roles.database


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
def used_pod(pod: Pod) -> Pod:
    """A pod whose database is that of a release."""
    assert pod.migrate().returncode == 0
    return pod


@pytest.fixture
def large_pod(used_pod: Pod, server: Server, database: str) -> Pod:
    """The same with a table of 10 MB and more."""
    server.execute(FILL, database, OWNER)
    return used_pod


@pytest.fixture
def reversal(pod: Pod, server: Server, database: str) -> Reversal:
    """What judges the migrations since the first ones, which are applied."""
    reversal = Reversal(pod, server, database)
    reversal.migrate()
    reversal.mark()
    return reversal


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
    with server.connect(database, OWNER) as session:
        session.execute(rows)
    idle_backup.database = idle_backup.environment["PGDATABASE"] = database
    return idle_backup


@pytest.fixture
def media(tmp_path: Path, backup: Backup) -> Media:
    """The uploaded files of that database's project, which its backups hold too."""
    return Media(tmp_path, backup)


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


@pytest.fixture
def restore(tmp_path: Path, backup: Backup, server: Server) -> Iterator[Restore]:
    """A restore of that backup's database, whose databases go afterwards."""
    restore = Restore(tmp_path, backup)
    yield restore
    for name in restore.names():
        if name != restore.live:
            server.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bucket]:
    """An S3 server of this test alone, with the policies of the page."""
    bucket = Bucket(tmp_path_factory.mktemp("bucket"), policy(writer=WRITER, reader=READER))
    yield bucket
    bucket.stop()


@pytest.fixture(scope="session")
def key() -> Iterator[Key]:
    """A pair of keys, in a folder whose name is short enough for the socket of gpg's agent."""
    folder = Path(tempfile.mkdtemp(prefix="key-"))
    key = Key(folder)
    yield key
    key.stop()
    shutil.rmtree(folder)


@pytest.fixture
def offsite(tmp_path: Path, idle_backup: Backup, bucket: Bucket, key: Key) -> Offsite:
    """What copies the backups of a database that is called shop; those are laid down by the tests."""
    return Offsite(tmp_path, idle_backup, bucket, key.public)


@pytest.fixture
def fetch(tmp_path: Path, offsite: Offsite, key: Key) -> Iterator[Fetch]:
    """What fetches them again."""
    fetch = Fetch(tmp_path, offsite, key)
    yield fetch
    shutil.rmtree(fetch.tmp)
