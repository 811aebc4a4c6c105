"""migrate.py: the main container of the migration Job."""

from __future__ import annotations

import re
import socket
import time

from psycopg import sql

from pods import finish
from small_project import MODELS

SLOW = "create table slow (id int); select pg_sleep(2)"
ENDLESS = "select pg_sleep(60)"
BROKEN_AT_COMMIT = """
    create table child (item bigint references shop_item deferrable initially deferred);
    insert into child values (9)"""

CLOSING = """
import time

from django.db import migrations


def close(apps, schema_editor):
    schema_editor.connection.close()
    time.sleep(4)
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("create table after_closing (id int)")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("shop", "0001_initial")]
    operations = [migrations.RunPython(close)]
"""


def applied(server, database) -> set[str]:
    return {name for (name,) in server.execute("select name from django_migrations where app = 'shop'", database)}


def wait_until_it_migrates(server) -> None:
    deadline = time.monotonic() + 60
    while not server.execute("select 1 from pg_stat_activity where wait_event = 'PgSleep'"):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def wait_until_unlocked(server) -> None:
    """The server lets go of the lock of a program that has ended when it has noticed that."""
    deadline = time.monotonic() + 20
    while server.execute("select 1 from pg_locks where locktype = 'advisory'"):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_it_migrates_once_and_then_has_nothing_to_do(pod, server, database):
    first, second = pod.migrate(), pod.migrate()
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert re.search(r"\nApplying shop\.0001_initial\nApplied shop\.0001_initial: took \d+\.\d s\n", first.stdout)
    assert "Applying" not in second.stdout
    assert second.stdout.endswith("\nnothing to migrate\n")
    assert applied(server, database) == {"0001_initial"}


def test_of_two_at_once_only_one_migrates_and_both_succeed(pod, server, database):
    pod.add_migration("0002_slow", SLOW)
    results = [finish(process) for process in [pod.start_migrate(30) for _ in range(2)]]
    assert [result.returncode for result in results] == [0, 0], [result.stderr for result in results]
    assert sorted("\nApplied shop.0002_slow: took " in result.stdout for result in results) == [False, True]
    assert sorted("nothing to migrate" in result.stdout for result in results) == [False, True]


def test_a_migration_that_closes_its_connection_and_a_limit_on_idle_sessions_keep_the_lock(pod, server, database):
    server.execute(sql.SQL("alter database {} set idle_session_timeout = '3s'").format(sql.Identifier(database)))
    pod.write("shop/migrations/0002_closing.py", CLOSING)
    results = [finish(process) for process in [pod.start_migrate(30) for _ in range(2)]]
    assert [result.returncode for result in results] == [0, 0], [result.stderr for result in results]
    assert sorted("nothing to migrate" in result.stdout for result in results) == [False, True]


def test_a_second_one_gives_up_at_the_end_of_its_clock_and_names_the_holder(pod, server, database):
    pod.add_migration("0002_endless", ENDLESS)
    first = pod.start_migrate(30)
    wait_until_it_migrates(server)
    second = pod.migrate(seconds=1)
    assert second.returncode == 1
    held = f"(migrate on {socket.gethostname()}) at 127.0.0.1, connected since 20"
    assert held in second.stdout
    assert second.stderr.startswith("waited 1 s for the migration lock: held by pid ")
    assert held in second.stderr
    first.terminate()
    finish(first)


def test_a_failing_migration_is_named_and_the_lock_is_free_again(pod, server, database):
    pod.add_migration("0002_broken", "select * from no_such_table")
    result = pod.migrate()
    assert result.returncode == 1
    assert "Traceback" in result.stderr
    last = result.stderr.splitlines()[-1]
    assert last.startswith(
        'migration shop.0002_broken failed: ProgrammingError: relation "no_such_table" does not exist'
    )
    wait_until_unlocked(server)
    assert applied(server, database) == {"0001_initial"}

    pod.add_migration("0002_broken", "select 1")
    assert pod.migrate(seconds=1).returncode == 0


def test_a_failing_constraint_at_the_end_of_a_migration_names_it_too(pod, server, database):
    assert pod.migrate().returncode == 0
    pod.add_migration("0002_deferred", BROKEN_AT_COMMIT)
    result = pod.migrate()
    assert result.returncode == 1
    assert result.stderr.splitlines()[-1].startswith("migration shop.0002_deferred failed: IntegrityError")


def test_a_project_that_fails_its_checks_does_not_migrate(pod):
    pod.write("shop/models.py", MODELS.replace("max_length=50", "max_length=-1"))
    result = pod.migrate()
    assert result.returncode == 1
    assert result.stderr.startswith("migrate failed: SystemCheckError")
    assert "Traceback" not in result.stderr


def test_sigterm_rolls_the_migration_back_and_frees_the_lock(pod, server, database):
    pod.add_migration("0002_endless", ENDLESS)
    process = pod.start_migrate(30)
    wait_until_it_migrates(server)
    process.terminate()
    result = finish(process)
    assert (result.returncode, result.stderr.splitlines()[-1]) == (1, "stopped by SIGTERM")
    wait_until_unlocked(server)
    assert applied(server, database) == {"0001_initial"}
