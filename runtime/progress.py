"""What a migration is doing, and who holds the lock that it waits for: told by a session that no migration shares."""

from __future__ import annotations

import re
import socket
import threading
import time
from typing import Callable

from django.db import connection

POLL_SECONDS = 0.5
REPORT_SECONDS = 15
SHOWN = 80  # characters of a statement

ACTIVITY = """
    select state, wait_event_type, wait_event, query, phase,
      case when blocks_done < blocks_total then 100 * blocks_done / blocks_total
        when tuples_total > 0 then 100 * tuples_done / tuples_total end
    from pg_stat_activity left join pg_stat_progress_create_index using (pid) where pid = %s"""

# State and time are only told to who may read the statistics of others; a prepared transaction has no session.
HOLDERS = """
    select holder, coalesce(nullif(application_name, ''), backend_type, 'a prepared transaction'), usename,
      host(client_addr), state, to_char(xact_start at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS')
    from (select distinct unnest(pg_blocking_pids(%s))) as blocking (holder) left join pg_stat_activity on pid = holder
    order by holder"""


class Watch:
    """A thread that looks on while `migration` runs on the server's process `pid`, and can make nothing fail."""

    def __init__(self) -> None:
        self.pid: int | None = None
        self.prepare: Callable[[], None] = lambda: None  # before each migration
        self.migration = "migrate"
        self.holders = ""
        self.started = self.reported = time.monotonic()
        self._ended = threading.Event()
        self._session = connection.copy()
        self._session.settings_dict["AUTOCOMMIT"] = True
        self._session.settings_dict["OPTIONS"]["application_name"] = f"progress of migrate on {socket.gethostname()}"
        self._session.inc_thread_sharing()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join(timeout=2)

    def begin(self, name: str) -> None:
        """From now on it is this one that runs, and nobody is known to hold it up."""
        self.migration, self.holders = name, ""
        self.started = self.reported = time.monotonic()

    def told(self, action: str, migration: object = None, fake: bool = False) -> None:
        """What Django's `migrate` says of itself, one whole line before each migration and one after it."""
        if action in ("apply_start", "unapply_start"):
            self.prepare()
            self.begin(str(migration))
            print(f"{'Applying' if action == 'apply_start' else 'Reversing'} {migration}")
        elif action in ("apply_success", "unapply_success"):
            how = "is there already" if fake else f"took {time.monotonic() - self.started:.1f} s"
            print(f"{'Applied' if action == 'apply_success' else 'Reversed'} {migration}: {how}")
            self.begin("what follows the migrations")

    def _run(self) -> None:
        while not self._ended.wait(POLL_SECONDS):
            try:
                self._look()
            except Exception:
                self._session.close()  # no room for a session, a server that goes away: the next look opens another
        self._session.close()

    def _look(self) -> None:
        pid = self.pid
        with self._session.cursor() as cursor:
            cursor.execute(ACTIVITY, [pid])
            row = cursor.fetchone()
            if row is None:
                return
            if row[1] == "Lock":
                cursor.execute(HOLDERS, [pid])
                self.holders = ", ".join(map(holder, cursor.fetchall())) or self.holders
        if time.monotonic() - self.reported >= REPORT_SECONDS:
            self.reported = time.monotonic()
            waits = f", held up by {self.holders}" if row[1] == "Lock" else ""
            print(f"{self.migration}, after {self.reported - self.started:.0f} s: {activity(*row)}{waits}")


def activity(state: str, kind: str, event: str, query: str, phase: str | None, percent: int | None) -> str:
    """What the server's process is at, in words; of its statement no value, which could be somebody's."""
    statement = " ".join(re.split(r"['$]", query or "")[0].split())[:SHOWN]
    build = f", {phase}" + (f" {percent} %" if percent is not None else "") if phase else ""
    waits = f", waits for {kind} {event}" if state == "active" and kind else ""
    return f"{state}{waits}{build}: {statement}"


def holder(row: tuple) -> str:
    """Who holds a lock, as far as the database tells it."""
    pid, name, user, address, state, since = row
    words = f"pid {pid} ({name}{f' as {user}' if user else ''}{f' at {address}' if address else ''})"
    return words + (f", {state}" if state else "") + (f", in its transaction since {since} UTC" if since else "")
