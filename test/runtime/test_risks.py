"""risks.py: what pending.py says of migrations that the running site would feel."""

from __future__ import annotations

import re

import pytest

from servers import OWNER

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
CHECK = "models.CheckConstraint(condition=models.Q(id__gt=0), name='{}')"

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


# An operation on a table of 10 MB and more, and what it does.
LARGE = [
    ("migrations.AddField('item', 'nullable', models.IntegerField(null=True))", []),
    ("migrations.AddField('item', 'required', models.IntegerField(default=1))", [left_out("required")]),
    ("migrations.AddField('item', 'kept', models.IntegerField(db_default=1))", []),
    ("migrations.AddField('item', 'at', models.DateTimeField(db_default=Now()))", []),
    ("migrations.AddField('item', 'once', models.CharField(max_length=5, null=True, unique=True))", [STOPS, BUILDS]),
    ("migrations.AddField('item', 'indexed', models.IntegerField(null=True, db_index=True))", [BUILDS]),
    ("migrations.AddField('item', 'positive', models.PositiveIntegerField(null=True))", [CHECKS]),
    (
        "migrations.AddField('item', 'parent', models.ForeignKey('shop.Item', models.CASCADE, default=1))",
        [left_out("parent_id"), REFERS, BUILDS],
    ),
    ("migrations.AddField('item', 'others', models.ManyToManyField('shop.Item'))", []),
    ("migrations.AlterField('item', 'name', models.CharField(max_length=90))", []),
    ("migrations.AlterField('item', 'name', models.CharField(max_length=20))", [rewritten("name")]),
    ("migrations.AlterField('item', 'name', models.TextField())", []),
    ("migrations.AlterField('item', 'name', models.TextField(verbose_name='Name'))", []),
    (
        "migrations.AlterField('item', 'id', models.AutoField(primary_key=True))",
        [rewritten("id"), rewritten("parent_id"), REFERS],
    ),
    (
        "migrations.AlterField('item', 'nullable', models.IntegerField(default=1))",
        [CHANGES, EMPTY],
    ),
    ("migrations.AddIndex('item', models.Index(fields=['name'], name='slow'))", [BUILDS]),
    ("AddIndexConcurrently('item', models.Index(fields=['name'], name='quick'))", []),
    (f"migrations.AddConstraint('item', {CHECK.format('slow_check')})", [CHECKS]),
    (f"AddConstraintNotValid('item', {CHECK.format('quick_check')})", []),
    ("ValidateConstraint('item', 'quick_check')", []),
    ("migrations.AddConstraint('item', models.UniqueConstraint(fields=['name'], name='one'))", [STOPS]),
    (
        "migrations.AddConstraint('item', models.UniqueConstraint('name', condition=models.Q(id=1), name='some'))",
        [BUILDS],
    ),
    ("migrations.AddConstraint('item', ExclusionConstraint(name='no', expressions=[('name', '=')]))", [STOPS]),
    ("migrations.AlterUniqueTogether('item', {('name', 'kept')})", [STOPS]),
    (
        "migrations.RunSQL('update shop_item set name = 1; -- drop table shop_item', migrations.RunSQL.noop)",
        [CHANGES],
    ),
    ("migrations.RunSQL(\"select 'a; drop table shop_item'\")", [ONE_WAY]),
    ("migrations.RunPython(work)", [ONE_WAY]),
    ("migrations.RunPython(work, migrations.RunPython.noop)", []),
    ("migrations.RenameField('item', 'kept', 'held')", [used("kept of shop_item")]),
    (
        "migrations.AlterField('item', 'held', models.IntegerField(db_default=1, db_column='stored'))",
        [used("held of shop_item")],
    ),
    ("migrations.RemoveField('item', 'at')", [used("at of shop_item")]),
    ("migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField('item', 'indexed')])", []),
    (
        "migrations.SeparateDatabaseAndState([migrations.RunPython(work), "
        "migrations.AddIndex('item', models.Index(fields=['held'], name='in_it'))])",
        [ONE_WAY, BUILDS],
    ),
    ("migrations.AlterModelOptions('item', {'ordering': ['name']})", []),
    ("migrations.AlterModelTable('item', 'shop_thing')", [used("shop_item")]),
    (
        "migrations.AddIndex('item', models.Index(fields=['name'], name='moved'))",
        ["writes to shop_thing wait while an index is built"],
    ),
    ("migrations.DeleteModel('item')", [used("shop_thing")]),
]

# What is there before, and by hand: a statement of RunSQL on that table, and what it does.
VIEWS = """
    create schema archive;
    create view shop_view as select id from shop_item;
    create materialized view shop_count as select count(*) as items from shop_item;
    create unique index on shop_count (items)"""
