"""What the migration programs share: Django set up for the project, waiting, and the unapplied migrations.

A program that cannot go on raises SystemExit with a sentence: Python prints it to stderr and exits with 1.
"""

from __future__ import annotations

import signal
import sys
import time
from typing import Callable

import django
from django.core.exceptions import ImproperlyConfigured
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor

import environment

OURS = ("environment", "project", "model_changes", "pooled", "migration_lock", "progress", "session_limits")
OURS += ("risks", "operations", "statements", "old_code", "waits", "tables", "migrate", "history", "verdicts", "ways")
REPORT_SECONDS = 30
CONNECT_TIMEOUT = 3  # seconds; without one, a dropped packet hides the reason for minutes
KEEPALIVES = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}


def setup() -> None:
    """Load the environment and the project's settings, and make sure that its database is PostgreSQL."""
    sys.stdout.reconfigure(line_buffering=True)  # or the log shows errors before what led to them
    signal.signal(signal.SIGTERM, stop)
    environment.load()
    directory = environment.enter_project()
    environment.required("DJANGO_SETTINGS_MODULE")
    # The project may have a package called `project` or `environment`: it must find its own, not these files.
    sys.path[0] = directory
    for name in OURS:
        sys.modules.pop(name, None)
    django.setup()
    prepare_connection()


def stop(number: int, _frame: object) -> None:
    """End the program at a signal, which the first process of a container would otherwise not hear."""
    raise SystemExit(f"stopped by {signal.Signals(number).name}")


def prepare_connection() -> None:
    """Refuse other databases than PostgreSQL, and give the connection what a program of one session needs."""
    try:
        vendor = connection.vendor
    except ImproperlyConfigured as error:
        raise SystemExit(f"settings.DATABASES['default']: {error}") from None
    if vendor != "postgresql":
        raise SystemExit(
            f"settings.DATABASES['default'] uses {connection.settings_dict['ENGINE']}; "
            "the stack's migrations need PostgreSQL: see docs/your-project.md"
        )
    options = connection.settings_dict["OPTIONS"]
    options.pop("pool", None)
    for name, value in {"connect_timeout": CONNECT_TIMEOUT, **KEEPALIVES}.items():
        options.setdefault(name, value)


def wait(seconds: float, awaited: str, obstacle: Callable[[], str | None], hint: str = "") -> None:
    """Call `obstacle` once a second until it returns None; after `seconds`, stop with what it said last."""
    start = time.monotonic()
    said = -REPORT_SECONDS
    print(f"waiting up to {seconds:g} s for {awaited}")
    while True:
        reason = obstacle()
        waited = time.monotonic() - start
        if reason is None:
            return
        if waited >= seconds:
            raise SystemExit(f"waited {seconds:g} s for {awaited}: {reason}{hint}")
        if waited - said >= REPORT_SECONDS:
            print(f"not yet, after {waited:.0f} s: {reason}")
            said = waited
        time.sleep(1)


def wait_for_database(seconds: float) -> None:
    """Wait at most `seconds` until the default database lets the project in."""
    settings = connection.settings_dict
    address = f"{settings['HOST'] or 'localhost'}:{settings['PORT'] or 5432}"

    def obstacle() -> str | None:
        try:
            connection.ensure_connection()
        except Error as error:
            return one_line(error)
        finally:
            connection.close()  # it could be idle for long, and the next query opens it again
        return None

    wait(seconds, f"the database {settings['NAME']} at {address} as {settings['USER']}", obstacle)


def pending() -> list[str]:
    """The unapplied migrations as `app.name`, in the order of their plan: empty when `migrate --check` passes."""
    executor = MigrationExecutor(connection)
    return [str(migration) for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def one_line(error: BaseException) -> str:
    """The text of an error without its line breaks."""
    return " ".join(str(error).split())
