"""A server of somebody else's, whose administrator is no superuser, such as that of a managed service."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import errors, sql

from backups import Backup, reason
from pods import REPOSITORY, finish
from restores import Restore
from roles import Roles
from servers import BACKUP, LOGINS, OWNER, PASSWORD, Server

SERVICE, MANAGER = "service", "manager"
PAGE = (REPOSITORY / "docs" / "how-to" / "external.md").read_text(encoding="utf-8")
*MAKE_MANAGER, MAKE_DATABASE = re.findall(r"^```sql\n(.*?)\n```", PAGE, re.MULTILINE | re.DOTALL)[0].splitlines()


@pytest.fixture(scope="module")
def managed() -> Iterator[Server]:
    """The server, where the administrator that the service gives has made another, as the page says."""
    folder = Path(tempfile.mkdtemp(prefix="runtime-test-"))
    server = Server(folder)
    try:
        server.wait()
        statement = "create role {} login createrole createdb password {}"
        password = sql.Literal(PASSWORD)
        server.execute(sql.SQL(statement).format(sql.Identifier(SERVICE), password))
        for line in MAKE_MANAGER:
            server.execute(line.replace("'...'", password.as_string()), user=SERVICE)
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


@pytest.fixture
def database(managed: Server) -> Iterator[str]:
    """One that is the administrator's own."""
    name = f"shop-{time.time_ns()}"
    managed.execute(MAKE_DATABASE.replace("shop", f'"{name}"'), user=SERVICE)
    yield name
    for (one,) in managed.execute(f"select datname from pg_database where datname like '{name}%'"):
        managed.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(one)))


@pytest.fixture
def roles(tmp_path_factory: pytest.TempPathFactory, managed: Server, database: str) -> Roles:
    """What makes the roles of that database, once run on what the administrator had there."""
    managed.execute("create table item (n int); insert into item values (1), (2)", database, MANAGER)
    roles = Roles(tmp_path_factory.mktemp("roles"), managed, database)
    roles.environment["PGUSER"] = MANAGER
    roles.succeed(EXTENSIONS="pg_trgm")
    return roles


@pytest.fixture
def restore(tmp_path: Path, managed: Server, roles: Roles) -> Restore:
    """A restore beside the live database."""
    restore = Restore(tmp_path, Backup(tmp_path, managed, roles.database))
    restore.environment["PGUSER"] = MANAGER
    return restore


def test_the_roles_have_their_rights_and_a_second_run_changes_nothing(managed, roles):
    assert roles.succeed(EXTENSIONS="pg_trgm").endswith("0 objects are now of shop_owner")
    managed.execute("create table later (n int); insert into later values (3)", roles.database, OWNER)
    assert managed.execute("select similarity('a', 'a') from item, later", roles.database, LOGINS[0]) == [(1,)] * 2
    assert managed.execute("select * from item, later", roles.database, BACKUP) == [(1, 3), (2, 3)]
    with managed.connect(roles.database, LOGINS[0]) as session, pytest.raises(errors.InsufficientPrivilege):
        session.execute("drop table item")
    with managed.connect(roles.database, BACKUP) as session, pytest.raises(errors.InsufficientPrivilege):
        session.execute("delete from item")


def test_the_other_login_takes_over(managed, roles):
    roles.give(login=LOGINS[1])
    roles.succeed()
    assert managed.execute("select * from item", roles.database, LOGINS[1]) == [(1,), (2,)]


def test_a_backup_becomes_the_live_database_and_what_was_live_is_kept(managed, roles, restore):
    made = restore.backup.succeed()
    assert json.loads((made / "manifest.json").read_text())["rows"]["public.item"] == 2
    managed.execute("delete from item", roles.database, OWNER)
    restore.succeed()
    with managed.connect(roles.database, LOGINS[0]):
        restore.swap()
    assert managed.execute("select * from item", roles.database, LOGINS[0]) == [(1,), (2,)]
    assert managed.execute("select * from item", restore.aside, OWNER) == []


def test_rows_that_policies_hide_and_that_nobody_may_read_are_not_left_out_unsaid(managed, roles, restore):
    statement = "alter table item enable row level security; alter table item force row level security"
    managed.execute(statement, roles.database, OWNER)
    assert "row-level security" in restore.backup.fail()


def test_a_restore_that_fails_leaves_nothing(managed, roles, restore):
    made = restore.backup.succeed()
    managed.execute("create role stranger", user=MANAGER)
    managed.execute("grant select on item to stranger", roles.database, OWNER)
    made = restore.backup.succeed()
    managed.execute("revoke select on item from stranger", roles.database, OWNER)
    managed.execute("drop role stranger", user=MANAGER)
    assert "role stranger is missing" in reason(finish(restore.start("restore.sh", "newest")), "restore")
    assert made.exists()
    with pytest.raises(psycopg.OperationalError):
        managed.connect(restore.restored)
