"""backup.sh: which dumps stay, and where."""

from __future__ import annotations

from datetime import datetime, timezone


def test_the_copies_of_a_day_a_week_and_a_month_are_hard_links_of_the_dump(backup):
    friday = datetime(2027, 1, 1, 12, 30, tzinfo=timezone.utc)  # in the last ISO week of 2026
    backup.replace("date", f'[[ $* == +%s ]] && echo {friday.timestamp():.0f} || exec /bin/date "$@"')
    dump = backup.succeed()
    assert dump.name == f"{backup.database}-20270101T123000Z.dump"
    copies = {"daily": "20270101", "weekly": "2026W53", "monthly": "202701"}
    for folder, date in copies.items():
        assert backup.names(folder) == [date]
        assert (backup.dumps / folder / f"{backup.database}-{date}.dump").samefile(dump)
    assert dump.stat().st_nlink == 4


def test_the_newest_dump_of_a_period_takes_its_place(backup):
    backup.succeed()
    second = backup.succeed()
    assert len(backup.names("last")) == 2
    for folder in ("daily", "weekly", "monthly"):
        (copy,) = (backup.dumps / folder).glob("*.dump")
        assert copy.samefile(second)


def test_rotation_keeps_the_newest_of_each_folder(backup):
    months = [f"2025{month:02}01T000000Z" for month in range(1, 13)]
    backup.older("last", *months)
    backup.older("daily", *[f"202501{day:02}" for day in range(1, 11)])
    backup.older("weekly", "2024W52", "2025W01", "2025W02", "2025W10")
    backup.older("monthly", "202411", "202412", "202501")
    dump = backup.succeed(KEEP_DAILY="3", KEEP_WEEKLY="2", KEEP_MONTHLY="1")
    stamp = dump.name[len(backup.database) + 1 : -5]
    assert backup.names("last") == [*months[-9:], stamp]
    assert backup.names("daily") == ["20250109", "20250110", stamp[:8]]
    assert backup.names("weekly")[0] == "2025W10"
    assert len(backup.names("weekly")) == 2
    assert backup.names("monthly") == [stamp[:6]]
    dumps = {str(path.relative_to(backup.dumps)) for path in backup.dumps.rglob("*.dump")}
    sums = {str(path.relative_to(backup.dumps))[: -len(".sha256")] for path in backup.dumps.rglob("*.sha256")}
    assert dumps == sums


def test_the_dump_before_a_migration_outlasts_its_retries(backup):
    dumps = [backup.succeed(KEEP_DAILY="1").name for _ in range(10)]
    assert sorted(path.name for path in (backup.dumps / "last").glob("*.dump")) == sorted(dumps)


def test_the_dump_just_made_stays_when_nothing_is_to_be_kept(backup):
    backup.older("last", *[f"2025{month:02}01T000000Z" for month in range(1, 13)])
    dump = backup.succeed(KEEP_DAILY="0", KEEP_WEEKLY="0", KEEP_MONTHLY="0")
    assert dump.exists()
    assert [backup.names(folder) for folder in ("daily", "weekly", "monthly")] == [[], [], []]


def test_the_dump_just_made_stays_when_a_clock_was_ahead_once(backup):
    backup.older("last", *[f"2099{month:02}01T000000Z" for month in range(1, 13)])
    assert backup.succeed().exists()


def test_rotation_leaves_other_databases_alone(backup):
    for other in (f"{backup.database}-2", "x"):
        backup.older("last", *[f"2025{month:02}01T000000Z" for month in range(1, 13)], database=other)
        backup.older("daily", "20250101", database=other)
    before = backup.files()
    backup.succeed(KEEP_DAILY="0", KEEP_WEEKLY="0", KEEP_MONTHLY="0")
    assert before.items() <= backup.files().items()
