"""restore.sh and swap.sh: a database beside the live one, and then in its place."""

from __future__ import annotations

import signal
import time

import psycopg
import pytest
from psycopg import sql

from backups import ROWS, change_manifest
from pods import finish
from servers import APP, OWNER

COUNT = "select count(*) from item"


def test_the_newest_backup_is_restored_beside_the_live_database(restore, backup, server, database):
    backup.succeed()
    made = backup.succeed()
    server.execute("delete from item", database)
    said = restore.succeed()
    assert (said["from"], said["database"]) == (made.name, restore.restored)
    assert 0 <= said["seconds"] < 60
    assert [restore.ask(COUNT, name) for name in (database, restore.restored)] == [0, ROWS]


def test_owners_and_rights_come_back(restore, backup):
    backup.succeed()
    restore.succeed()
    owner = "select relowner::regrole::text from pg_class where relname = 'item'"
    assert restore.ask(owner, restore.restored) == OWNER
    assert restore.ask(f"select has_table_privilege('{APP}', 'item', 'DELETE')", restore.restored)


def test_the_newest_backup_before_a_time_is_found(restore, backup):
    made = backup.succeed()
    later = backup.dumps / f"{backup.database}-29991231T235959Z"
    later.mkdir()
    assert restore.succeed("29991231T235958Z")["from"] == made.name
    assert restore.fail("20200101T000000Z") == (
        f"there is no backup of {backup.database} before 20200101T000000Z: the oldest is {made.name}"
    )


def test_the_names_change_and_change_back(restore, backup, server, database):
    backup.succeed()
    server.execute("delete from item", database)
    restore.succeed()
    assert restore.swap() == {"event": "swap_ok", "live": database, "aside": restore.aside, "was": restore.restored}
    assert [restore.ask(COUNT, name) for name in (database, restore.aside)] == [ROWS, 0]
    restore.environment.update(RESTORED=restore.aside, ASIDE=restore.restored)
    assert restore.succeed("kept")["from"] == restore.aside
    restore.swap()
    assert [restore.ask(COUNT, name) for name in (database, restore.restored)] == [0, ROWS]


def test_a_database_that_is_gone_comes_back(restore, backup, server, database):
    backup.succeed()
    server.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(database)))
    restore.succeed()
    restore.swap()
    assert restore.names() == [database]
    assert restore.ask(COUNT, database) == ROWS


def test_who_is_in_a_database_must_leave_before_its_name_changes(restore, backup, server, database):
    backup.succeed()
    restore.succeed()
    with server.connect(database) as inside, server.connect(restore.restored):
        restore.swap()
        with pytest.raises(psycopg.OperationalError):
            inside.execute("select 1")


def test_neither_name_changes_where_one_cannot(restore, database):
    assert f'database "{restore.restored}" does not exist'.replace('"', "'") in restore_fails(restore)
    assert restore.names() == [database]


def restore_fails(restore) -> str:
    result = finish(restore.start("swap.sh"))
    assert result.returncode != 0
    assert restore.aside not in restore.names()
    return result.stderr


class TestIsRefusedBeforeAnythingIsTouched:
    @pytest.fixture(autouse=True)
    def _nothing_new(self, restore, database):
        yield
        assert restore.names() == [database]

    def test_a_backup_of_a_newer_server(self, restore, backup):
        change_manifest(backup.succeed(), server="99.1 (Debian)")
        assert restore.fail().startswith("the backup is of Postgres 99.1 (Debian), which this older server, ")

    def test_a_backup_with_roles_that_are_not_here(self, restore, backup, server, database):
        server.execute("create role \"Gone 'by'\"; create role gone; create schema odd authorization gone", database)
        server.execute("grant select on item to \"Gone 'by'\"", database)
        try:
            backup.succeed()
        finally:
            server.execute("drop owned by gone, \"Gone 'by'\"; drop role gone, \"Gone 'by'\"", database)
        missing = [
            f"role {name} is missing: make it as globals.sql of the backup does" for name in ("'Gone 'by''", "gone")
        ]
        assert sorted(restore.fail().split("; ")) == missing

    def test_a_backup_that_is_too_large_for_the_volume(self, restore, backup):
        change_manifest(backup.succeed(), bytes=2**60)
        assert "it needs at least 1024 PB, and the volume of the server has " in restore.fail()

    def test_everything_at_once(self, restore, backup):
        change_manifest(backup.succeed(), server="99.1", bytes=2**60, roles=["nobody_here"])
        assert len(restore.fail().split("; ")) == 3

    def test_a_damaged_backup(self, restore, backup):
        made = backup.succeed()
        (made / "globals.sql").write_text("")
        assert restore.fail() == f"{made.name} is damaged: SHA256SUMS does not hold for globals.sql"

    def test_a_database_that_nobody_has_put_aside(self, restore, database):
        assert f"there is no database {restore.restored}; there are: " in restore.fail("kept")
        assert database in restore.fail("kept")


def test_what_an_earlier_restore_has_left_is_not_touched(restore, backup, server):
    backup.succeed()
    server.execute(sql.SQL("create database {}").format(sql.Identifier(restore.restored)))
    assert restore.fail() == f"database {restore.restored} is there already, from a restore that has not ended: drop it"
    assert restore.restored in restore.names()


def test_a_restore_that_fails_leaves_nothing(restore, backup, database):
    change_manifest(backup.succeed(), rows={"public.item": ROWS + 1})
    assert (
        restore.fail()
        == f"what was restored is not what was dumped: rows of public.item: dumped {ROWS + 1}, restored {ROWS}"
    )
    assert restore.names() == [database]


def test_it_stops_at_once_and_leaves_nothing(restore, backup, database):
    backup.succeed()
    backup.replace(
        "pg_restore", f'[[ $* != *--jobs* ]] || exec sleep 50\nexec {backup.server.binaries}/pg_restore "$@"'
    )
    process = restore.start("restore.sh", "newest")
    deadline = time.monotonic() + 20
    while restore.restored not in restore.names():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    assert "stopped by a signal" in finish(process).stderr
    assert restore.names() == [database]


@pytest.mark.parametrize("name", ["PGHOST", "PGDATABASE", "RESTORED", "BACKUP_DIRECTORY", "JOBS", "WAIT_SECONDS"])
def test_a_missing_variable_is_named(restore, name):
    del restore.environment[name]
    assert restore.fail() == f"the environment variable {name} is not set"
