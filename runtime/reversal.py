"""Judge the migrations that were applied since a release, and take them back if the release before needs that."""

from __future__ import annotations

import argparse
import json
import time
from datetime import datetime, timezone
from pathlib import Path

from django.core.management.sql import emit_pre_migrate_signal
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.dateparse import parse_datetime

import history
import migrate
import migration_lock
import progress
import project
import risks
import session_limits

OF_ONE = ("name", "applied", "verdict", "why", "loses")
RUNS = "the code of the release before runs with it"


def main() -> None:
    """Judge what was applied, say it in lines and in one of JSON, and take it back if that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wait", type=int, required=True, metavar="SECONDS", help="for the database, and for locks")
    session_limits.add_arguments(parser)
    parser.add_argument("--since", type=moment, required=True, metavar="TIME", help="such as 2026-11-24T02:50:00Z")
    parser.add_argument("--marker", type=Path, metavar="FILE", help="that is there when a backup is due")
    parser.add_argument("--reverse", action="store_true", help="take them back, if one has to go")
    arguments = parser.parse_args()

    project.setup()
    if arguments.marker and arguments.marker.exists():
        arguments.marker.unlink()
    project.wait_for_database(arguments.wait)
    if arguments.reverse:
        end = time.monotonic() + arguments.wait
        with migration_lock.lock(arguments.wait):
            reverse(arguments, end)
    else:
        conclude(arguments, judged(arguments), reversed_=False)


def moment(text: str) -> datetime:
    """A time with its zone."""
    time_ = parse_datetime(text)
    if time_ is None or time_.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text} is no time such as 2026-11-24T02:50:00Z")
    return time_


def judged(arguments: argparse.Namespace) -> history.Found:
    """The verdict of each, as a line; if one has to go back, the marker asks for a backup."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(risks.READ_ONLY)
        found = history.judge(arguments.since)
    except Exception as error:
        raise SystemExit(f"it cannot be judged: {type(error).__name__}: {project.one_line(error)}") from None
    finally:
        connection.close()
    for verdict in found.values():
        losses = f"; its way back takes {', '.join(verdict.loses)}" if verdict.loses else ""
        print(f"{verdict.name}: {verdict.verdict}: {'; '.join(verdict.why) or RUNS}{losses}")
    if arguments.marker and has_to(found):
        arguments.marker.write_text("".join(f"{verdict.name}\n" for verdict in found.values()))
        print(f"a backup comes first: {arguments.marker} asks for it")
    return found


def has_to(found: history.Found) -> bool:
    """Whether something goes back: nothing if one cannot."""
    words = {verdict.verdict for verdict in found.values()}
    return "goes back" in words and "one way" not in words


def reverse(arguments: argparse.Namespace, end: float) -> None:
    """Judge anew, and take all of them back if one has to go."""
    found = judged(arguments)
    one_way = [verdict.name for verdict in found.values() if verdict.verdict == "one way"]
    if one_way:
        raise SystemExit(f"nothing is taken back, because there is no way back of {', '.join(one_way)}: see above")
    if has_to(found):
        print(f"all {len(found)} go back, in the order of Django's graph, also those that could stay")
        with progress.Watch() as watch:
            session_limits.keep(arguments, watch)
            migrate.again(lambda: take_back(found, watch), watch, arguments.lock_timeout, end - time.monotonic())
    else:
        print("nothing has to go back")
    conclude(arguments, found, reversed_=has_to(found))


def take_back(found: history.Found, watch: progress.Watch) -> None:
    """Take back those of them that are applied still, and no other."""
    executor = MigrationExecutor(connection, watch.told)
    order = executor.migration_plan(executor.loader.graph.leaf_nodes(), clean_start=True)
    keys = found.keys() & executor.loader.applied_migrations.keys()
    plan = [(one, True) for one, _ in reversed(order) if (one.app_label, one.name) in keys]
    # Renames the content types of models that get their old names; what follows a migration is for the code of today.
    state = executor._create_project_state(with_applied_migrations=True)
    emit_pre_migrate_signal(0, False, connection.alias, apps=state.apps, plan=plan)
    executor.migrate(None, plan=plan)


def conclude(arguments: argparse.Namespace, found: history.Found, reversed_: bool) -> None:
    """One line for a program to read."""
    migrations = [{name: getattr(verdict, name) for name in OF_ONE} for verdict in found.values()]
    since = arguments.since.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    print(json.dumps({"event": "reversal", "since": since, "migrations": migrations, "reversed": reversed_}))


if __name__ == "__main__":
    main()
