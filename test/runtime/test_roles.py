"""roles.sh: the program that makes roles."""

from __future__ import annotations

import subprocess

import psycopg
import pytest
from psycopg import sql

from pods import finish
from roles import owned
from servers import ADMIN, BACKUP, LOGINS, OWNER, Server


def acls(server: Server, database: str) -> list[tuple]:
    """Every owner and privilege that there is."""
    return server.execute(
        """
        select rolname, concat_ws(' ', rolsuper, rolcanlogin, rolcreatedb, rolbypassrls, rolconfig) from pg_roles
        union all select relname, concat_ws(' ', relowner::regrole, relacl) from pg_class
        union all select nspname, concat_ws(' ', nspowner::regrole, nspacl) from pg_namespace where nspname !~ '^pg_t'
        union all select datname, concat_ws(' ', datdba::regrole, datacl) from pg_database
        union all select 'default', defaclacl::text from pg_default_acl
        union all select roleid::regrole::text, member::regrole::text from pg_auth_members order by 1, 2""",
        database,
    )


def test_a_second_run_and_three_at_once_change_nothing(server, legacy, roles):
    before = acls(server, legacy)
    results = [finish(process) for process in [roles.start() for _ in range(3)]]
    assert [result.returncode for result in results] == [0, 0, 0], [result.stderr for result in results]
    assert acls(server, legacy) == before
    assert roles.succeed() == f"the roles of {legacy} are as they must be; 0 objects are now of {OWNER}"


def test_passwords_are_in_no_statement(server, bare_database, roles):
    server.execute(sql.SQL("alter database {} set log_statement = 'all'").format(sql.Identifier(bare_database)))
    before = server.log.stat().st_size
    roles.give(owner="0wner's", app="app-p4ss", backup="b4ckup")
    roles.succeed()
    said = server.log.read_bytes()[before:].decode()
    assert "ALTER USER shop_owner PASSWORD 'SCRAM-SHA-256$" in said
    assert [word for word in ("0wner", "app-p4ss", "b4ckup") if word in said] == []
    with server.connect(bare_database, OWNER, "0wner's") as session:
        assert session.execute("select 1").fetchone() == (1,)


def test_the_two_logins_take_turns_and_the_one_before_stays_until_it_is_closed(server, database, roles):
    server.execute("create table item (n int)", database, OWNER)
    server.execute("select lo_from_bytea(0, 'large')", database, LOGINS[0])
    roles.give(LOGINS[1], app="new")
    roles.succeed()
    with server.connect(database, LOGINS[0]) as before, server.connect(database, LOGINS[1], "new") as after:
        for session in (before, after):
            session.execute("insert into item values (1)")
        (number,) = after.execute("select oid from pg_largeobject_metadata").fetchone()
        assert after.execute("select lo_get(%s)", [number]).fetchone() == (b"large",)
    server.execute(f"alter role {LOGINS[0]} nologin")
    roles.succeed()
    with pytest.raises(psycopg.OperationalError, match="is not permitted to log in"):
        server.connect(database, LOGINS[0])
    roles.give(LOGINS[0])
    roles.succeed()
    assert server.execute("select count(*) from item", database, LOGINS[0]) == [(2,)]


def test_extensions_are_made_and_those_that_nobody_lists_any_more_stay(server, bare_database, roles):
    named = "select extname, extnamespace::regnamespace::text from pg_extension where extname <> 'plpgsql' order by 1"
    roles.succeed(EXTENSIONS="uuid-ossp,earthdistance")
    made = [("cube", "public"), ("earthdistance", "public"), ("uuid-ossp", "public")]
    assert server.execute(named, bare_database) == made
    roles.succeed()
    assert server.execute(named, bare_database) == made
    assert server.execute("select uuid_nil()::text", bare_database, LOGINS[0])[0][0].startswith("0000")


def test_extensions_that_the_image_lacks_are_named_and_nothing_is_done(server, bare_database, roles):
    assert roles.fail(EXTENSIONS="vector,pg_trgm,postgis") == (
        "the server has no extension vector, postgis: take it out of postgres.extensions, "
        "or use an image of Postgres that has it"
    )
    assert server.execute(
        "select datdba::regrole::text from pg_database where datname = current_database()", bare_database
    ) == [(ADMIN,)]


def test_a_run_waits_for_another_and_not_beyond_its_clock(server, database, roles):
    with server.connect(database) as other:
        other.execute("select pg_advisory_lock(x'726f6c6573'::bigint)")
        said = roles.fail(WAIT_SECONDS="1")
        waiting = roles.start()
        with pytest.raises(subprocess.TimeoutExpired):
            waiting.wait(2)
        other.execute("select pg_advisory_unlock_all()")
        assert finish(waiting).returncode == 0
    assert said.startswith("canceling statement due to lock timeout: another run of this Job goes on")


def test_a_table_in_use_holds_nobody_up_for_long_and_is_taken_when_it_is_free(server, bare_database, roles):
    server.execute("create table item (n int)", bare_database)
    with server.connect(bare_database) as reader:
        reader.execute("begin; select * from item")
        reason = "someone holds a lock, which stops ALTER table public.item OWNER TO shop_owner"
        assert roles.fail(WAIT_SECONDS="1") == (
            f"{reason}: end what uses it, which pg_stat_activity shows, or run the Job again"
        )
        waiting = roles.start()
        assert server.execute("select count(*) from item", bare_database) == [(0,)]
        reader.execute("commit")
        result = finish(waiting)
    assert result.returncode == 0, result.stderr
    assert "public.item" in owned(server, bare_database)


def test_a_wrong_password_of_the_administrator_is_said_with_the_mend(roles):
    roles.give(admin="wr0ng")
    said = roles.fail()
    assert said.startswith(f"password authentication failed for user '{ADMIN}': the Secret has another password")
    assert said.endswith("docs/how-to/rotate.md says how to set it")


def test_a_login_that_is_not_of_the_application_is_refused(roles):
    roles.give("shop_owner")
    assert roles.fail() == (
        "POSTGRES_USER in the Secret of the application must be one of shop_app_a shop_app_b, got shop_owner"
    )


@pytest.mark.parametrize(
    "name", ["PGHOST", "PGUSER", "OWNER_ROLE", "APP_LOGINS", "BACKUP_ROLE", "MONITOR_ROLE", "WAIT_SECONDS"]
)
def test_a_missing_variable_is_named(roles, name):
    del roles.environment[name]
    assert roles.fail() == f"the environment variable {name} is not set"


def test_an_empty_password_is_refused(roles):
    roles.give(backup="")
    assert roles.fail() == f"the password of {BACKUP} is empty"
