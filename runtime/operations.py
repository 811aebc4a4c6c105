"""What an operation of a migration is in the database."""

from __future__ import annotations

import re
from typing import Iterator

import sqlparse
from django.db import connection
from django.db.migrations import Migration, SeparateDatabaseAndState
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


def in_database(
    migration: Migration, operation: Operation, old: ProjectState, new: ProjectState
) -> Iterator[tuple[Operation, ProjectState, ProjectState]]:
    """What an operation is in the database, each with the state before and after it: a state-only one is nothing."""
    if not isinstance(operation, SeparateDatabaseAndState):
        yield operation, old, new
        return
    for part in operation.database_operations:
        after = old.clone()
        part.state_forwards(migration.app_label, after)
        yield from in_database(migration, part, old, after)
        old = after


def sql_of(
    operation: Operation, label: str, old: ProjectState, new: ProjectState, backwards: bool = False
) -> Iterator[str]:
    """The statements that Django would run, on one line each, without comments, and with no text in quotes."""
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        if backwards:
            operation.database_backwards(label, editor, new, old)
        else:
            operation.database_forwards(label, editor, old, new)
    for text in editor.collected_sql:
        for statement in sqlparse.split(sqlparse.format(text, strip_comments=True)):
            yield " ".join(re.sub(r"'(?:[^']|'')*'", "''", statement).split()).rstrip(" ;")
