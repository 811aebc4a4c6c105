"""Statements that keep requests waiting for as long as they take, and the safe way to the same end."""

from __future__ import annotations

from statements import (
    ADD,
    ALTER_COLUMN,
    CHANGE,
    CONSTRAINT,
    IN_BATCHES,
    INDEX,
    LOCK,
    TABLE,
    TRUNCATE,
    VOLATILE,
    Rule,
)

BUILT = "reads and writes of {table} wait while an index is built"
CHECKED = "reads and writes of {table} wait while every row is checked"
REFERRING = "writes to {table} and to the table that it refers to wait while every row is checked"
WRITTEN = "reads and writes of {table} wait while it is written anew"

CONCURRENTLY = "CREATE UNIQUE INDEX CONCURRENTLY by RunSQL in a migration with atomic = False"
USING = f"{CONCURRENTLY}, then ADD CONSTRAINT ... USING INDEX, with the model's change in state_operations"
VALID_LATER = (
    "db_constraint=False first; then ADD CONSTRAINT ... NOT VALID and VALIDATE CONSTRAINT, in a migration each"
)
PLAIN_VACUUM = "VACUUM without FULL, which keeps the room for the rows to come"

RETYPED = Rule(
    rf"{ALTER_COLUMN}(?:SET DATA )?TYPE (?P<type>\w+(?: varying| precision)?(?:\([\d, ]+\))?)",
    f"{WRITTEN}, with another type of {{column}}",
    f"another field; fill it {IN_BATCHES}, and let the code read it from the next release on",
)
RULES = (
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
    Rule(
        rf"REINDEX (?!.*\bCONCURRENTLY\b)(?:\(.*?\) ?)?(?P<kind>TABLE|INDEX|SCHEMA|DATABASE|SYSTEM) {TABLE}",
        "writes, and reads that take an index, wait until REINDEX {kind} {table} has ended",
        "REINDEX ... CONCURRENTLY by RunSQL in a migration with atomic = False",
    ),
    Rule(rf"{CONSTRAINT}(?:(?:UNIQUE|PRIMARY KEY)(?! USING)|EXCLUDE)\b", BUILT, USING),
    Rule(rf"{ADD}.*\b(?:UNIQUE|PRIMARY KEY)\b", BUILT, f"the column alone first; then {USING}"),
    Rule(
        rf"{CONSTRAINT}CHECK\b(?!.* NOT VALID)",
        CHECKED,
        "AddConstraintNotValid, and ValidateConstraint in a migration after it",
    ),
    Rule(
        rf"{ADD}.* CHECK\b",
        CHECKED,
        "a field without a check of its own, and the check by AddConstraintNotValid and ValidateConstraint",
    ),
    Rule(rf"{CONSTRAINT}FOREIGN KEY\b(?!.* NOT VALID)", REFERRING, VALID_LATER),
    Rule(rf"{ADD}.*\bDEFAULT .* REFERENCES ", REFERRING, VALID_LATER),
    Rule(
        rf"{ADD}{VOLATILE}",
        f"{WRITTEN}, with a value of {{column}} for every row",
        f"null=True first; then fill the column {IN_BATCHES}",
    ),
    Rule(rf"{CHANGE} {TABLE}", "what it changes in {table} stays locked until it has ended", IN_BATCHES),
    Rule(
        rf"{TRUNCATE}{TABLE}",
        "reads and writes of {table} wait until the migration has ended, and then find no row",
        f"DELETE {IN_BATCHES}",
    ),
    Rule(
        rf"{LOCK}{TABLE}",
        "requests that it keeps from {table} wait until the migration has ended",
        "leave it out: each statement takes the lock that it needs",
    ),
    Rule(rf"VACUUM (?:FULL\b|\(.*\bFULL\b.*?\))(?: FREEZE| VERBOSE| ANALYZE)*(?: {TABLE}|$)", WRITTEN, PLAIN_VACUUM),
    Rule(rf"CLUSTER(?: VERBOSE| \(.*?\))?(?: {TABLE}|$)", WRITTEN, PLAIN_VACUUM),
    Rule(
        rf"REFRESH MATERIALIZED VIEW (?!CONCURRENTLY){TABLE}",
        "reads of {table} wait while it is filled anew",
        "REFRESH MATERIALIZED VIEW CONCURRENTLY, for which it has a unique index",
        at_any_size=True,
    ),
)
