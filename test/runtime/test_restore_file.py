"""restore.sh: from a file of pg_dump, such as `pg_dump > x.sql` makes, that comes through a pipe."""

from __future__ import annotations

import os
import subprocess

import pytest
from psycopg import sql

from backups import ROWS, reason
from restores import event
from servers import ADMIN, HOST, PASSWORD

COUNT = "select count(*) from item"


@pytest.fixture
def dump(server, backup, database):
    """What pg_dump writes of a database whose owner this server does not know."""

    def make(*options: str) -> bytes:
        server.execute(
            "create role foreigner; alter table item owner to foreigner; grant select on item to foreigner", database
        )
        command = [server.binaries / "pg_dump", "-h", HOST, "-p", str(server.port), "-U", ADMIN, *options, database]
        environment = {"PGPASSWORD": PASSWORD, "PATH": os.environ["PATH"]}
        try:
            return subprocess.run(command, check=True, capture_output=True, env=environment).stdout
        finally:
            server.execute(
                f"reassign owned by foreigner to {ADMIN}; drop owned by foreigner; drop role foreigner", database
            )

    return make


@pytest.mark.parametrize(
    ("kind", "options"), [("plain", []), ("plain", ["--inserts"]), ("custom", ["--format=custom"])]
)
def test_a_file_is_taken_in(restore, dump, kind, options):
    said = event(restore.take_in(dump(*options), kind), "restore_ok")
    assert (said["from"], said["database"]) == ("file", restore.restored)
    assert restore.ask(COUNT, restore.restored) == ROWS
    assert restore.ask("select relowner::regrole::text from pg_class where relname = 'item'", restore.restored) == ADMIN
    assert restore.ask(
        "select n_live_tup >= 0 and reltuples > 0 from pg_stat_user_tables join pg_class using (relname)",
        restore.restored,
    )


@pytest.mark.parametrize("kind", ["plain", "custom"])
def test_a_file_that_breaks_off_on_its_way_leaves_nothing(restore, dump, database, kind):
    content = dump(f"--format={kind}")
    whole = subprocess.run(["sha256sum"], input=content, check=True, capture_output=True).stdout.split()[0].decode()
    assert restore.take_in(content[:-200], kind, whole).returncode != 0
    assert restore.names() == [database]


def test_an_error_other_than_an_unknown_role_ends_it(restore, dump, database):
    content = dump().replace(b"CREATE TABLE public.item", b"CREATE TABEL public.item")
    assert "syntax error at or near 'TABEL'" in reason(restore.take_in(content, "plain"), "restore")
    assert restore.names() == [database]


def test_a_server_that_throws_it_out_is_named(restore, dump, database):
    content = dump() + b"SELECT pg_terminate_backend(pg_backend_pid());\nSELECT 1;\n"
    assert "terminating connection" in reason(restore.take_in(content, "plain"), "restore")
    assert restore.names() == [database]


def test_an_error_that_speaks_of_a_role_in_passing_ends_it_too(restore, dump, database):
    content = dump() + b"DO $$ BEGIN RAISE 'role \"x\" does not exist, nor does anything else'; END $$;\n"
    assert "nor does anything else" in reason(restore.take_in(content, "plain"), "restore")
    assert restore.names() == [database]


class TestIsRefusedBeforeItComes:
    def refused(self, restore, size: object) -> str:
        restore.incoming.touch()  # so that there can be no pipe, in which a program waits for a file
        before = restore.names()
        said = restore.fail("file", FORMAT="plain", CHECKSUM="of a file", BYTES=f"{size}")
        assert restore.names() == before
        return said

    def test_a_file_that_is_too_large_for_the_volume(self, restore):
        assert "it needs at least 1024 PB, and the volume of the server has " in self.refused(restore, 2**60)

    def test_where_an_earlier_restore_has_left_something(self, restore, server):
        server.execute(sql.SQL("create database {}").format(sql.Identifier(restore.restored)))
        said = f"database {restore.restored} is there already, from a restore that has not ended: drop it"
        assert self.refused(restore, 1) == said

    def test_a_size_that_is_none(self, restore):
        assert self.refused(restore, "1kB") == "BYTES must be a whole number, got 1kB"
