"""backup.sh: which backups stay."""

from __future__ import annotations

from datetime import datetime, timezone

MONTHS = [f"2025{month:02}01T000000Z" for month in range(1, 13)]


def keep(daily: int = 0, weekly: int = 0, monthly: int = 0) -> dict[str, str]:
    return {"KEEP_DAILY": str(daily), "KEEP_WEEKLY": str(weekly), "KEEP_MONTHLY": str(monthly)}


def older(backup, *times: str) -> list[str]:
    """Lay down these, make one more, and return which of these it left."""
    backup.older(*times)
    made = backup.succeed().name[len(backup.database) + 1 :]
    assert backup.times()[-1] == made
    return backup.times()[:-1]


def test_it_is_named_after_its_time(backup):
    friday = datetime(2027, 1, 1, 12, 30, tzinfo=timezone.utc)
    backup.replace(
        "date", f'[[ $* == "--utc +"* ]] && set -- --date @{friday.timestamp():.0f} "$@"; exec /bin/date "$@"'
    )
    assert backup.succeed().name == f"{backup.database}-20270101T123000Z"


def test_the_newest_ten_stay(backup):
    backup.environment |= keep()
    assert older(backup, *MONTHS) == MONTHS[-9:]


def test_the_newest_of_each_day_stays(backup):
    backup.environment |= keep(daily=4)
    days = [f"202501{day:02}T{hour:02}0000Z" for day in range(1, 6) for hour in (3, 9, 15)]
    many = [f"20260105T{hour:02}0000Z" for hour in range(12)]
    # Today is one, and that of the many another.
    assert older(backup, *days, *many) == ["20250104T150000Z", "20250105T150000Z", *many[-9:]]


def test_the_newest_of_each_week_and_month_stays(backup):
    backup.environment |= keep(weekly=3, monthly=20)
    # The last two are of one ISO week, 2025W01, and of two months.
    before = ["20241105T000000Z", "20241125T000000Z", "20241220T000000Z", "20241230T000000Z", "20250102T000000Z"]
    many = [f"2026010{day}T0{hour}0000Z" for day in (5, 6) for hour in range(6)]
    left = older(backup, *before, *many)
    assert left == ["20241125T000000Z", "20241230T000000Z", "20250102T000000Z", *many[-9:]]


def test_backups_of_periods_without_any_do_not_count(backup):
    backup.environment |= keep(weekly=4)
    old = ["20190105T000000Z", "20200105T000000Z", "20210105T000000Z"]
    many = [f"20260105T{hour:02}0000Z" for hour in range(12)]
    assert older(backup, *old, *many) == [*old[-2:], *many[-9:]]


def test_the_backup_before_a_migration_outlasts_its_retries(backup):
    backup.environment |= keep(daily=1)
    names = [backup.succeed().name for _ in range(10)]
    assert sorted(path.name for path in backup.dumps.iterdir() if path.is_dir()) == sorted(names)


def test_the_backup_just_made_stays_when_a_clock_was_ahead_once(backup):
    backup.older(*[time.replace("2025", "2099") for time in MONTHS])
    assert backup.succeed().exists()


def test_rotation_leaves_other_databases_and_files_alone(backup):
    for other in (f"{backup.database}-2", "x"):
        backup.older(*MONTHS, database=other)
    backup.older("by-hand", "20250101T000000Z.part")
    before = backup.files()
    backup.environment |= keep()
    backup.succeed()
    assert before.items() <= backup.files().items()


def test_what_is_removed_is_never_taken_for_a_backup_though_it_be_half_gone(backup):
    backup.environment |= keep()
    backup.older(*MONTHS)
    backup.replace("rm", '[[ $* == *"/backup/"*2025* ]] && exit 1; exec /bin/rm "$@"')
    assert backup.run().returncode != 0
    half = [time for time in backup.times() if time.endswith(".part")]
    assert half == [f"{MONTHS[2]}.part"]
