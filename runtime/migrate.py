"""Apply the pending migrations, one program at a time, and never let the site wait long behind one."""

from __future__ import annotations

import argparse
import sys
import time
import traceback

from django.core.management import CommandError, call_command, get_commands, load_command_class
from django.core.management.base import BaseCommand
from django.db import connections
from django.db.migrations import Migration

import migration_lock
import progress
import project
import session_limits

LOCK_NOT_AVAILABLE = "55P03"
PAUSES = (1, 2, 4, 8, 15)  # seconds from one try to the next; the last for all that follow
FINAL = 3  # the exit status after which the Job starts no other pod

INVALID_INDEXES = "select indexrelid::regclass::text from pg_index where not indisvalid order by 1"


def main() -> None:
    """Wait for the database and for the lock, then migrate if something is pending."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wait", type=int, required=True, metavar="SECONDS", help="for the database, and for locks")
    session_limits.add_arguments(parser)
    arguments = parser.parse_args()

    project.setup()
    project.wait_for_database(arguments.wait)
    start = time.monotonic()
    with migration_lock.lock(arguments.wait):
        if project.pending():
            with progress.Watch() as watch:
                session_limits.keep(arguments, watch)
                migrate(watch, arguments.lock_timeout, arguments.wait - (time.monotonic() - start))
        else:
            print("nothing to migrate")


def migrate(watch: progress.Watch, lock_timeout: int, left: float) -> None:
    """Run the project's `migrate`, again while a lock cannot be had and the seconds that are left allow it."""
    name = get_commands()["migrate"]
    command = name if isinstance(name, BaseCommand) else load_command_class(name, "migrate")
    command.migration_progress_callback = watch.told
    pauses = list(PAUSES)
    while True:
        try:
            call_command(command, interactive=False, skip_checks=False)
            return
        except Exception as error:
            migration, operation = failed(error)
            if state(error) != LOCK_NOT_AVAILABLE:
                stop(error, migration)
            subject = f"migration {migration}" if migration else "migrate"
            held = f"{project.one_line(error)}: the lock is held by {watch.holders or 'somebody unknown'}"
            if migration and not migration.atomic:
                print(f"{subject} failed: {held}\n{remains(migration, operation)}", file=sys.stderr)
                raise SystemExit(FINAL) from None
            pause = pauses.pop(0) if len(pauses) > 1 else pauses[0]
            left -= lock_timeout + pause
            if left <= 0:
                raise SystemExit(f"{subject} failed: {held}; it was rolled back, migrate.wait is used up") from None
            print(f"{subject} rolled back: {held}; again in {pause} s, for up to {left:.0f} s more")
            time.sleep(pause)


def stop(error: Exception, migration: Migration | None) -> None:
    """End with one line that names the migration that failed."""
    if migration is None and isinstance(error, CommandError):
        raise SystemExit(f"migrate failed: {error}") from None
    traceback.print_exception(type(error), error, error.__traceback__)
    subject = f"migration {migration}" if migration else "migrate"
    raise SystemExit(f"{subject} failed: {type(error).__name__}: {project.one_line(error)}") from None


def failed(error: Exception) -> tuple[Migration | None, object]:
    """The migration and its operation that Django's executor was at when it raised `error`."""
    migration = operation = None
    for frame, _ in traceback.walk_tb(error.__traceback__):
        names = frame.f_locals
        if migration is None and isinstance(names.get("migration"), Migration):
            migration = names["migration"]
        elif migration is not None and names.get("self") is migration:
            operation = names.get("operation")
    return migration, operation


def state(error: BaseException | None) -> str | None:
    """The SQLSTATE of the error of the database that led to this one."""
    while error is not None:
        code = getattr(error, "sqlstate", None) or getattr(error, "pgcode", None)
        if code:
            return code
        error = error.__cause__
    return None


def remains(migration: Migration, operation: object) -> str:
    """What a migration that is not atomic leaves behind."""
    operations = migration.operations
    done = operations.index(operation) if operation in operations else len(operations)
    with connections["default"].cursor() as cursor:
        cursor.execute(INVALID_INDEXES)
        names = ", ".join(name for (name,) in cursor.fetchall())
    return (
        f"it is not tried again, because it has atomic = False and {done} of its {len(operations)} operations are done "
        f"and stay; indexes that are not valid and must be dropped: {names or 'none'}; "
        "put right what is half done, and release again: see docs/how-to/migrations.md"
    )


if __name__ == "__main__":
    main()
