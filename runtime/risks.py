"""What pending migrations would do to the site that runs, judged by the SQL of each operation and the tables of today.

It is written here because a linter, or a parser of SQL, would have to be in the image of every project. What Django
brings, sqlparse, tells where a statement ends, but not what an ALTER TABLE does.
"""

from __future__ import annotations

import argparse
from typing import Iterable, Iterator

from django.db import connection
from django.db.migrations import Migration, RunPython
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState

import old_code
import operations
import project
import statements
import waits
from tables import Tables

# Nothing that an operation does while it is asked for its SQL can change the database, or wait in it for long.
READ_ONLY = "set default_transaction_read_only = on; set lock_timeout = '2s'; set statement_timeout = '30s'"
ONE_WAY = "it cannot be taken back; safe: reverse_code or reverse_sql, which may be the noop of RunPython or RunSQL"
RULES = old_code.RULES + waits.RULES
HELD = "{} stays locked by an operation before it until it has ended; safe: a migration of its own for each"


def add_argument(parser: argparse.ArgumentParser) -> None:
    """Let a program take what a risk leads to."""
    parser.add_argument("--risks", choices=("fail", "warn"), required=True)


def check(arguments: argparse.Namespace) -> None:
    """Say what the pending migrations would do to the site, and stop if that is to fail."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(READ_ONLY)
        lines = list(found())
    except Exception as error:  # a fault of its own must not stop a release
        print(f"the risks of what is pending are not known: {type(error).__name__}: {project.one_line(error)}")
        return
    finally:
        connection.close()
    for accepted, line in lines:
        print(f"{'accepted ' if accepted else ''}risk: {line}")
    if arguments.risks == "fail" and not all(accepted for accepted, _ in lines):
        raise SystemExit(
            "the site would feel what is pending: see the risks above and docs/how-to/migrations.md; "
            'take the safe way, give the migration a `risks_accepted = "why"`, or set migrate.risks: warn'
        )


def found() -> Iterator[tuple[bool, str]]:
    """Each risk in a line, and whether its migration accepts it."""
    executor, tables = MigrationExecutor(connection), Tables()
    state = executor._create_project_state(with_applied_migrations=True)
    for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes()):
        reason = getattr(migration, "risks_accepted", "")
        for operation, risk in of_migration(migration, state, tables):
            yield bool(reason), f"{migration}: {operation}: {risk}" + (f" (accepted: {reason})" if reason else "")


def of_migration(migration: Migration, state: ProjectState, tables: Tables) -> Iterator[tuple[str, str]]:
    """What each operation of one migration does, in its order; `state` is then as after it."""
    locked = ""
    for whole in migration.operations:
        before = state.clone()
        whole.state_forwards(migration.app_label, state)
        for operation, old, new in operations.in_database(migration, whole, before, state):
            name = f"{type(operation).__name__} ({operation.describe()})"
            if not operation.reversible:
                yield name, ONE_WAY
            if not operation.reduces_to_sql:
                if locked and getattr(operation, "code", None) is not RunPython.noop:
                    yield name, HELD.format(locked)
                continue
            sql = list(operations.sql_of(operation, migration.app_label, old, new))
            yield from ((name, risk) for risk in of_statements(sql, tables))
            for statement in sql:
                locking = statements.LOCKING.match(statement)
                if migration.atomic and locking and not tables.is_new(locking["table"]):
                    locked = locking["table"].replace('"', "")


def of_statements(sql: list[str], tables: Tables, rules: Iterable[statements.Rule] = RULES) -> Iterator[str]:
    """What the statements of one operation do, and the safe way."""
    for statement in sql:
        tables.note(statement)
        for rule in rules:
            match = rule.pattern.match(statement)
            if match is None:
                continue
            table = match["table"]  # none where it is about all of them
            if table and (tables.is_new(table) or (not rule.at_any_size and tables.is_small(table))):
                continue
            if rule is waits.RETYPED and not tables.is_rewritten(*match.group("table", "column", "type")):
                continue
            if rule is old_code.WITHOUT_DEFAULT and keeps_default(match["column"], statement, sql):
                continue
            if rule.does in old_code.USED and tables.is_unused(**match.groupdict()):
                continue
            names = {name: (text or "every table").replace('"', "") for name, text in match.groupdict().items()}
            yield f"{rule.does.format(**names)}; safe: {rule.safe}"


def keeps_default(column: str, statement: str, sql: list[str]) -> bool:
    """Whether a column that is added has a default in the database when the operation has ended."""
    dropped = f"ALTER COLUMN {column} DROP DEFAULT"
    return bool(statements.DEFAULT.match(statement)) and not any(dropped in other for other in sql)
