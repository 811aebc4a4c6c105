"""pooler.sh and its configuration, with a real PgBouncer in front of a real PostgreSQL."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import struct
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from pods import Pod, finish
from poolers import NAME, Pooler, authority, certificate
from servers import ADMIN, APP, BACKUP, HOST, LOGINS, OWNER, PASSWORD, Server
from small_project import SETTINGS


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the user of the servers can reach, as those of pytest cannot be."""
    with tempfile.TemporaryDirectory(prefix="pooler-") as name:
        os.chmod(name, 0o755)
        yield Path(name)


@pytest.fixture
def pooler(request: pytest.FixtureRequest, folder: Path, server: Server, database: str) -> Iterator[Pooler]:
    """In front of a database with its roles, with two connections to it."""
    one = Pooler(folder, server.port, database)
    one.environment.update(getattr(request, "param", {}))
    one.give(LOGINS[0])
    one.start()
    yield one
    one.end()


def served(pooler: Pooler) -> bytes:
    """The certificate that clients are shown."""
    with socket.create_connection((HOST, pooler.port), 20) as plain:
        plain.sendall(struct.pack("!ii", 8, 80877103))
        assert plain.recv(1) == b"S"
        context = ssl.create_default_context(cafile=str(pooler.authority))
        with context.wrap_socket(plain, server_hostname=NAME) as encrypted:
            return encrypted.getpeercert(True) or b""


def test_twenty_clients_that_stay_share_two_connections_as_the_application(pooler, server):
    sessions = [pooler.connect() for _ in range(20)]
    seen = [session.execute("select pg_backend_pid(), current_user, session_user").fetchone() for session in sessions]
    assert len({pid for pid, *_ in seen}) <= 2
    assert {tuple(who) for _, *who in seen} == {(APP, LOGINS[0])}
    sessions_of = f"pg_stat_activity where datname = '{pooler.database}' and backend_type = 'client backend'"
    [(count,)] = server.execute(f"select count(*) from {sessions_of} and usename <> '{ADMIN}'")
    assert count in (1, 2)
    for session in sessions:
        session.close()


def test_who_waits_too_long_for_a_connection_is_told_so(pooler):
    holders = [pooler.connect() for _ in range(2)]
    for holder in holders:
        holder.execute("begin; select 1")
    begin = time.monotonic()
    with pytest.raises(psycopg.Error, match="query_wait_timeout"), pooler.connect() as session:
        session.execute("select 1")
    assert 4 < time.monotonic() - begin < 30
    for holder in holders:
        holder.close()


@pytest.mark.parametrize(
    ("user", "password"), [(LOGINS[0], "wrong"), (LOGINS[1], PASSWORD), (OWNER, PASSWORD), (BACKUP, PASSWORD)]
)
def test_nobody_gets_in_but_the_login_of_the_application(pooler, user, password):
    with pytest.raises(psycopg.OperationalError, match="SASL authentication failed|authentication failed"):
        pooler.connect(user, password)


def test_a_client_without_tls_is_refused(pooler):
    with pytest.raises(psycopg.OperationalError, match="SSL required"):
        psycopg.connect(
            host=HOST, port=pooler.port, dbname=pooler.database, user=LOGINS[0], password=PASSWORD, sslmode="disable"
        )


def test_a_client_that_asks_for_settings_of_a_session_is_refused(pooler):
    with pytest.raises(psycopg.OperationalError, match="unsupported startup parameter"):
        pooler.connect(options="-c search_path=other")


def test_in_a_rotation_the_login_of_before_and_the_next_one_both_work(pooler, roles):
    with pooler.connect() as old:
        roles.give(login=LOGINS[1])
        roles.succeed()
        pooler.give(LOGINS[1], LOGINS[0])
        pooler.wait_for("got SIGHUP, re-reading config")
        old.execute("select 1")
        for login in LOGINS:
            with pooler.connect(login) as session:
                assert session.execute("select session_user, current_user").fetchone() == (login, APP)


def test_a_renewed_certificate_is_shown_and_open_connections_stay(pooler):
    before = served(pooler)
    with pooler.connect() as session:
        certificate(pooler.folder / "pooler-tls", pooler.authority)
        deadline = time.monotonic() + 20
        while served(pooler) == before:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        session.execute("select 1")


@pytest.mark.parametrize("pooler", [{"STOP": "60"}], indirect=True, ids=["long"])
def test_told_to_stop_it_serves_until_its_clients_have_left(pooler):
    session = pooler.connect()
    pooler.stop()
    for _ in range(20):
        session.execute("select 1")
        time.sleep(0.1)
    assert pooler.process.poll() is None
    with pooler.connect() as late:
        late.execute("select 1")
    session.close()
    assert pooler.process.wait(timeout=20) == 0


def test_a_client_that_stays_does_not_keep_it_for_ever(pooler):
    with pooler.connect():
        pooler.stop()
        begin = time.monotonic()
        assert pooler.process.wait(timeout=20) == 0
        assert time.monotonic() - begin > 3


def test_when_pgbouncer_ends_so_does_the_container(folder, server):
    pooler = Pooler(folder, server.port, "shop")
    pooler.give(LOGINS[0])
    pooler.ini += "pool_mode = none\n"
    with pytest.raises(AssertionError):
        pooler.start()
    assert pooler.process.wait(timeout=10) != 0


