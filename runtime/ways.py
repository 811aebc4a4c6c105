"""What the operations of a migration are in the database, there and back, and what the way back takes away or wants."""

from __future__ import annotations

from typing import Iterator, NamedTuple

from django.db.migrations import Migration, RunPython
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

import operations
import project
from old_code import DROPPED, DROPPED_TABLE, FILLED, WITHOUT_DEFAULT
from statements import DEFAULT
from tables import Tables, bare
from waits import RETYPED

WANTS = "its way back wants a value of {} of {} in every row, and there are rows without; safe: {}"
BACKUP = "the backup that was made before it"
LOSSES = (
    (DROPPED, "column {column} of {table}"),
    (DROPPED_TABLE, "table {table}"),
    (RETYPED, "what of column {column} of {table} is no {type}"),
)


class Way(NamedTuple):
    """The statements of one direction, or why they cannot be had: none of what is not SQL, or cannot be reversed."""

    sql: list[str]
    fault: str


class Step(NamedTuple):
    """One operation, as the database sees it."""

    operation: Operation
    there: Way
    back: Way

    def __str__(self) -> str:
        return f"{type(self.operation).__name__} ({self.operation.describe()})"


def steps_of(migration: Migration, state: ProjectState) -> Iterator[Step]:
    """The operations of a migration, in their order; `state` is then as after it."""
    label = migration.app_label
    for whole in migration.operations:
        before = state.clone()
        whole.state_forwards(label, state)
        parts = list(operations.in_database(migration, whole, before, state))
        if not whole.reversible and all(operation is not whole for operation, _, _ in parts):
            yield Step(whole, Way([], ""), Way([], ""))
        for operation, old, new in parts:
            there = way(operation, label, old, new)
            yield Step(operation, there, way(operation, label, old, new, backwards=True))


def way(operation: Operation, label: str, old: ProjectState, new: ProjectState, backwards: bool = False) -> Way:
    """The statements of an operation in one direction; nothing of the project that is not SQL is run for them."""
    if isinstance(operation, RunPython) or not operation.reduces_to_sql or (backwards and not operation.reversible):
        return Way([], "")
    try:
        return Way(list(operations.sql_of(operation, label, old, new, backwards)), "")
    except Exception as error:
        return Way([], f"{type(error).__name__}: {project.one_line(error)}")


def losses(statement: str, tables: Tables) -> Iterator[str]:
    """What a statement of a way back takes away, by the names that tables have today."""
    for rule, lost in LOSSES:
        match = rule.pattern.match(statement)
        if match is None or tables.is_new(match["table"]):
            continue
        names = {**match.groupdict(), "table": tables.today(match["table"])}
        if rule is RETYPED and not (is_cut(statement, names["type"]) and tables.is_rewritten(*match.groups())):
            continue
        yield lost.format(**{name: bare(text) for name, text in names.items()})


def is_cut(statement: str, type_: str) -> bool:
    """Whether a change of the type cuts a value off where it does not fit, rather than fail."""
    return " USING " in statement.upper() and type_.lower() != "text" or type_.lower().startswith("numeric")


def obstacle(statement: str, back: list[str], tables: Tables) -> str | None:
    """Why a statement of a way back would fail, as far as that can be told by the rows of today."""
    added, filled = WITHOUT_DEFAULT.pattern.match(statement), FILLED.pattern.match(statement)
    match = added or filled
    if match is None or tables.is_new(match["table"]) or DEFAULT.match(statement):
        return None
    column, table = match.group("column", "table")
    if filled and any(other.upper().startswith("UPDATE ") for other in back):
        return None
    if not tables.has_rows(table, f"{column} is null" if filled else "true"):
        return None
    return WANTS.format(bare(column), bare(tables.today(table)), "fill them first" if filled else BACKUP)
