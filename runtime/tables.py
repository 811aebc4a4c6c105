"""The tables that pending migrations meet: those of the database, and those that come or move in the same release."""

from __future__ import annotations

import re

from django.db import Error, connection

from statements import NAME

SMALL_BYTES = 10 * 1024**2
CREATED = re.compile(
    rf"CREATE (?:(?:UNLOGGED )?TABLE|(?:MATERIALIZED )?VIEW) (?:IF NOT EXISTS )?(?P<table>{NAME})", re.IGNORECASE
)
RENAMED = re.compile(rf"ALTER TABLE (?P<old>{NAME}) RENAME TO (?P<new>{NAME})", re.IGNORECASE)
TEXT = re.compile(r"(?:character varying|varchar)(?:\((\d+)\))?$|text$", re.IGNORECASE)
NUMERIC = re.compile(r"(?:numeric|decimal)\((\d+),\s*(\d+)\)$", re.IGNORECASE)

# Of a table with partitions, their sum.
SIZE = """
    select pg_relation_size(oid) + coalesce((select sum(pg_relation_size(relid)) from pg_partition_tree(oid)), 0)
    from pg_class where oid = to_regclass(%s)"""
TYPE = "select format_type(atttypid, atttypmod) from pg_attribute where attrelid = to_regclass(%s) and attname = %s"


class Tables:
    """What is known of them, while statement after statement is noted."""

    def __init__(self, of_models: set[tuple[str, str]] | None = None) -> None:
        self._of_models = of_models
        self._new: set[str] = set()
        self._was: dict[str, str] = {}

    def note(self, statement: str) -> None:
        """Remember a table or view that the statement makes, and a table that it renames."""
        created, renamed = CREATED.match(statement), RENAMED.match(statement)
        if created:
            self._new.add(plain(created["table"]))
        if renamed:
            old, new = plain(renamed["old"]), plain(renamed["new"])
            self._was[new] = self._was.get(old, old)
            if old in self._new:
                self._new.add(new)

    def is_new(self, name: str) -> bool:
        """Whether no code that runs can know it."""
        return plain(name) in self._new

    def is_unused(self, table: str, column: str = "") -> bool:
        """Whether no model of those that were given has that table, or that column of it."""
        return self._of_models is not None and (bare(self.today(table)), bare(column)) not in self._of_models

    def is_small(self, name: str) -> bool:
        """Whether what reads or writes all of it takes a moment only."""
        size = self._ask(SIZE, [self.today(name)])
        return size is not None and size < SMALL_BYTES

    def is_rewritten(self, name: str, column: str, wanted: str) -> bool:
        """Whether a column that gets that type makes Postgres write all rows anew."""
        today = self._ask(TYPE, [self.today(name), column.strip('"')]) or ""
        old, new = TEXT.match(today), TEXT.match(wanted)
        if old and new:
            return new[1] is not None and (old[1] is None or int(new[1]) < int(old[1]))
        old, new = NUMERIC.match(today), NUMERIC.match(wanted)
        if old and new:
            return old[2] != new[2] or int(new[1]) < int(old[1])
        return today != wanted.lower()

    def has_rows(self, name: str, where: str = "true") -> bool:
        """Whether the table has such rows; not if that cannot be told."""
        try:
            return bool(self._ask(f"select exists (select from {self.today(name)} where {where})", []))
        except Error:
            return False

    def today(self, name: str) -> str:
        """What the table is called before all that was noted."""
        return self._was.get(plain(name), plain(name))

    @staticmethod
    def _ask(query: str, parameters: list[str]) -> object:
        with connection.cursor() as cursor:
            cursor.execute(query, parameters)
            row = cursor.fetchone()
        return row[0] if row else None


def plain(name: str) -> str:
    """A name as it is without the quotes that it does not need, the same however it was written."""
    return re.sub(r'"([a-z_][a-z0-9_]*)"', r"\1", name)


def bare(name: str) -> str:
    """A name without its schema, its quotes and its capitals."""
    return name.split(".")[-1].strip('"').lower()
