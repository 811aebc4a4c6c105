"""What statements of a migration do to the requests that run beside them, and the safe way to the same end."""

from __future__ import annotations

import re


class Rule:
    """A statement that has `pattern`, what it does, and the safe way.

    `old_code` if it harms the code of the release before; any other one takes long, and a small table is spared.
    """

    def __init__(self, pattern: str, does: str, safe: str, old_code: bool = False) -> None:
        self.pattern, self.does, self.safe, self.old_code = re.compile(pattern, re.IGNORECASE), does, safe, old_code


NAME = r'(?:"[^"]+"|\w+)(?:\.(?:"[^"]+"|\w+))?'
TABLE = rf"(?:ONLY )?(?P<table>{NAME})"
ALTER = rf"ALTER TABLE (?:IF EXISTS )?{TABLE} (?:.*, )?"
ADD = rf"{ALTER}ADD COLUMN (?:IF NOT EXISTS )?(?P<column>{NAME}) "
ALTER_COLUMN = rf"{ALTER}ALTER COLUMN (?P<column>{NAME}) "
INDEX = rf"INDEX (?!CONCURRENTLY)(?:IF NOT EXISTS )?(?:{NAME} )?ON {TABLE}"
VOLATILE = r"(?:.*\bGENERATED |\w*SERIAL\b|.*\b(?:gen_random_uuid|uuid_generate_\w+|clock_timestamp|random|nextval)\()"

BUILT = "reads and writes of {table} wait while an index is built"
CHECKED = "reads and writes of {table} wait while every row is checked"
REFERRING = "writes to {table} and to the table that it refers to wait while every row is checked"
OLD_COLUMN = "the code that still runs reads and writes {column} of {table}"
OLD_TABLE = "the code that still runs reads and writes {table}"
USED = (OLD_COLUMN, OLD_TABLE)

IN_BATCHES = "in batches, by RunPython in a migration with atomic = False"
CONCURRENTLY = "CREATE UNIQUE INDEX CONCURRENTLY by RunSQL in a migration with atomic = False"
USING = f"{CONCURRENTLY}, then ADD CONSTRAINT ... USING INDEX, with the model's change in state_operations"
VALID_LATER = (
    "db_constraint=False first; then ADD CONSTRAINT ... NOT VALID and VALIDATE CONSTRAINT, in a migration each"
)
NEXT_RELEASE = "only in state_operations of SeparateDatabaseAndState now, and in the database in the next release"

# Those that take more than their statement to judge, or are asked for by name.
WITHOUT_DEFAULT = Rule(
    rf"{ADD}(?!.*\bGENERATED ).*\bNOT NULL\b",
    "the code that still runs leaves {column} of {table} out, and its inserts fail",
    "db_default, from Django 5.0 on, or null=True now and null=False in the next release",
    old_code=True,
)
RETYPED = Rule(
    rf"{ALTER_COLUMN}(?:SET DATA )?TYPE (?P<type>\w+(?: varying| precision)?(?:\([\d, ]+\))?)",
    "reads and writes of {table} wait while it is written anew, with another type of {column}",
    f"another field; fill it {IN_BATCHES}, and let the code read it from the next release on",
)
FILLED = Rule(
    rf"{ALTER_COLUMN}SET NOT NULL",
    "the code that still runs fails where it leaves {column} of {table} empty, and all wait while rows are checked",
    "a release before it whose code always fills it; then AddConstraintNotValid with isnull=False, "
    "ValidateConstraint, and null=False",
    old_code=True,
)
DROPPED = Rule(
    rf"{ALTER}DROP COLUMN (?:IF EXISTS )?(?P<column>{NAME})",
    OLD_COLUMN,
    f"the column nullable or with db_default, and RemoveField {NEXT_RELEASE}",
    old_code=True,
)
DROPPED_TABLE = Rule(rf"DROP TABLE (?:IF EXISTS )?{TABLE}", OLD_TABLE, f"DeleteModel {NEXT_RELEASE}", old_code=True)
RULES = (
    WITHOUT_DEFAULT,
    RETYPED,
    Rule(
        rf"CREATE {INDEX}",
        "writes to {table} wait while an index is built",
        "AddIndexConcurrently in a migration with atomic = False, for Meta.indexes instead of db_index",
    ),
    Rule(
        rf"CREATE UNIQUE {INDEX}",
        "writes to {table} wait while an index is built",
        f"{CONCURRENTLY}, with the model's change in state_operations",
    ),
    Rule(rf"{ALTER}ADD CONSTRAINT {NAME} (?:(?:UNIQUE|PRIMARY KEY)(?! USING)|EXCLUDE)", BUILT, USING),
    Rule(rf"{ADD}.*\b(?:UNIQUE|PRIMARY KEY)\b", BUILT, f"the column alone first; then {USING}"),
    Rule(
        rf"{ALTER}ADD CONSTRAINT {NAME} CHECK (?!.* NOT VALID)",
        CHECKED,
        "AddConstraintNotValid, and ValidateConstraint in a migration after it",
    ),
    Rule(
        rf"{ADD}.* CHECK ",
        CHECKED,
        "a field without a check of its own, and the check by AddConstraintNotValid and ValidateConstraint",
    ),
    Rule(rf"{ALTER}ADD CONSTRAINT {NAME} FOREIGN KEY (?!.* NOT VALID)", REFERRING, VALID_LATER),
    Rule(rf"{ADD}.*\bDEFAULT .* REFERENCES ", REFERRING, VALID_LATER),
    Rule(
        rf"{ADD}{VOLATILE}",
        "reads and writes of {table} wait while it is written anew, with a value of {column} for every row",
        f"null=True first; then fill the column {IN_BATCHES}",
    ),
    Rule(rf"(?:UPDATE|DELETE FROM) {TABLE}", "what it changes in {table} stays locked until it has ended", IN_BATCHES),
    FILLED,
    DROPPED,
    Rule(
        rf"{ALTER}RENAME (?:COLUMN )?(?!TO |CONSTRAINT )(?P<column>{NAME}) TO ",
        OLD_COLUMN,
        "db_column with the old name",
        old_code=True,
    ),
    Rule(rf"{ALTER}RENAME TO ", OLD_TABLE, "Meta.db_table with the old name", old_code=True),
    DROPPED_TABLE,
)
# Those that are about the code of the release before, at whatever size of the table.
OLD_CODE = tuple(rule for rule in RULES if rule.old_code)
