"""backup.sh and drill.sh: whatever ends a backup of uploaded files, or happens to it afterwards."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from backups import write_sums
from media import checked, files
from pods import kill

MOMENTS = 16
DAMAGES = 20


def test_killed_at_any_moment_it_leaves_whole_backups_only(media, tmp_path):
    media.backup.environment["TMPDIR"] = str(tmp_path)  # where killed ones leave what is theirs
    for number in range(200):
        media.write(f"{number % 9}/{number}", "x" * number)
    begin = time.monotonic()
    media.back_up()
    duration = time.monotonic() - begin
    killed = 0
    for moment in range(MOMENTS):
        media.write(f"new/{moment}")
        process = media.backup.start()
        # The dump comes first.
        took = kill(process, duration * (0.3 + 0.7 * moment / MOMENTS))
        killed += took is None
        duration = min(duration, took or duration)  # the first may have been a slow one
        for name in media.backup.times():
            if name.endswith("Z"):
                checked(media.backup.dumps / f"{media.backup.database}-{name}")
    assert killed > MOMENTS / 3
    made, _ = media.back_up()
    assert files(made / "media") == files(media.folder)
    checked(made)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a small disk")
def test_on_a_full_disk_it_fails_and_leaves_the_older_files_as_they_were(media):
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "small", media.backup.dumps], check=True)
    try:
        media.write("a", "x" * 100_000)
        first, _ = media.back_up()
        before = media.backup.files()
        media.write("b", "y" * 3_000_000)
        assert "No space left on device" in media.backup.fail()
        assert media.backup.files() == before
        checked(first)
    finally:
        subprocess.run(["umount", media.backup.dumps], check=True)


def test_a_stopped_run_takes_its_half_along(media):
    media.write("a")
    media.backup.replace("cp", "exec sleep 30")
    process = media.backup.start()
    deadline = time.monotonic() + 20
    while not list(media.backup.dumps.glob("*.part/media")):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    time.sleep(0.5)
    process.send_signal(signal.SIGTERM)
    process.wait(20)
    assert media.backup.files() == {}
    kill(process, 0)  # what took the place of cp sleeps on


def test_a_release_backs_up_while_files_are_copied_and_its_rotation_does_no_harm(media):
    media.write("a")
    media.back_up()
    media.write("b")
    media.backup.environment |= {f"KEEP_{period}": "0" for period in ("DAILY", "WEEKLY", "MONTHLY")}
    go_on = media.backup.folder / "go-on"
    wait = f"until [[ -e {go_on} ]]; do sleep 0.1; done"
    media.backup.replace("cp", f'[[ $* == *--link* ]] || {wait}; exec /bin/cp "$@"')
    process = media.backup.start()
    deadline = time.monotonic() + 20
    while not list(media.backup.dumps.glob("*.part/media/a")):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    media.backup.older(*[f"2099010{day}T0{hour}0000Z" for day in (1, 2) for hour in range(8)])
    media.without()
    assert process.poll() is None
    go_on.touch()
    assert process.wait(30) == 0
    backups = [path.parent for path in media.backup.dumps.glob("*Z/media")]
    assert len(backups) == 2
    for made in backups:
        checked(made)


def test_a_drill_reads_every_file_and_says_how_many(media, drill):
    media.write("a", "one")
    media.write("d/b", "three")
    made, _ = media.back_up()
    event = drill.succeed()
    assert (event["backup"], event["media"]) == (made.name, {"files": 2, "bytes": 8})


def test_a_drill_reads_those_of_the_newest_backup_that_has_any(media, drill):
    media.write("a", "one")
    made, _ = media.back_up()
    newest = media.without()
    event = drill.succeed()
    assert (event["backup"], event["media"]) == (newest.name, {"files": 1, "bytes": 3})
    (made / "media/a").write_text("odd")
    assert drill.fail("bash", "-c", "") == f"{made.name} is damaged: SHA256SUMS does not hold for media/a"


def test_each_damage_of_files_is_noticed(media, drill):
    for number in range(20):
        media.write(f"{number}/a\\b", f"content {number}" * 50)
    media.back_up()
    made, _ = media.back_up()
    chance = random.Random(20261123)
    paths = sorted(path for path in (made / "media").rglob("*") if path.is_file())
    for number in range(DAMAGES):
        path = chance.choice(paths)
        content, other = path.read_bytes(), made / "media/other"
        damage = ("flip", "truncate", "remove", "add")[number % 4]
        if damage == "flip":
            position = chance.randrange(len(content))
            path.write_bytes(content[:position] + bytes([content[position] ^ 1]) + content[position + 1 :])
        elif damage == "truncate":
            path.write_bytes(content[: chance.randrange(len(content))])
        elif damage == "remove":
            path.unlink()
        else:
            other.write_text("x")
        named = other if damage == "add" else path
        reason = drill.fail("bash", "-c", "")
        # Nothing in the line needs an escape.
        name = str(named.relative_to(made)).replace("\\", "''")
        assert reason == f"{made.name} is damaged: SHA256SUMS does not hold for {name}", damage
        other.unlink(missing_ok=True)
        path.write_bytes(content)
    assert drill.succeed()["backup"] == made.name


@pytest.mark.parametrize("lost", ["a", "all"])
def test_a_backup_that_has_lost_files_is_noticed_though_its_sums_are_made_anew(media, drill, lost):
    for name in ("a", "b"):
        media.write(name)
    made, _ = media.back_up()
    for path in list((made / "media").iterdir()):
        if lost in (path.name, "all"):
            path.unlink()
    left = sorted(str(path.relative_to(made)) for path in (made / "media").iterdir())
    if not left:
        (made / "media").rmdir()
    write_sums(made, *left)
    reason = drill.fail("bash", "-c", "")
    assert reason.startswith(f"{made.name} is damaged: of uploaded files it holds ")
    assert reason.endswith("and manifest.json says {'files':2,'bytes':16}")


def test_a_damaged_upload_does_not_keep_the_database_from_being_restored(media, restore):
    media.write("a")
    made, _ = media.back_up()
    (made / "media/a").unlink()
    assert restore.succeed()["from"] == made.name
    (made / "globals.sql").write_text("")
    assert Path(restore.fail().split()[-1]).name == "globals.sql"
