"""reversal.py --reverse: taking back what was applied since a release, while its site is there."""

from __future__ import annotations

import re

import pytest

from pods import finish
from reversals import Reversal, said
from servers import LOGINS
from small_project import SETTINGS
from test_migrate_locks import site_that_reads, wait_for_lock_of

NOTE = "migrations.AddField('item', 'note', models.TextField(null=True))"
PRICE = "migrations.AddField('item', 'price', models.IntegerField(default=1))"
ONE_WAY = "migrations.RunPython(work)"
OLD_CODE = "insert into shop_item (name) values ('tea') returning name"
CREATE = "migrations.CreateModel('{}', [ID])"


def names(result) -> list[str]:
    return [one["name"] for one in said(result)["migrations"]]


@pytest.fixture
def priced(reversal: Reversal) -> Reversal:
    """One that could stay, and after it one with which the old code cannot insert."""
    reversal.add_all(NOTE, PRICE)
    reversal.migrate()
    reversal.execute("insert into shop_item (name, note, price) values ('cake', 'sweet', 5)")
    return reversal


def test_all_since_go_back_and_no_other_and_the_rows_stay(reversal):
    reversal.add("0002_left", NOTE)
    reversal.migrate()
    reversal.mark()
    before = reversal.applied()
    reversal.add("0002_right", PRICE)
    merged = "dependencies = [('shop', '0002_left'), ('shop', '0002_right')]"
    reversal.add("0003_merge", "migrations.RunPython(work, back)", extra=merged)
    needs = "dependencies = [('shop', '0003_merge')]"
    reversal.add("0001_initial", CREATE.format("Item"), after="", app="installed", extra=needs)
    reversal.migrate()
    reversal.execute("insert into shop_item (name, note, price) values ('cake', 'sweet', 5)")

    result = reversal.run("--reverse")
    assert said(result)["reversed"] is True
    back = ["installed.0001_initial", "shop.0003_merge", "shop.0002_right"]
    assert names(result) == back
    assert "\nall 3 go back, in the order of Django's graph, also those that could stay\n" in result.stdout
    reversing = [line.split()[1] for line in result.stdout.splitlines() if line.startswith("Reversing ")]
    assert reversing == back
    assert re.search(r"\nReversed shop\.0002_right: took \d+\.\d s\n", result.stdout)
    assert reversal.applied() == before
    assert reversal.execute("select * from shop_item") == [(1, "cake", "sweet")]
    assert reversal.execute(OLD_CODE) == [("tea",)]
    assert reversal.execute("select to_regclass('went_back')::text, to_regclass('installed_item')") == [
        ("went_back", None)
    ]


def test_a_second_one_waits_for_the_first_and_finds_nothing(priced):
    results = [finish(process) for process in [priced.start("--reverse", wait=30) for _ in range(2)]]
    assert sorted((said(result)["reversed"], len(names(result))) for result in results) == [(False, 0), (True, 2)]
    assert said(priced.run("--reverse"))["migrations"] == []
    assert priced.execute("select * from shop_item") == [(1, "cake")]


def test_what_could_stay_stays_when_nothing_has_to_go(reversal):
    reversal.add_all(NOTE, CREATE.format("New"))
    reversal.migrate()
    applied = reversal.applied()
    result = reversal.run("--reverse")
    assert (said(result)["reversed"], names(result)) == (False, ["shop.0003", "shop.0002"])
    assert "\nnothing has to go back\n" in result.stdout
    assert reversal.applied() == applied


def test_one_that_has_no_way_back_keeps_all_of_them(reversal):
    reversal.add_all(PRICE, ONE_WAY, NOTE)
    reversal.migrate()
    applied = reversal.applied()
    result = reversal.run("--reverse")
    assert result.returncode == 1
    assert result.stderr == "nothing is taken back, because there is no way back of shop.0003: see above\n"
    assert "Reversing" not in result.stdout
    assert reversal.applied() == applied
    assert reversal.execute("select count(price), count(note) from shop_item") == [(0, 0)]


def test_a_backup_is_asked_for_when_something_goes_back_and_not_otherwise(reversal):
    marker = reversal.pod.marker
    for migrations, wanted in [
        ([NOTE], None),
        ([NOTE, PRICE], "shop.0003\nshop.0002\n"),
        ([NOTE, PRICE, ONE_WAY], None),
    ]:
        reversal.add_all(*migrations)
        reversal.migrate()
        marker.write_text("of a run before\n")
        reversal.judge("--marker", marker)
        assert (marker.read_text() if marker.exists() else None) == wanted


