"""migrate.py beside a site at work: locks that it cannot have, limits of its session, and what it says meanwhile."""

from __future__ import annotations

import re
import time
from contextlib import contextmanager

import pytest

from pods import finish
from servers import LOGINS

ALTER = "alter table shop_item add column price int"
HELD = re.compile(
    rf"pid \d+ \(web-1 as {LOGINS[0]} at 127.0.0.1\), idle in transaction, in its transaction since [0-9: -]{{19}} UTC"
)
OPERATIONS = """
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("shop", "0001_initial")]
    operations = [migrations.RunSQL("{first}"), migrations.RunSQL("{second}")]
"""
LIMITS = "create table limits as select current_setting('lock_timeout'), current_setting('statement_timeout') as other"


@pytest.fixture
def migrated(pod):
    assert pod.migrate().returncode == 0
    return pod


@contextmanager
def site_that_reads(server, database):
    """A page of the site whose transaction has read the table, and does not end."""
    with server.connect(database, LOGINS[0]) as session:
        session.execute("set application_name = 'web-1'")
        session.execute("begin")
        session.execute("select count(*) from shop_item")
        yield session


def wait_for_lock_of(process, server, database):
    deadline = time.monotonic() + 60
    while not server.execute("select 1 from pg_locks where not granted", database):
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.05)


def test_a_lock_that_comes_free_delays_the_migration_and_the_site_waits_no_longer_than_the_limit(
    migrated, server, database
):
    migrated.add_migration("0002_more", ALTER)
    with site_that_reads(server, database) as page:
        process = migrated.start_migrate(60, lock=2)
        wait_for_lock_of(process, server, database)
        start, longest = time.monotonic(), 0.0
        while time.monotonic() - start < 5:
            before = time.monotonic()
            server.execute("select count(*) from shop_item", database)
            longest = max(longest, time.monotonic() - before)
            time.sleep(0.05)
        page.execute("commit")
        result = finish(process)
    assert result.returncode == 0, result.stderr
    assert longest > 0.5  # and not until the commit, which comes after the last of them
    rolled_back = (
        r"migration shop\.0002_more rolled back: .*lock timeout.*: the lock is held by (.*); again in 1 s, for up to "
    )
    assert HELD.fullmatch(re.search(rolled_back, result.stdout)[1])
    assert result.stdout.count("\nApplying shop.0002_more\n") >= 2
    assert "\nApplied shop.0002_more: took " in result.stdout
    assert server.execute("select count(price) from shop_item", database) == [(0,)]


def test_a_lock_that_is_held_for_ever_ends_it_with_its_holder(migrated, server, database):
    migrated.add_migration("0002_more", ALTER)
    with site_that_reads(server, database):
        result = migrated.migrate(12, lock=2)
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert result.stdout.count("rolled back: ") == 2
    (line,) = result.stderr.splitlines()
    start, rest = line.split(": the lock is held by ")
    assert start == "migration shop.0002_more failed: canceling statement due to lock timeout"
    held, end = rest.split("; ")
    assert HELD.fullmatch(held)
    assert end == "it was rolled back, migrate.wait is used up"
    assert server.execute("select 1 from django_migrations where name = '0002_more'", database) == []


def test_one_that_is_not_atomic_is_not_tried_again_and_says_what_is_left(migrated, server, database):
    index = "create index concurrently half on shop_item (name)"
    migrated.write("shop/migrations/0002_half.py", OPERATIONS.format(first="create table done (id int)", second=index))
    with server.connect(database, LOGINS[0]) as page:
        page.execute("begin")
        page.execute("insert into shop_item (name) values ('tea')")
        result = migrated.migrate(30, lock=2)
    assert result.returncode == 3
    assert "rolled back" not in result.stdout
    failed, left = result.stderr.splitlines()
    assert failed.startswith("migration shop.0002_half failed: canceling statement due to lock timeout")
    assert f"as {LOGINS[0]}" in failed
    assert "because it has atomic = False and 1 of its 2 operations are done and stay" in left
    assert "must be dropped: half;" in left


def test_another_error_is_not_tried_again(migrated):
    migrated.add_migration("0002_broken", "select 1 / 0")
    result = migrated.migrate(30)
    assert result.returncode == 1
    assert result.stdout.count("Applying shop.0002_broken") == 1


def test_a_statement_that_takes_too_long_is_ended(migrated):
    migrated.add_migration("0002_slow", "select pg_sleep(30)")
    result = migrated.migrate(30, statement=1)
    assert result.returncode == 1
    assert result.stderr.splitlines()[-1].startswith(
        "migration shop.0002_slow failed: OperationalError: canceling statement due to statement timeout"
    )


def test_the_limits_are_those_of_the_arguments_and_of_the_migrating_session_alone(migrated, server, database):
    migrated.add_migration("0002_limits", f"{LIMITS}; select pg_sleep(2)")
    process = migrated.start_migrate(30, lock=1, statement=60)
    assert finish(process).returncode == 0
    assert server.execute("select * from limits", database) == [("1s", "1min")]


def test_what_a_migration_sets_for_itself_holds_for_it_and_not_for_the_next(migrated, server, database):
    migrated.add_migration("0002_own", f"set lock_timeout = '7s'; {LIMITS}")
    migrated.add_migration("0003_next", LIMITS.replace("table limits", "table later"), previous="0002_own")
    assert migrated.migrate(lock=2).returncode == 0
    assert server.execute("select * from limits union all select * from later", database) == [
        ("7s", "1min"),
        ("2s", "1min"),
    ]


def test_a_wait_for_the_advisory_lock_has_no_limit_but_its_clock(migrated):
    migrated.add_migration("0002_slow", "select pg_sleep(4)")
    results = [finish(process) for process in [migrated.start_migrate(30, lock=1) for _ in range(2)]]
    assert [result.returncode for result in results] == [0, 0], [result.stderr for result in results]


def test_a_long_one_says_what_the_server_does_but_no_value(migrated, server, database):
    migrated.add_migration("0002_slow", "create table slow as select pg_sleep(17)::text, 'secret' as name")
    result = migrated.migrate(30)
    assert result.returncode == 0, result.stderr
    assert re.search(
        r"\nApplying shop\.0002_slow\nshop\.0002_slow, after (?:1[5-9]|[2-9]\d) s: active, waits for Timeout PgSleep: "
        r"create table slow as select pg_sleep\(17\)::text,\nApplied shop\.0002_slow: took (?:1[7-9]|[2-9]\d)\.\d s\n",
        result.stdout,
    )


def test_nothing_is_lost_when_the_session_that_looks_on_is_ended(migrated, server, database):
    migrated.add_migration("0002_slow", "select pg_sleep(3)")
    process = migrated.start_migrate(30)
    deadline = time.monotonic() + 60
    ended = (
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'progress of migrate on %'"
    )
    while not server.execute(ended):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    result = finish(process)
    assert (result.returncode, result.stderr) == (0, "")
