"""Statements that harm the code of the release before, which still serves, and the safe way to the same end."""

from __future__ import annotations

from statements import ADD, ALTER, ALTER_COLUMN, COLUMN, TABLE, Rule

READ_COLUMN = "the code that still runs reads and writes {column} of {table}"
READ_TABLE = "the code that still runs reads and writes {table}"
READ_VIEW = "the code that still runs reads {table}"
USED = (READ_COLUMN, READ_TABLE, READ_VIEW)

NEXT_RELEASE = "only in state_operations of SeparateDatabaseAndState now, and in the database in the next release"

WITHOUT_DEFAULT = Rule(
    rf"{ADD}(?!.*\bGENERATED ).*\bNOT NULL\b",
    "the code that still runs leaves {column} of {table} out, and its inserts fail",
    "db_default, from Django 5.0 on, or null=True now and null=False in the next release",
    at_any_size=True,
)
FILLED = Rule(
    rf"{ALTER_COLUMN}SET NOT NULL",
    "the code that still runs fails where it leaves {column} of {table} empty, and all wait while rows are checked",
    "a release before it whose code always fills it; then AddConstraintNotValid with isnull=False, "
    "ValidateConstraint, and null=False",
    at_any_size=True,
)
DROPPED = Rule(
    rf"{ALTER}DROP {COLUMN}",
    READ_COLUMN,
    f"the column nullable or with db_default, and RemoveField {NEXT_RELEASE}",
    at_any_size=True,
)
DROPPED_TABLE = Rule(rf"DROP TABLE (?:IF EXISTS )?{TABLE}", READ_TABLE, f"DeleteModel {NEXT_RELEASE}", at_any_size=True)
RULES = (
    WITHOUT_DEFAULT,
    FILLED,
    DROPPED,
    Rule(rf"{ALTER}RENAME {COLUMN} TO ", READ_COLUMN, "db_column with the old name", at_any_size=True),
    Rule(rf"{ALTER}RENAME TO ", READ_TABLE, "Meta.db_table with the old name", at_any_size=True),
    Rule(
        rf"{ALTER}SET SCHEMA ",
        READ_TABLE,
        "a view of the same name in the old schema, in the same migration",
        at_any_size=True,
    ),
    DROPPED_TABLE,
    Rule(
        rf"DROP (?:MATERIALIZED )?VIEW (?:IF EXISTS )?{TABLE}",
        READ_VIEW,
        "the drop in the next release; what comes in its place gets another name",
        at_any_size=True,
    ),
)