def test_a_lock_that_comes_free_delays_it(priced):
    with site_that_reads(priced.server, priced.database) as page:
        process = priced.start("--reverse", wait=60, lock=1)
        wait_for_lock_of(process, priced.server, priced.database)
        while "rolled back" not in process.stdout.readline():
            assert process.poll() is None
        page.execute("commit")
        result = finish(process)
    assert said(result)["reversed"] is True
    assert "\nReversed shop.0003: took " in result.stdout
    assert priced.execute(OLD_CODE) == [("tea",)]


def test_a_lock_that_is_held_for_ever_ends_it_with_its_holder(priced):
    with site_that_reads(priced.server, priced.database):
        result = priced.run("--reverse", wait=5, lock=2)
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith(
        "migration shop.0003 failed: canceling statement due to lock timeout: the lock is held by pid "
    )
    assert f"(web-1 as {LOGINS[0]} at 127.0.0.1)" in line
    assert line.endswith("it was rolled back, migrate.wait is used up")
    assert priced.execute("select price from shop_item") == [(5,)]


def test_one_that_is_not_atomic_is_not_tried_again_and_says_what_is_left(reversal):
    table = "migrations.RunSQL('create table late (id int)', 'drop table late')"
    nothing = "migrations.RunPython(work, NOOP)"
    reversal.add_all((nothing, PRICE, NOTE, table), extra="atomic = False")
    reversal.migrate()
    with site_that_reads(reversal.server, reversal.database):
        result = reversal.run("--reverse", wait=30, lock=1)
    assert result.returncode == 3
    failed, left = result.stderr.splitlines()
    assert failed.startswith("migration shop.0002 failed: canceling statement due to lock timeout")
    assert "because it has atomic = False and 1 of its 4 operations are done and stay" in left
    assert reversal.execute("select to_regclass('late')") == [(None,)]


def test_another_fault_names_the_migration_and_keeps_what_is_not_reversed_yet(reversal):
    reversal.add_all(PRICE, "migrations.RunSQL('select 1', 'select 1 / 0')")
    reversal.migrate()
    applied = reversal.applied()
    result = reversal.run("--reverse")
    assert result.returncode == 1
    assert result.stderr.splitlines()[-1].startswith("migration shop.0003 failed: DataError: division by zero")
    assert reversal.applied() == applied


def test_a_model_that_gets_its_old_name_keeps_its_content_type(reversal):
    installed = 'INSTALLED_APPS = ["django.contrib.contenttypes", '
    reversal.pod.write("main_app/settings.py", SETTINGS.replace("INSTALLED_APPS = [", installed))
    reversal.migrate()
    reversal.mark()
    kind = "select id, model from django_content_type where app_label = 'shop'"
    ((number, _),) = reversal.execute(kind)
    models = reversal.pod.project / "shop/models.py"
    models.write_text(models.read_text().replace("Item", "Thing"))
    reversal.add_all("migrations.RenameModel('Item', 'Thing')")
    reversal.migrate()
    assert reversal.execute(kind) == [(number, "thing")]
    assert said(reversal.run("--reverse"))["reversed"] is True
    assert reversal.execute(kind) == [(number, "item")]


SQUASHED = "replaces = [('shop', '0002'), ('shop', '0003')]"


def squash(reversal: Reversal) -> None:
    reversal.add("0002_squashed_0003", NOTE, PRICE, extra=SQUASHED)


def test_a_squashed_one_is_one_and_takes_its_rows_with_it(reversal):
    before = reversal.applied()
    reversal.add_all(NOTE, PRICE)
    squash(reversal)
    reversal.migrate()
    assert len(reversal.applied()) == len(before) + 3
    result = reversal.run("--reverse")
    assert names(result) == ["shop.0002_squashed_0003"]
    assert said(result)["reversed"] is True
    assert reversal.applied() == before
    assert reversal.execute(OLD_CODE) == [("tea",)]


def test_a_squashed_one_that_came_after_what_it_replaces_was_not_applied(priced):
    priced.mark()
    squash(priced)
    priced.add("0004", after="0002_squashed_0003")
    priced.migrate()
    assert "shop.0002_squashed_0003" in priced.applied()
    assert [one["name"] for one in priced.judge()] == ["shop.0004"]


def test_a_squashed_one_of_which_a_part_was_applied_before_stays_whole(reversal):
    reversal.add_all(NOTE)
    reversal.migrate()
    reversal.mark()
    reversal.add_all(NOTE, PRICE)
    squash(reversal)
    reversal.migrate()
    (one,) = reversal.judge()
    assert (one["name"], one["verdict"]) == ("shop.0002_squashed_0003", "one way")
    assert one["why"][0].startswith("it replaces others, and some were applied before, but it goes back as a whole; ")
