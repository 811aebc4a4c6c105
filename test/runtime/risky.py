"""Migrations that the running site would feel, and what pending.py says of them."""

from __future__ import annotations

from pods import Pod

HEADER = """
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models
from django.db.models.functions import Now


def work(apps, schema_editor):
    raise AssertionError("it is only looked at")


class Migration(migrations.Migration):
"""
FILL = "insert into shop_item (name) select repeat('x', 50) from generate_series(1, 120000); analyze shop_item"

BUILDS = "writes to shop_item wait while an index is built"
STOPS = "reads and writes of shop_item wait while an index is built"
CHECKS = "reads and writes of shop_item wait while every row is checked"
EMPTY = (
    "the code that still runs fails where it leaves nullable of shop_item empty, and all wait while rows are checked"
)
REFERS = "writes to shop_item and to the table that it refers to wait while every row is checked"
CHANGES = "what it changes in shop_item stays locked until it has ended"
EMPTIED = "reads and writes of shop_item wait until the migration has ended, and then find no row"
ANEW = "reads and writes of shop_item wait while it is written anew"
ONE_WAY = "it cannot be taken back"


def rewritten(column: str) -> str:
    return f"reads and writes of shop_item wait while it is written anew, with another type of {column}"


def left_out(column: str) -> str:
    return f"the code that still runs leaves {column} of shop_item out, and its inserts fail"


def used(what: str) -> str:
    return f"the code that still runs reads and writes {what}"


def add(pod: Pod, name: str, *operations: str, previous: str = "0001_initial", extra: str = "") -> None:
    body = [f"dependencies = [('shop', '{previous}')]", f"operations = [{', '.join(operations)}]", extra]
    pod.write(f"shop/migrations/{name}.py", HEADER + "".join(f"    {line}\n" for line in body))


def risks(result) -> list[tuple[str, str]]:
    """The migration and the risk of each line, without the operation's own name and the safe way."""
    lines = [line.split(": ", 3) for line in result.stdout.splitlines() if line.startswith("risk: ")]
    return [(name, rest.partition("; safe: ")[0]) for _, name, _, rest in lines]


def told(pod: Pod, operations: list[str]) -> list[tuple[str, str]]:
    """Each risk of operations that are pending, with its operation."""
    previous = "0001_initial"
    for number, operation in enumerate(operations, 2):
        add(pod, f"{number:04}", operation, previous=previous, extra="atomic = False")
        previous = f"{number:04}"
    result = pod.pending("warn")
    assert result.returncode == 0, result.stderr
    assert "are not known" not in result.stdout
    return [(operations[int(name.removeprefix("shop.")) - 2], risk) for name, risk in risks(result)]