class Secure:
    """A server that takes encrypted connections."""

    def __init__(self, folder: Path, signer: Path) -> None:
        certificate(folder / "server", signer)
        shutil.chown(folder / "server/tls.key", "postgres" if os.geteuid() == 0 else None)
        (folder / "server/tls.key").chmod(0o600)
        (folder / "data").mkdir()
        files = {"ssl_cert_file": f"{folder}/server/tls.crt", "ssl_key_file": f"{folder}/server/tls.key"}
        self.server = Server(folder / "data", ssl="on", **files)
        self.server.wait()


@pytest.mark.parametrize("trusted", [True, False], ids=["its authority", "another authority"])
def test_the_database_is_spoken_to_over_tls_where_its_authority_is_known(folder, trusted):
    pooler = Pooler(folder, 0, "postgres", tls=True)
    secure = Secure(folder, pooler.authority if trusted else authority(folder, "other"))
    pooler.server_port = secure.server.port
    pooler.give("shop")
    pooler.start()
    try:
        with pooler.connect("shop") as session:
            encrypted = session.execute("select ssl from pg_stat_ssl where pid = pg_backend_pid()").fetchone()
        assert trusted and encrypted == (True,)
    except psycopg.OperationalError:
        assert not trusted
        assert "certificate verify failed" in pooler.log.read_text()
    finally:
        pooler.end()
        secure.server.stop()


def test_a_server_that_comes_back_is_used_at_once(folder):
    (folder / "data").mkdir()
    server = Server(folder / "data")
    server.wait()
    pooler = Pooler(folder, server.port, "postgres")
    pooler.give("shop")
    pooler.start()
    try:
        with pooler.connect("shop") as session:
            session.execute("select 1")
        server.stop()
        threading.Timer(1, server.start).start()
        deadline = time.monotonic() + 15
        while True:
            try:
                with pooler.connect("shop") as session:
                    session.execute("select 1")
                break
            except psycopg.Error:
                assert time.monotonic() < deadline
                time.sleep(0.2)
    finally:
        pooler.end()
        server.stop()


CURSORS = "settings.DATABASES['default'] uses server-side cursors"
VARIABLE = "POSTGRES_DISABLE_SERVER_SIDE_CURSORS"
WITHOUT = f'DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = os.environ.get("{VARIABLE}") == "true"'


@pytest.fixture
def pooled(pod, pooler) -> Pod:
    """A migrated project whose web pods find the pooler where they look for the database."""
    assert pod.migrate().returncode == 0
    web = {
        "POSTGRES_HOST": NAME,
        "POSTGRES_PORT": str(pooler.port),
        "PGSSLMODE": "verify-full",
        "PGSSLROOTCERT": str(pooler.authority),
        "POSTGRES_DISABLE_SERVER_SIDE_CURSORS": "true",
    }
    pod.environment.update(web)
    return pod


def settings(pod: Pod, *lines: str) -> None:
    """Add lines to the settings of the project."""
    pod.write("main_app/settings.py", SETTINGS + "".join(f"{line}\n" for line in lines))


def gate(pod: Pod) -> tuple[int, str]:
    """What comes of the gate of a web pod."""
    result = finish(pod.start_gate("--wait", 5, "--missing-migrations", "fail"))
    return result.returncode, result.stderr


def test_the_gate_lets_a_project_pass_that_works_behind_a_pooler(pooled):
    settings(pooled, WITHOUT)
    assert gate(pooled) == (0, "")


def test_the_gate_refuses_all_that_needs_a_session_at_once(pooled):
    options = '{"options": "-c search_path=other", "assume_role": "shop", "prepare_threshold": 5}'
    settings(pooled, f'DATABASES["default"]["OPTIONS"] = {options}')
    status, complaint = gate(pooled)
    assert status == 1
    lines = complaint.splitlines()
    assert lines[0].startswith(CURSORS)
    assert [line.split(" cannot work")[0] for line in lines[1:]] == [
        f"settings.DATABASES['default']['OPTIONS'][{name!r}]"
        for name in ("options", "assume_role", "prepare_threshold")
    ]


def test_without_a_pooler_the_gate_has_nothing_against_them(pooled):
    del pooled.environment["POSTGRES_DISABLE_SERVER_SIDE_CURSORS"]
    assert gate(pooled) == (0, "")


CROWD = """
import threading
from shop.models import Item
failed = []
def read():
    try:
        for _ in range(20):
            assert len(list(Item.objects.iterator(chunk_size=2))) == 9
    except Exception as error:
        failed.append(str(error))
readers = [threading.Thread(target=read) for _ in range(6)]
for reader in readers: reader.start()
for reader in readers: reader.join()
print("failed", len(failed), *failed)
"""


@pytest.mark.parametrize("fits", [True, False])
def test_readers_of_a_table_share_connections_only_as_the_gate_wants_it(pooled, server, pooler, fits):
    server.execute("insert into shop_item (name) select n::text from generate_series(1, 9) as n", pooler.database)
    settings(pooled, *([WITHOUT] if fits else []))
    secrets = str(pooled.folder / "web-secrets")
    result = pooled.python("manage.py", "shell", "-c", CROWD, SECRETS_DIRECTORY=secrets)
    assert ("failed 0" in result.stdout) == fits, result.stdout + result.stderr
    assert fits or "cursor" in result.stdout