STATEMENTS = [
    ("alter table shop_item add price int", []),
    ("alter table shop_item add stock int not null default 0", []),
    ("alter table shop_item add if not exists rank int not null", [left_out("rank")]),
    ("alter table shop_item alter price set not null", [EMPTY.replace("nullable", "price")]),
    ("alter table shop_item alter price set default 1, alter price type bigint", [rewritten("price")]),
    ("alter table shop_item add unique(name)", [STOPS]),
    ("alter table shop_item add exclude (name with =)", [STOPS]),
    ("alter table shop_item add check(rank > 0)", [CHECKS]),
    ("alter table shop_item add check (rank > 1) not valid", []),
    ("alter table shop_item add size int check(size > 0)", [CHECKS]),
    ("alter table shop_item drop constraint shop_item_pkey, add primary key (id)", [STOPS]),
    ("alter table shop_item add foreign key(price) references shop_item", [REFERS]),
    ("alter table shop_item rename rank to place", [used("rank of shop_item")]),
    ("alter table shop_item rename constraint shop_item_rank_check to bounds", []),
    ("alter table shop_item drop constraint bounds", []),
    ("alter table shop_item drop if exists price", [used("price of shop_item")]),
    ("with old as (select id from shop_view) update shop_item set place = 1 from old where old.id = 1", [CHANGES]),
    ("with gone as (delete from shop_item where id = 1 returning id) select id from gone", [CHANGES]),
    ("with held as (select id from shop_item for update) select id from held", []),
    ("insert into shop_item (id, name, place) values (1, 'a', 2) on conflict (id) do update set name = 'b'", []),
    ("merge into shop_item using shop_view on false when matched then delete", [CHANGES]),
    ("truncate shop_item", [EMPTIED]),
    ("reindex table shop_item", ["writes, and reads that take an index, wait until REINDEX table shop_item has ended"]),
    ("reindex table concurrently shop_item", []),
    ("reindex (concurrently) table shop_item", []),
    ("reindex index shop_item_pkey", []),  # a small one
    ("vacuum full shop_item", [ANEW]),
    ("vacuum (analyze, full) shop_item", [ANEW]),
    ("vacuum full analyze", [ANEW.replace("shop_item", "every table")]),
    ("vacuum analyze shop_item", []),
    ("cluster shop_item using shop_item_pkey", [ANEW]),
    ("cluster", [ANEW.replace("shop_item", "every table")]),
    ("refresh materialized view shop_count", ["reads of shop_count wait while it is filled anew"]),
    ("refresh materialized view concurrently shop_count", []),
    ("drop materialized view shop_count", ["the code that still runs reads shop_count"]),
    ("drop view if exists shop_view", ["the code that still runs reads shop_view"]),
    ("create view shop_newer as select id from shop_item", []),
    ("drop view shop_newer", []),
    ("alter table shop_item set schema archive", [used("shop_item")]),
]


def add(pod, name: str, *operations: str, previous: str = "0001_initial", extra: str = "") -> None:
    body = [f"dependencies = [('shop', '{previous}')]", f"operations = [{', '.join(operations)}]", extra]
    pod.write(f"shop/migrations/{name}.py", HEADER + "".join(f"    {line}\n" for line in body))


def risks(result) -> list[tuple[str, str]]:
    """The migration and the risk of each line, without the operation's own name and the safe way."""
    lines = [line.split(": ", 3) for line in result.stdout.splitlines() if line.startswith("risk: ")]
    return [(name, rest.partition("; safe: ")[0]) for _, name, _, rest in lines]


@pytest.fixture
def used_pod(pod):
    assert pod.migrate().returncode == 0
    return pod


@pytest.fixture
def large_pod(used_pod, server, database):
    server.execute(FILL, database, OWNER)
    return used_pod


def told(pod, operations: list[str]) -> list[tuple[str, str]]:
    """Each risk of operations that are pending, with its operation."""
    previous = "0001_initial"
    for number, operation in enumerate(operations, 2):
        add(pod, f"{number:04}", operation, previous=previous, extra="atomic = False")
        previous = f"{number:04}"
    result = pod.pending("warn")
    assert result.returncode == 0, result.stderr
    assert "are not known" not in result.stdout
    return [(operations[int(name.removeprefix("shop.")) - 2], risk) for name, risk in risks(result)]


def test_each_operation_on_a_large_table_is_told_by_what_it_does(large_pod):
    wanted = [(operation, risk) for operation, does in LARGE for risk in does]
    assert told(large_pod, [operation for operation, _ in LARGE]) == wanted


def test_each_statement_by_hand_is_told_by_what_it_does_and_is_one_that_postgres_takes(large_pod, server, database):
    server.execute(VIEWS, database, OWNER)
    by_hand = {f"migrations.RunSQL({statement!r}, migrations.RunSQL.noop)": does for statement, does in STATEMENTS}
    assert told(large_pod, list(by_hand)) == [(operation, risk) for operation, does in by_hand.items() for risk in does]
    server.execute("truncate shop_item", database, OWNER)  # or no column without a default could be added
    result = large_pod.migrate()
    assert result.returncode == 0, result.stderr


