"""backup.sh: whatever ends it, what is there afterwards is whole."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from backups import Backup
from pods import kill

MOMENTS = 24


def check(backup: Backup, made: Path) -> None:
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=made, check=True)
    subprocess.run([backup.server.binaries / "pg_restore", "--file", "/dev/null", made / "database.dump"], check=True)


def test_killed_at_any_moment_it_leaves_whole_backups_only(backup, tmp_path):
    backup.environment["TMPDIR"] = str(tmp_path)  # where killed ones leave what is theirs
    begin = time.monotonic()
    backup.succeed()
    duration = time.monotonic() - begin
    backup.older(*[f"2025{month:02}01T000000Z" for month in range(1, 13)])
    killed = 0
    for moment in range(MOMENTS):
        process = backup.start(KEEP_DAILY="0", KEEP_WEEKLY="0", KEEP_MONTHLY="0")
        took = kill(process, duration * moment / MOMENTS)
        killed += took is None
        duration = min(duration, took or duration)  # the first may have been a slow one
        for made in backup.dumps.glob(f"{backup.database}-2*Z"):
            if "-2025" not in made.name:
                check(backup, made)
    assert killed > MOMENTS / 3
    check(backup, backup.succeed())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a small disk")
def test_on_a_full_disk_it_fails_and_leaves_the_older_files_as_they_were(backup):
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "small", backup.dumps], check=True)
    try:
        first = backup.succeed()
        before = backup.files()
        backup.server.execute(
            "insert into item select n, md5(random()::text) from generate_series(1, 40000) as n", backup.database
        )
        assert "No space left on device" in backup.fail()
        assert backup.files() == before
        check(backup, first)
    finally:
        subprocess.run(["umount", backup.dumps], check=True)
