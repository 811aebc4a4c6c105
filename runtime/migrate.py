"""Apply the pending migrations, one program at a time, and never let the site wait long behind one."""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from typing import Callable

from django.core.management import CommandError, call_command, get_commands, load_command_class
from django.core.management.base import BaseCommand
from django.db import connections
from django.db.migrations import Migration

import migration_lock
import progress
import project
import session_limits

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
    """Run the project's `migrate`."""
    name = get_commands()["migrate"]
    command = name if isinstance(name, BaseCommand) else load_command_class(name, "migrate")
    command.migration_progress_callback = watch.told
    again(lambda: call_command(command, interactive=False, skip_checks=False), watch, lock_timeout, left)


def again(run: Callable[[], object], watch: progress.Watch, lock_timeout: int, left: float) -> None:
    """Run what migrates, again while a lock cannot be had and the seconds that are left allow it."""
    pauses = list(PAUSES)
    while True:
        try:
            run()
            return
        except Exception as error:
            migration, done = failed(error)
            if not session_limits.is_over(error):
                stop(error, migration)
            subject = f"migration {migration}" if migration else "migrate"
            held = f"{project.one_line(error)}: the lock is held by {watch.holders or 'somebody unknown'}"
            if migration and not migration.atomic:
                print(f"{subject} failed: {held}\n{remains(migration, done)}", file=sys.stderr)
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


def failed(error: Exception) -> tuple[Migration | None, int]:
    """The migration that Django's executor was at when it raised `error`, and how many of its operations are done."""
    migration, done = None, 0
    for frame, _ in traceback.walk_tb(error.__traceback__):
        names = frame.f_locals
        if migration is None and isinstance(names.get("migration"), Migration):
            migration = names["migration"]
            done = len(migration.operations)
        elif migration is not None and names.get("self") is migration:
            order = migration.operations[:: -1 if frame.f_code.co_name == "unapply" else 1]
            done = order.index(names["operation"]) if names.get("operation") in order else done
    return migration, done


def remains(migration: Migration, done: int) -> str:
    """What a migration that is not atomic leaves behind."""
    with connections["default"].cursor() as cursor:
        cursor.execute(INVALID_INDEXES)
        names = ", ".join(name for (name,) in cursor.fetchall())
    return (
        f"it is not tried again, because it has atomic = False and {done} of its {len(migration.operations)} "
        f"operations are done and stay; indexes that are not valid and must be dropped: {names or 'none'}; "
        "put right what is half done, and release again: see docs/how-to/migrations.md"
    )


if __name__ == "__main__":
    main()
