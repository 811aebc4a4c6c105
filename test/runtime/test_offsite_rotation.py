"""backup.sh beside offsite.sh: what may go."""

from __future__ import annotations

from page import PREFIX

TIMES = [f"2025{month:02}01T000000Z" for month in range(1, 13)]
KEEP_NONE = {"KEEP_DAILY": "0", "KEEP_WEEKLY": "0", "KEEP_MONTHLY": "0"}


def rotating(backup, offsite) -> dict[str, str]:
    """What the pod of a backup is told."""
    offsite.environment["PGDATABASE"] = backup.database
    return {**KEEP_NONE, "OFFSITE": offsite.environment["OFFSITE"], "NOTES_DIRECTORY": str(offsite.notes)}


def test_what_is_not_off_site_stays_however_old_it_is_and_goes_once_it_is(backup, offsite):
    told = rotating(backup, offsite)
    backup.older(*TIMES)
    result = backup.run(**told)
    assert result.returncode == 0
    # The newest ten stay anyway: this one, and the nine before it.
    kept = [line for line in result.stdout.splitlines() if line.startswith("keeping ")]
    assert kept == [f"keeping {backup.database}-{time}: it is not off-site" for time in reversed(TIMES[:3])]
    assert backup.times()[:12] == TIMES
    assert offsite.succeed()["copied"] == 13
    backup.succeed(**told)
    assert backup.times()[:-2] == TIMES[-8:]
    assert [name[-16:] for name in offsite.noted()] == backup.times()[:-1], "a note goes with its backup"
    assert len(offsite.held()) == 13, "what is off-site is no business of the rotation"


def test_a_backup_that_failed_to_be_copied_stays(backup, offsite):
    told = rotating(backup, offsite)
    backup.older(*TIMES)
    offsite.bucket.stop()
    offsite.fail(RCLONE_RETRIES="1")
    backup.succeed(**told)
    assert backup.times()[:12] == TIMES


def test_a_copy_at_another_place_is_none(backup, offsite):
    told = rotating(backup, offsite)
    backup.older(*TIMES)
    offsite.succeed()
    backup.succeed(**{**told, "OFFSITE": f"{offsite.bucket.endpoint}/elsewhere/{PREFIX}"})
    assert backup.times()[:12] == TIMES


def test_without_a_place_the_notes_of_an_earlier_one_hold_nothing_back(backup, offsite):
    rotating(backup, offsite)
    backup.older(*TIMES[:6])
    offsite.succeed()
    backup.older(*TIMES[6:])
    backup.succeed(**KEEP_NONE)
    assert backup.times()[:-1] == TIMES[-9:]
