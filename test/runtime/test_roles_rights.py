"""roles.sh: who may do what in the database."""

from __future__ import annotations

import json

import psycopg
import pytest
from psycopg import errors

from roles import owned
from servers import APP, BACKUP, LOGINS, OWNER

OF_EXTENSIONS = """
    select count(*) from pg_depend join pg_proc on objid = pg_proc.oid and classid = 'pg_proc'::regclass
    where deptype = 'e' and proowner <> 'shop'::regrole"""

REFUSED = [
    "create table mine (n int)",
    "create schema mine",
    "drop table item",
    "alter table item add column n int",
    "truncate item",
    "create index on item (name)",
    "drop schema public cascade",
    "create function mine() returns int language sql as 'select 1'",
    "create extension citext",
    "alter default privileges for role shop_owner grant all on tables to public",
    "alter role shop_app_a superuser",
    "set role shop_owner",
    "select setval('item_id_seq', 1)",
    "copy item to program 'true'",
    "select pg_read_file('PG_VERSION')",
]


def test_on_a_new_database_it_makes_roles_that_can_log_in_and_are_no_superusers(server, database):
    told = """
        select rolname, rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls
        from pg_roles where rolname = %s"""
    for role, bypasses in [(OWNER, False), (LOGINS[0], False), (BACKUP, True)]:
        with server.connect(database, role) as session:
            assert session.execute(told, [role]).fetchone() == (role, False, False, False, False, bypasses)
    assert server.execute(
        "select datdba::regrole::text from pg_database where datname = current_database()", database
    ) == [(OWNER,)]


def test_what_the_administrator_has_made_becomes_the_owners_but_for_what_extensions_own(server, legacy):
    left = """
        select relname from pg_class where relowner = 'shop'::regrole and oid >= 16384
          and relkind in ('r', 'p', 'v', 'm', 'S', 'f')
          and not exists (select from pg_depend where objid = pg_class.oid and deptype = 'e')"""
    assert server.execute(left, legacy) == []
    names = owned(server, legacy)
    expected = {
        "public.item",
        '"Odd ""name"."a.b"',
        "public.low",
        "public.child",
        "public.loose",
        "public.seen",
        "public.kept",
    }
    expected |= {"public.far", "public.mood", "public.pair", "public.small", "public.span", '"Odd ""name"', "empty"}
    expected |= {"public.add(integer,integer)", "public.nothing()", "public.total(integer)", "public.german"}
    expected |= {"public.<+>(integer,integer)", "public.words", "public.stems", "public.pairs", "elsewhere", "4711"}
    expected |= {"public.turned", "public.kin USING btree", "public.kind USING btree", "public.refuse()"}
    assert expected <= names, expected - names
    assert server.execute(OF_EXTENSIONS, legacy) == [(0,)]


def test_the_application_reads_and_writes_rows_of_every_table(server, legacy):
    with server.connect(legacy, LOGINS[0]) as session:
        session.execute(
            """
            insert into item (name) values ('two'); update item set name = 'three'; delete from item where id = 1;
            insert into "Odd ""name"."a.b" ("Größe") values (1);
            insert into parts values (3); insert into low values (4);
            select nextval('loose'); create temporary table mine as select * from item
            """
        )
        assert session.execute(
            "select (select count(*) from seen), (select count(*) from kept), add(1, 2)"
        ).fetchone() == (1, 1, 3)


@pytest.mark.parametrize("statement", REFUSED)
def test_the_application_may_do_nothing_else(server, legacy, statement):
    with server.connect(legacy, LOGINS[0]) as session, pytest.raises(errors.InsufficientPrivilege):
        session.execute(statement)


def test_the_application_may_do_nothing_with_tables_of_extensions(server, bare_database, roles):
    server.execute("create extension pg_stat_statements; create table its (n int)", bare_database)
    server.execute("alter extension pg_stat_statements add table its", bare_database)
    roles.succeed()
    with server.connect(bare_database, LOGINS[0]) as session, pytest.raises(errors.InsufficientPrivilege):
        session.execute("select * from its")


@pytest.mark.parametrize("role", [LOGINS[0], OWNER, BACKUP])
@pytest.mark.parametrize("other", ["template1", "postgres"])
def test_nobody_connects_to_other_databases_but_the_backup_where_pg_dumpall_begins(server, database, role, other):
    if (role, other) == (BACKUP, "postgres"):
        assert server.execute("select 1", other, role) == [(1,)]
        return
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        server.connect(other, role)


def test_neither_the_group_nor_the_login_that_is_not_in_use_can_log_in(server, roles):
    roles.give("shop_app_c")
    roles.succeed(APP_LOGINS="shop_app_c shop_app_d")
    able = "select rolname from pg_roles where rolname in ('shop_app', 'shop_app_c', 'shop_app_d') and rolcanlogin"
    assert server.execute(able) == [("shop_app_c",)]
    for role in (APP, "shop_app_d"):
        with pytest.raises(psycopg.OperationalError, match="authentication failed"):
            server.connect(roles.database, role)


def test_what_later_migrations_make_is_the_applications_too(server, database):
    later = "create schema later; create table later.things (id serial primary key); create table more (n int)"
    server.execute(later, database, OWNER)
    use = (
        "insert into later.things default values; insert into more values (1); select count(*) from later.things, more"
    )
    assert server.execute(use, database, LOGINS[0]) == [(1,)]
    with server.connect(database, LOGINS[0]) as session, pytest.raises(errors.InsufficientPrivilege):
        session.execute("truncate more")


def test_migrations_may_do_all_within_the_database_and_nothing_beyond(server, legacy):
    server.execute(
        'drop schema "Odd ""name" cascade; truncate item; create extension citext; drop table parts', legacy, OWNER
    )
    with server.connect(legacy, OWNER) as session:
        for statement in ("create database more", "create role more", "alter system set work_mem = '1MB'"):
            with pytest.raises(errors.InsufficientPrivilege):
                session.execute(statement)


def test_rows_that_policies_hide_are_in_backups_and_not_in_pages(server, database, backup):
    server.execute(
        """
        create schema hidden; create table hidden.item (n int); insert into hidden.item values (1), (2);
        alter table hidden.item enable row level security; alter table hidden.item force row level security;
        """,
        database,
        OWNER,
    )
    server.execute("select lo_from_bytea(0, 'large')", database, LOGINS[0])
    assert server.execute("select count(*) from hidden.item", database, LOGINS[0]) == [(0,)]
    made = backup.succeed()
    assert json.loads((made / "manifest.json").read_text())["rows"]["hidden.item"] == 2
    with backup.restored(made) as target:
        assert server.execute("select count(*) from hidden.item, pg_largeobject_metadata", target) == [(2,)]


def test_the_backup_writes_nothing(server, legacy):
    with server.connect(legacy, BACKUP) as session, pytest.raises(errors.InsufficientPrivilege):
        session.execute("update item set name = 'mine'")
