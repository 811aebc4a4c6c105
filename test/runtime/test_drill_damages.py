"""drill.sh: whatever happens to a backup afterwards is noticed before anything is restored."""

from __future__ import annotations

from drills import SCRIPT
from pods import REPOSITORY, finish, start_program

DAMAGES = REPOSITORY / "test" / "support" / "damages.sh"


def test_two_backups_that_have_changed_places_are_noticed(drill, backup):
    one, other = backup.succeed(), backup.succeed()
    one.rename(one.with_suffix(".aside"))
    other.rename(one)
    one.with_suffix(".aside").rename(other)
    reason = drill.fail("bash", "-c", "echo started")
    assert reason == f"{other.name} is damaged: its files are those of {one.name}"


def test_each_of_a_hundred_random_damages_is_noticed(drill, backup, database):
    other = backup.succeed()
    backup.server.execute("create role late; delete from item where n = 1", database)
    try:
        made = backup.succeed()
    finally:
        backup.server.execute("drop role late", database)
    command = ("bash", SCRIPT, "bash", "-c", "echo started")
    result = finish(start_program(DAMAGES, made, other, *command, **drill.environment))
    assert (result.stdout, result.stderr) == ("100 of 100\n", "")
    assert drill.succeed()["backup"] == made.name
