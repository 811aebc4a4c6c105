"""pending.py: the first init container of the migration Job."""

from __future__ import annotations

import pytest

from small_project import MODELS

CHANGED = MODELS + "    price = models.IntegerField(default=0)\n"


def test_a_fresh_database_gets_the_list_but_no_backup(pod):
    result = pod.pending()
    assert result.returncode == 0, result.stderr
    assert "\n  shop.0001_initial\n" in result.stdout
    assert "the database holds no tables yet: there is nothing to back up" in result.stdout
    assert not pod.marker.exists()


def test_pending_migrations_on_a_used_database_ask_for_a_backup(pod):
    assert pod.migrate().returncode == 0
    pod.add_migration("0002_more", "select 1")
    result = pod.pending()
    assert "1 pending:\n  shop.0002_more\n" in result.stdout
    assert pod.marker.read_text() == "shop.0002_more\n"


def test_nothing_pending_leaves_no_marker_not_even_an_old_one(pod):
    assert pod.migrate().returncode == 0
    pod.marker.write_text("of a run before\n")
    result = pod.pending()
    assert result.returncode == 0, result.stderr
    assert "nothing to migrate" in result.stdout
    assert not pod.marker.exists()


def test_a_model_change_without_a_migration_file_stops_the_release(pod):
    pod.write("shop/models.py", CHANGED)
    result = pod.pending("fail")
    assert result.returncode == 1
    assert "model changes without a migration file:\nMigrations for 'shop':" in result.stderr
    assert "Add field price to item" in result.stderr
    assert "run `python3 manage.py makemigrations`, commit the new file and build the image again" in result.stderr
    assert "set migrate.missingMigrations: warn" in result.stderr
    assert not (pod.project / "shop/migrations/0002_item_price.py").exists()


def test_a_model_change_without_a_migration_file_is_a_warning_when_asked(pod):
    pod.write("shop/models.py", CHANGED)
    result = pod.pending("warn")
    assert result.returncode == 0, result.stderr
    assert "warning: model changes without a migration file:\nMigrations for 'shop':" in result.stdout
    assert "shop.0001_initial" in result.stdout


def test_a_change_that_needs_an_answer_is_said_too(pod):
    pod.write("shop/models.py", MODELS + "    price = models.IntegerField()\n")
    result = pod.pending("fail")
    assert result.returncode == 1
    assert "impossible to add a non-nullable field" in result.stderr


def test_a_model_without_any_migration_is_said(pod):
    (pod.project / "shop/migrations/0001_initial.py").unlink()
    result = pod.pending("fail")
    assert result.returncode == 1
    assert "Create model Item" in result.stderr


def test_installed_apps_without_migrations_are_not_the_projects_business(pod):
    result = pod.pending("fail")
    assert result.returncode == 0, result.stderr
    assert "installed" not in result.stdout


def test_migrations_that_are_turned_off_are_not_missed(pod):
    settings = (pod.project / "main_app/settings.py").read_text()
    pod.write("main_app/settings.py", settings + "MIGRATION_MODULES = {'shop': None}\n")
    pod.write("shop/models.py", CHANGED)
    result = pod.pending("fail")
    assert result.returncode == 0, result.stderr


def test_two_migrations_on_the_same_one_are_said(pod):
    pod.add_migration("0002_one", "select 1")
    pod.add_migration("0002_two", "select 1")
    result = pod.pending("warn")
    assert result.returncode == 1
    assert result.stderr.startswith("makemigrations: Conflicting migrations detected")


@pytest.mark.parametrize("missing", ["--wait", "--marker", "--missing-migrations", "--risks"])
def test_every_argument_is_required(pod, missing):
    arguments = {"--wait": 1, "--marker": pod.marker, "--missing-migrations": "fail", "--risks": "warn"}
    del arguments[missing]
    result = pod.python("pending.py", *[part for pair in arguments.items() for part in pair])
    assert result.returncode == 2
    assert f"required: {missing}" in result.stderr
