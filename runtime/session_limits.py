"""How long statements of a migration may wait for a lock and take, on the session that migrates and no other."""

from __future__ import annotations

import argparse

from django.db import connections
from django.db.backends.signals import connection_created

import progress

LOCK_NOT_AVAILABLE = "55P03"  # an SQLSTATE
LIMITS = "select set_config('lock_timeout', %s, false), set_config('statement_timeout', %s, false)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Let a program take both limits."""
    for name in ("--lock-timeout", "--statement-timeout"):
        parser.add_argument(name, type=int, required=True, metavar="SECONDS")


def keep(arguments: argparse.Namespace, watch: progress.Watch) -> None:
    """Limit the default connection whenever it is opened, and anew before each migration."""
    session = connections["default"]
    session.close()

    def limit() -> None:
        with session.cursor() as cursor:
            cursor.execute(LIMITS, [f"{arguments.lock_timeout}s", f"{arguments.statement_timeout}s"])

    def opened(connection: object, **_: object) -> None:
        if connection is session:
            watch.pid = session.connection.info.backend_pid
            limit()

    connection_created.connect(opened, weak=False)
    watch.prepare = limit


def is_over(error: BaseException | None) -> bool:
    """Whether it was the wait for a lock that led to this error."""
    while error is not None:
        code = getattr(error, "sqlstate", None) or getattr(error, "pgcode", None)
        if code:
            return code == LOCK_NOT_AVAILABLE
        error = error.__cause__
    return False
