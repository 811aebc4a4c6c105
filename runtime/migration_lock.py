"""The advisory lock in the database that lets one program migrate at a time."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from typing import Iterator

from django.db import Error, connection

import project

# "migrate" in ASCII. Any number would do, as long as every release that migrates this database uses the same one.
LOCK_KEY = 0x6D696772617465

# The server frees the lock of a node that died after a minute, not after hours, and never that of a long migration.
SESSION = {**{f"tcp_{name}": value for name, value in project.KEEPALIVES.items()}, "idle_session_timeout": 0}
# Joined with pg_settings, because PostgreSQL 13 has no idle_session_timeout.
PREPARE_SESSION = f"""
    select set_config(name, value, false)
    from (values {", ".join(f"('{name}', '{value}')" for name, value in SESSION.items())}) as wanted (name, value)
    join pg_settings using (name)"""

HOLDER = """
    select pid, application_name, host(client_addr), to_char(backend_start at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS')
    from pg_locks join pg_stat_activity using (pid)
    where locktype = 'advisory' and granted and objsubid = 1 and (classid::bigint << 32) + objid::bigint = %s
      and database = (select oid from pg_database where datname = current_database())"""


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