def test_a_small_table_is_spared_what_takes_long_and_not_what_old_code_needs(used_pod):
    add(
        used_pod,
        "0002_small",
        "migrations.AddIndex('item', models.Index(fields=['name'], name='slow'))",
        "migrations.AlterField('item', 'name', models.CharField(max_length=20))",
        "migrations.AddField('item', 'required', models.IntegerField(default=1))",
    )
    assert risks(used_pod.pending("warn")) == [("shop.0002_small", left_out("required"))]


def test_a_line_names_migration_operation_effect_and_the_safe_way(large_pod):
    add(large_pod, "0002_index", "migrations.AddIndex('item', models.Index(fields=['name'], name='slow'))")
    assert (
        "\nrisk: shop.0002_index: AddIndex (Create index slow on field(s) name of model item): "
        "writes to shop_item wait while an index is built; "
        "safe: AddIndexConcurrently in a migration with atomic = False, for Meta.indexes instead of db_index\n"
    ) in large_pod.pending("warn").stdout


def test_a_table_that_comes_in_the_same_release_is_no_risk(large_pod):
    key = "('id', models.BigAutoField(primary_key=True))"
    add(
        large_pod,
        "0002_new",
        f"migrations.CreateModel('New', [{key}, ('name', models.CharField(max_length=9, unique=True))])",
    )
    add(
        large_pod,
        "0003_more",
        "migrations.AddField('new', 'required', models.IntegerField(default=1, db_index=True))",
        "migrations.RenameModel('New', 'Newer')",
        "migrations.RemoveField('newer', 'name')",
        previous="0002_new",
    )
    result = large_pod.pending("warn")
    assert risks(result) == []
    assert "are not known" not in result.stdout


def test_python_after_a_lock_in_one_transaction_is_told(used_pod):
    column = "migrations.AddField('item', 'nullable', models.IntegerField(null=True))"
    work = "migrations.RunPython(work, migrations.RunPython.noop)"
    held = "shop_item stays locked by an operation before it until it has ended"
    add(used_pod, "0002_both", column, work)
    assert risks(used_pod.pending("warn")) == [("shop.0002_both", held)]
    add(used_pod, "0002_both", work, column)
    assert risks(used_pod.pending("warn")) == []
    add(used_pod, "0002_both", column, work, extra="atomic = False")
    assert risks(used_pod.pending("warn")) == []
    lock = "migrations.RunSQL('lock table shop_item{}', migrations.RunSQL.noop)"
    add(used_pod, "0002_both", lock.format(""), work)
    assert risks(used_pod.pending("warn")) == [("shop.0002_both", held)]
    add(used_pod, "0002_both", lock.format(" in row share mode"), work)
    assert risks(used_pod.pending("warn")) == []


def test_a_lock_by_hand_is_told(large_pod):
    add(large_pod, "0002_lock", "migrations.RunSQL('lock shop_item in share mode', migrations.RunSQL.noop)")
    keeps = "requests that it keeps from shop_item wait until the migration has ended"
    assert risks(large_pod.pending("warn")) == [("shop.0002_lock", keeps)]


def test_a_first_install_has_no_risk(pod):
    add(pod, "0002_one_way", "migrations.RunPython(work)")
    result = pod.pending("warn", "fail")
    assert result.returncode == 0, result.stderr
    assert risks(result) == []


def test_a_risk_stops_the_release_when_asked_unless_its_migration_accepts_it(used_pod):
    add(used_pod, "0002_one_way", "migrations.RunPython(work)")
    result = used_pod.pending("warn", "fail")
    assert result.returncode == 1
    assert risks(result) == [("shop.0002_one_way", ONE_WAY)]
    assert result.stderr.startswith(
        "the site would feel what is pending: see the risks above and docs/how-to/migrations.md"
    )
    add(used_pod, "0002_one_way", "migrations.RunPython(work)", extra="risks_accepted = 'at night'")
    result = used_pod.pending("warn", "fail")
    assert result.returncode == 0, result.stderr
    assert re.search(r"\naccepted risk: shop\.0002_one_way: .*\(accepted: at night\)\n", result.stdout)


def test_an_operation_that_cannot_be_judged_changes_nothing_and_stops_nothing(used_pod, server, database):
    used_pod.write("shop/odd.py", ODD)
    add(used_pod, "0002_odd", "__import__('shop.odd').odd.Odd('select 1')")
    result = used_pod.pending("warn", "fail")
    assert result.returncode == 0, result.stderr
    assert "the risks of what is pending are not known: InternalError: cannot execute CREATE TABLE" in result.stdout
    assert server.execute("select to_regclass('odd')", database) == [(None,)]


ODD = """
from django.db import migrations


class Odd(migrations.RunSQL):
    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("create table odd (id int)")
"""
