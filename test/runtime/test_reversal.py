"""reversal.py: what it says of the migrations that were applied since a release."""

from __future__ import annotations

import pytest

from reversals import said

USED = "the code that still runs reads and writes {}"
LEFT_OUT = "the code that still runs leaves {} of shop_item out, and its inserts fail"
DROP = "alter table shop_item drop column {}"

# What is applied, on a table without rows; the verdict; a part of the reason; what the way back takes.
MIGRATIONS = [
    ("migrations.AddField('item', 'note', models.TextField(null=True))", "stays", "", ["column note of shop_item"]),
    (
        "migrations.AddField('item', 'price', models.IntegerField(default=1))",
        "goes back",
        "AddField (Add field price to item): " + LEFT_OUT.format("price"),
        ["column price of shop_item"],
    ),
    (
        "migrations.AddField('item', 'rank', models.IntegerField(db_default=1))",
        "stays",
        "",
        ["column rank of shop_item"],
    ),
    (
        "migrations.AddField('item', 'others', models.ManyToManyField('shop.Item'))",
        "stays",
        "",
        ["table shop_item_others"],
    ),
    ("migrations.CreateModel('New', [ID, ('name', models.TextField())])", "stays", "", ["table shop_newer"]),
    # Of a table that the release before does not know.
    (
        "migrations.AddField('new', 'price', models.IntegerField(default=1))",
        "stays",
        "",
        ["column price of shop_newer"],
    ),
    ("migrations.RemoveField('new', 'name')", "stays", "", []),
    ("migrations.RenameModel('New', 'Newer')", "stays", "", []),
    ("migrations.AddIndex('item', models.Index(fields=['name'], name='plain'))", "stays", "", []),
    ("AddIndexConcurrently('item', models.Index(fields=['name'], name='quick'))", "stays", "", []),
    ("migrations.RenameIndex('item', new_name='renamed', old_name='plain')", "stays", "", []),
    ("migrations.AddConstraint('item', CHECK)", "stays", "", []),
    ("migrations.AlterUniqueTogether('item', {('name', 'rank')})", "stays", "", []),
    ("migrations.AlterUniqueTogether('item', set())", "stays", "", []),
    ("migrations.AlterModelOptions('item', {'ordering': ['name']})", "stays", "", []),
    (
        "migrations.AlterField('item', 'old', models.IntegerField())",
        "goes back",
        "the code that still runs fails where it leaves old of shop_item empty",
        [],
    ),
    ("migrations.AlterField('item', 'old', models.IntegerField(null=True))", "stays", "", []),
    ("migrations.RenameField('item', 'old', 'older')", "goes back", USED.format("old of shop_item"), []),
    ("migrations.RemoveField('item', 'gone')", "goes back", USED.format("gone of shop_item"), []),
    (
        "migrations.AlterField('item', 'name', models.CharField(max_length=90))",
        "stays",
        "",
        [],
    ),
    (
        "migrations.AlterField('item', 'name', models.TextField())",
        "stays",
        "",
        ["what of column name of shop_item is no varchar(90)"],
    ),
    # The table itself was empty when it came back.
    ("migrations.AddField('other', 'late', models.IntegerField(null=True))", "stays", "", []),
    ("migrations.DeleteModel('Other')", "goes back", USED.format("shop_other"), []),
    ("migrations.RunPython(work, NOOP)", "stays", "", []),
    (
        "migrations.RunPython(work, back)",
        "goes back",
        "RunPython (Raw Python operation): what it did to the data is undone by its way back",
        [],
    ),
    (
        "migrations.RunPython(work)",
        "one way",
        "RunPython (Raw Python operation): it has no reverse_code; safe: ",
        [],
    ),
    (
        "migrations.AddField('item', 'last', models.IntegerField(null=True)), migrations.RunPython(work)",
        "one way",
        "it has no reverse_code",
        [],
    ),
    ("migrations.RunSQL('select 1', migrations.RunSQL.noop)", "stays", "", []),
    ("migrations.RunSQL('select 1', '-- nothing')", "stays", "", []),
    (
        "migrations.RunSQL('select 1', 'drop table shop_item_others')",
        "goes back",
        "what it did to the data is undone by its way back",
        ["table shop_item_others"],
    ),
    ("migrations.RunSQL('select 1')", "one way", "RunSQL (Raw SQL operation): it has no reverse_sql; safe: ", []),
    (
        f"migrations.RunSQL('{DROP.format('third')}', migrations.RunSQL.noop)",
        "one way",
        f"{USED.format('third of shop_item')}, and its way back does nothing",
        [],
    ),
    (
        "migrations.RunSQL('alter table shop_item drop sixth', migrations.RunSQL.noop)",
        "one way",
        f"{USED.format('sixth of shop_item')}, and its way back does nothing",
        [],
    ),
    (
        "migrations.RunSQL('alter table shop_item add seventh int not null', migrations.RunSQL.noop)",
        "one way",
        f"{LEFT_OUT.format('seventh')}, and its way back does nothing",
        [],
    ),
    (
        "migrations.RunSQL('alter table shop_item add eighth int default 1 not null', "
        "'alter table shop_item drop eighth')",
        "goes back",
        "what it did to the data is undone by its way back",
        ["column eighth of shop_item"],
    ),
    (
        "migrations.RunSQL('drop view shop_view', migrations.RunSQL.noop)",
        "one way",
        "the code that still runs reads shop_view, and its way back does nothing",
        [],
    ),
    (
        "migrations.RunSQL('create view of_today as select 1', 'drop view of_today')",
        "goes back",
        "what it did to the data is undone by its way back",
        [],
    ),
    (
        "migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField('item', 'fourth')])",
        "stays",
        "",
        [],
    ),
    (
        "migrations.SeparateDatabaseAndState([migrations.RunSQL('select 1', ''), "
        "migrations.RemoveField('item', 'fifth')])",
        "goes back",
        "RemoveField (Remove field fifth from item): " + USED.format("fifth of shop_item"),
        [],
    ),
    (
        "migrations.SeparateDatabaseAndState([migrations.SeparateDatabaseAndState([migrations.RunPython(work)])])",
        "one way",
        "it has no reverse_code",
        [],
    ),
    (
        "type('Odd', (migrations.RunSQL,), {'reversible': False})('select 1')",
        "one way",
        "it has no reverse_sql",
        [],
    ),
    (
        "type('Odd', (migrations.SeparateDatabaseAndState,), {'reversible': False})()",
        "one way",
        "it cannot be taken back; safe: the backup",
        [],
    ),
    ("migrations.RenameModel('Third', 'Thing')", "goes back", USED.format("shop_third"), []),
]
OF_BEFORE = [
    f"migrations.AddField('item', '{name}', models.IntegerField(null=True))"
    for name in ("old", "gone", "third", "fourth", "fifth", "sixth")
] + [
    "migrations.CreateModel('Other', [ID])",
    "migrations.CreateModel('Third', [ID])",
    "migrations.RunSQL('create view shop_view as select 1 as id', '')",
    "migrations.CreateModel('View', [ID], {'managed': False, 'db_table': 'shop_view'})",
]


