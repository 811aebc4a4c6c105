"""risks.py: what pending.py says of migrations that the running site would feel."""

from __future__ import annotations

import re

from risky import BUILDS, CHANGES, CHECKS, EMPTY, ONE_WAY, REFERS, STOPS, add, left_out, rewritten, risks, told, used

CHECK = "models.CheckConstraint(condition=models.Q(id__gt=0), name='{}')"

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


def test_each_operation_on_a_large_table_is_told_by_what_it_does(large_pod):
    wanted = [(operation, risk) for operation, does in LARGE for risk in does]
    assert told(large_pod, [operation for operation, _ in LARGE]) == wanted


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
