"""restore.sh: from a backup whose folder comes through a pipe, as one does that was fetched from off-site."""

from __future__ import annotations

import subprocess

import pytest

from backups import ROWS, change_manifest, reason
from restores import event
from servers import OWNER


@pytest.fixture
def copied(restore, tmp_path):
    """Restore from a folder elsewhere, into an empty volume."""
    (tmp_path / "volume").mkdir()
    restore.environment["BACKUP_DIRECTORY"] = str(tmp_path / "volume")

    def run(made, cut: int | None = None, first: int = 0):
        command = ["tar", "--create", "--directory", made.parent, "--", made.name]
        return restore.pipe(subprocess.run(command, check=True, capture_output=True).stdout[:cut], "copy", first)

    return run


def test_it_is_what_a_restore_from_the_volume_is(restore, backup, copied):
    made = backup.succeed()
    said = event(copied(made), "restore_ok")
    assert (said["from"], said["database"]) == (made.name, restore.restored)
    assert restore.ask("select count(*) from item", restore.restored) == ROWS
    assert restore.ask("select relowner::regrole::text from pg_class where relname = 'item'", restore.restored) == OWNER


def test_what_comes_first_may_end_anywhere(restore, backup, copied):
    made = backup.succeed()
    assert event(copied(made, first=11_000), "restore_ok")["from"] == made.name


def test_it_is_judged_by_its_manifest(restore, backup, copied, database):
    made = backup.succeed()
    change_manifest(made, rows={"public.item": ROWS + 1})
    said = reason(copied(made), "restore")
    assert said == f"what was restored is not what was dumped: rows of public.item: dumped {ROWS + 1}, restored {ROWS}"
    assert restore.names() == [database]


@pytest.mark.parametrize("cut", [-20_000, 10_240, 0])
def test_one_that_breaks_off_on_its_way_leaves_nothing(restore, backup, copied, database, cut):
    assert copied(backup.succeed(), cut).returncode != 0
    assert restore.names() == [database]