def test_each_operation_gets_its_verdict_and_nothing_is_changed(reversal):
    reversal.add("0002", *OF_BEFORE)
    reversal.migrate()
    reversal.mark()
    reversal.add_all(OF_BEFORE, *[operation for operation, *_ in MIGRATIONS], extra="atomic = False")
    reversal.migrate()
    applied = reversal.applied()
    found = reversal.judge()
    assert reversal.applied() == applied
    assert reversal.execute("select to_regclass('went_back')") == [(None,)]
    assert [one["name"] for one in found] == [f"shop.{number:04}" for number in range(len(MIGRATIONS) + 2, 2, -1)]
    for (operation, verdict, why, loses), one in zip(MIGRATIONS, reversed(found), strict=True):
        assert (operation, one["verdict"], one["loses"]) == (operation, verdict, loses), one
        assert why in " ".join(one["why"]) and bool(one["why"]) == bool(why), (operation, one["why"])


def test_it_says_a_line_for_each_and_ends_with_one_of_json(reversal):
    reversal.add_all(MIGRATIONS[0][0], MIGRATIONS[1][0])
    reversal.migrate()
    result = reversal.run()
    *_, second, first, last = result.stdout.splitlines()
    assert first == (
        "shop.0002: stays: the code of the release before runs with it; its way back takes column note of shop_item"
    )
    assert second.startswith(f"shop.0003: goes back: AddField (Add field price to item): {LEFT_OUT.format('price')}; ")
    assert second.endswith("; its way back takes column price of shop_item")
    assert last.startswith('{"event": "reversal", "since": "20')
    assert said(result)["reversed"] is False
    migration = said(result)["migrations"][1]
    begin = reversal.since
    reversal.mark()
    assert begin[:19] <= migration.pop("applied")[:19] <= reversal.since[:19]
    assert migration == {"name": "shop.0002", "verdict": "stays", "why": [], "loses": ["column note of shop_item"]}


def test_what_was_applied_before_is_not_judged(reversal):
    reversal.add_all("migrations.RunPython(work)")
    reversal.migrate()
    reversal.mark()
    assert reversal.judge() == []


def test_a_database_that_was_never_migrated_has_nothing_to_judge(pod, server, database):
    result = pod.python(
        "reversal.py", "--wait", 5, "--lock-timeout", 5, "--statement-timeout", 5, "--since", "2026-11-24T02:50:00Z"
    )
    assert said(result) == {"event": "reversal", "since": "2026-11-24T02:50:00Z", "migrations": [], "reversed": False}


