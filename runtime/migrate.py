"""Apply the pending migrations, one program at a time."""

from __future__ import annotations

import argparse
import socket
import traceback
from contextlib import contextmanager
from typing import Iterator

from django.core.management import CommandError, call_command
from django.db import Error, connection
from django.db.migrations import Migration

import project

# "migrate" in ASCII. Any number would do, as long as every release that migrates this database uses the same one.
LOCK_KEY = 0x6D696772617465

# The server frees the lock of a node that died after a minute, not after hours, and never that of a long migration.
# Joined with pg_settings, because PostgreSQL 13 has no idle_session_timeout.
PREPARE_SESSION = """
    select set_config(name, value, false)
    from (values ('tcp_keepalives_idle', '30'), ('tcp_keepalives_interval', '10'), ('tcp_keepalives_count', '3'),
                 ('idle_session_timeout', '0')) as wanted (name, value)
    join pg_settings using (name)"""

HOLDER = """
    select pid, application_name, host(client_addr), to_char(backend_start at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS')
    from pg_locks join pg_stat_activity using (pid)
    where locktype = 'advisory' and granted and objsubid = 1 and (classid::bigint << 32) + objid::bigint = %s
      and database = (select oid from pg_database where datname = current_database())"""


def main() -> None:
    """Wait for the database and for the lock, then migrate if something is pending."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wait", type=int, required=True, metavar="SECONDS", help="for the database, and for the lock")
    arguments = parser.parse_args()

    project.setup()
    project.wait_for_database(arguments.wait)
    with lock(arguments.wait):
        if project.pending():
            migrate()
        else:
            print("nothing to migrate")


@contextmanager
def lock(seconds: float) -> Iterator[None]:
    """Hold the advisory lock of all migrations, on a session that no migration can end; wait at most `seconds`."""
    session = connection.copy()
    session.settings_dict["AUTOCOMMIT"] = True
    session.settings_dict["OPTIONS"]["application_name"] = f"migrate on {socket.gethostname()}"

    def obstacle() -> str | None:
        try:
            with session.cursor() as cursor:
                cursor.execute(PREPARE_SESSION)
                cursor.execute("select pg_try_advisory_lock(%s)", [LOCK_KEY])
                if cursor.fetchone() == (True,):
                    return None
                cursor.execute(HOLDER, [LOCK_KEY])
                return held_by(cursor.fetchone())
        except Error as error:
            session.close()
            return project.one_line(error)

    try:
        project.wait(seconds, "the migration lock", obstacle)
        yield
    finally:
        session.close()


def held_by(holder: tuple | None) -> str:
    """Who holds the lock, in words."""
    if holder is None:
        return "held until a moment ago"
    return "held by pid {} ({}) at {}, connected since {} UTC".format(*holder)


def migrate() -> None:
    """Run the project's `migrate` command, and end with one line that names the migration that failed."""
    try:
        call_command("migrate", interactive=False, skip_checks=False)
    except Exception as error:
        name = failed_migration(error)
        if name is None and isinstance(error, CommandError):
            raise SystemExit(f"migrate failed: {error}") from None
        traceback.print_exc()
        subject = f"migration {name}" if name else "migrate"
        raise SystemExit(f"{subject} failed: {type(error).__name__}: {project.one_line(error)}") from None


def failed_migration(error: Exception) -> str | None:
    """The migration that Django's executor was applying when it raised `error`."""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        migration = frame.f_locals.get("migration")
        if isinstance(migration, Migration):
            return str(migration)
    return None


if __name__ == "__main__":
    main()
