"""migrated.py: the gate before a web pod."""

from __future__ import annotations

from pods import finish
from small_project import MODELS

FAIL = ("--missing-migrations", "fail")


def test_the_gate_opens_when_the_migrations_are_applied(pod):
    gate = pod.start_gate("--wait", 60, *FAIL)
    assert gate.stdout.readline() == "waiting up to 60 s for the migrations of this image\n"
    assert "unapplied: " in gate.stdout.readline()
    assert pod.migrate().returncode == 0
    result = finish(gate)
    assert (result.returncode, result.stdout) == (0, "migrated\n")


def test_the_gate_names_what_is_missing_when_its_clock_ends(pod):
    assert pod.migrate().returncode == 0
    for number in range(2, 6):
        previous = "0001_initial" if number == 2 else f"000{number - 1}_step"
        pod.add_migration(f"000{number}_step", "select 1", previous)
    result = finish(pod.start_gate("--wait", 1, *FAIL))
    assert result.returncode == 1
    assert result.stderr == (
        "waited 1 s for the migrations of this image: 4 unapplied: "
        "shop.0002_step, shop.0003_step, shop.0004_step, ...; see the logs of the migrate Job\n"
    )


def test_the_gate_waits_for_a_database_that_cannot_be_reached_yet(bare_pod):
    result = finish(bare_pod.start_gate("--wait", 1, *FAIL))
    assert result.returncode == 1
    assert "Connection refused" in result.stdout
    assert result.stderr.startswith("waited 1 s for the migrations of this image: ")


def test_a_database_that_is_newer_than_the_image_passes(pod):
    pod.add_migration("0002_newer", "select 1")
    assert pod.migrate().returncode == 0
    (pod.project / "shop/migrations/0002_newer.py").unlink()
    assert finish(pod.start_gate("--wait", 1, *FAIL)).returncode == 0


def test_the_gate_stays_shut_for_models_that_no_migration_file_knows(pod):
    assert pod.migrate().returncode == 0
    pod.write("shop/models.py", MODELS + "    price = models.IntegerField(default=0)\n")
    result = finish(pod.start_gate("--wait", 1, *FAIL))
    assert result.returncode == 1
    assert result.stderr.startswith("model changes without a migration file:\n")
    assert finish(pod.start_gate("--wait", 1, "--missing-migrations", "warn")).returncode == 0