def test_a_column_that_the_models_of_the_release_before_lack_is_missed_by_nobody(reversal):
    gone = "migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField('item', 'old')])"
    dropped = f"migrations.RunSQL('{DROP.format('old')}', '')"
    reversal.add_all(OF_BEFORE[0])
    reversal.migrate()
    reversal.mark()
    before = reversal.since
    reversal.add_all(OF_BEFORE[0], gone)
    reversal.migrate()
    reversal.mark()
    reversal.add_all(OF_BEFORE[0], gone, dropped)
    reversal.migrate()
    assert [one["verdict"] for one in reversal.judge()] == ["stays"]
    reversal.since = before
    assert [one["verdict"] for one in reversal.judge()] == ["one way", "stays"]


@pytest.mark.parametrize("rows", [0, 1])
def test_a_way_back_that_the_rows_do_not_let_through_is_none(reversal, rows):
    kept = "models.IntegerField({}default=1)"
    required = [f"migrations.AddField('item', '{name}', models.IntegerField())" for name in ("price", "rank")]
    before = [*required, f"migrations.AddField('item', 'kept', {kept.format('')})"]
    reversal.add_all(before)
    reversal.migrate()
    reversal.mark()
    reversal.add_all(
        before,
        "migrations.RemoveField('item', 'price')",
        "migrations.AlterField('item', 'rank', models.IntegerField(null=True))",
        f"migrations.AlterField('item', 'kept', {kept.format('null=True, ')})",
    )
    reversal.migrate()
    if not rows:
        assert [one["verdict"] for one in reversal.judge()] == ["stays", "stays", "goes back"]
        return
    reversal.execute("insert into shop_item (name) values ('tea')")
    with_default, rank, price = reversal.judge()
    assert [one["verdict"] for one in (with_default, rank, price)] == ["stays", "one way", "one way"]
    wants = "its way back wants a value of {} of shop_item in every row, and there are rows without; safe: {}"
    assert rank["why"][0].endswith(wants.format("rank", "fill them first"))
    assert price["why"][0].endswith(wants.format("price", "the backup that was made before it"))


def test_a_migration_without_a_file_in_the_image_cannot_be_judged(reversal):
    reversal.add_all("migrations.AddField('item', 'note', models.TextField(null=True))")
    reversal.migrate()
    (reversal.pod.project / "shop/migrations/0002.py").unlink()
    (one,) = reversal.judge()
    assert (one["name"], one["verdict"], one["loses"]) == ("shop.0002", "one way", [])
    assert one["why"][0].startswith("its file is not in this image, so nobody can tell what it does; safe: ")


def test_an_operation_whose_sql_cannot_be_had_goes_back_and_runs_no_statement(reversal):
    reversal.pod.write("shop/odd.py", ODD)
    reversal.add_all("__import__('shop.odd').odd.Odd()")
    reversal.migrate()
    reversal.execute("drop table odd")
    (one,) = reversal.judge()
    assert one["verdict"] == "goes back"
    assert "what it does is not known: InternalError: cannot execute CREATE TABLE" in one["why"][0]
    assert reversal.execute("select to_regclass('odd')") == [(None,)]


ODD = """
from django.db.migrations.operations.base import Operation


class Odd(Operation):
    reversible = True
    reduces_to_sql = True

    def state_forwards(self, app_label, state):
        pass

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("create table odd (id int)")

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        schema_editor.execute("drop table odd")
"""


def test_a_dependent_in_another_app_that_was_applied_before_leaves_no_way_back(reversal):
    reversal.add_all("migrations.AddField('item', 'price', models.IntegerField(default=1))")
    reversal.migrate()
    needs = "('installed', '0001_initial'), ('shop', '0002')"
    reversal.add("0001_initial", "migrations.CreateModel('Item', [ID])", after="", app="installed")
    reversal.add("0002", after="", app="installed", extra=f"dependencies = [{needs}]")
    reversal.migrate()
    reversal.execute("update django_migrations set applied = '2020-01-01' where app = 'installed'")
    (one,) = reversal.judge()
    assert one["verdict"] == "one way"
    assert one["why"] == ["installed.0002 needs it, and was applied before that time; safe: take that one back by hand"]


def test_a_fault_of_the_image_is_one_line(reversal):
    reversal.add("0002", after="0001_gone")
    result = reversal.run()
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith("it cannot be judged: NodeNotFoundError: ")


@pytest.mark.parametrize("since", ["yesterday", "2026-11-24T02:50:00", "2026-13-24T02:50:00Z"])
def test_a_time_must_have_its_zone(reversal, since):
    result = reversal.run(since=since)
    assert result.returncode == 2
    assert "argument --since: " in result.stderr


def test_the_project_finds_its_own_modules_of_the_same_names(reversal):
    names = "history, migrate, old_code, statements, verdicts, waits, ways"
    for name in names.split(", "):
        reversal.pod.write(f"{name}.py", "NAME = 'mine'\n")
    own = f"import {names}\n\nassert {{one.NAME for one in ({names})}}\n"
    reversal.pod.write("shop/__init__.py", own)
    assert reversal.judge() == []
