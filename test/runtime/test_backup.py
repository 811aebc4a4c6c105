"""backup.sh: dumps of a real database."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from backups import ROWS, SCRIPT, held, reason
from pods import finish, mount
from servers import BACKUP, HOST, OWNER, PASSWORD, free_port


def test_a_dump_restores_every_row(backup, server, database):
    question = "select count(*), sum(n), md5(string_agg(name, '' order by n)) from item"
    with backup.restored(backup.succeed()) as target:
        assert server.execute(question, target) == server.execute(question, database)
        assert server.execute(question, target)[0][0] == ROWS


def test_it_is_compressed_as_it_is_told(backup):
    packed, plain = [(backup.succeed(COMPRESSION=how) / "database.dump").stat().st_size for how in ("6", "0")]
    assert packed < plain / 1.5
    assert backup.fail(COMPRESSION="best").startswith("pg_dump failed: pg_dump: error: ")


def test_it_has_a_checksum_of_every_file(backup):
    made = backup.succeed()
    command = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
    result = subprocess.run(command, cwd=made, check=False, capture_output=True, text=True)
    assert (result.returncode, result.stdout) == (0, "database.dump: OK\nglobals.sql: OK\nmanifest.json: OK\n")
    assert sorted(path.name for path in made.iterdir()) == [
        "SHA256SUMS",
        "database.dump",
        "globals.sql",
        "manifest.json",
    ]


def test_its_sessions_are_kept_alive_while_they_wait_for_a_silent_server(backup, tmp_path):
    sockets = tmp_path / "sockets"
    # To the server, established, all sent, and with a timer of keepalives.
    kept = f"grep ':{backup.server.port:04X} 01 00000000:00000000 02:' /proc/net/tcp >{sockets}"
    backup.replace("pg_dump", f'until {kept}; do sleep 0.1; done; exec {backup.server.binaries}/pg_dump "$@"')
    backup.succeed()
    ticks = [int(line.split()[5].partition(":")[2], 16) for line in sockets.read_text().splitlines()]
    assert len(ticks) == 1
    # Hundredths of a second until the next. Linux itself waits two hours.
    assert ticks[0] <= 3000


def test_the_roles_beside_it_have_no_passwords(backup):
    text = (backup.succeed() / "globals.sql").read_text(encoding="utf-8")
    assert f"CREATE ROLE {OWNER};" in text
    assert "PASSWORD" not in text


def test_only_the_owner_can_read_what_is_written(backup):
    backup.succeed()
    for path in backup.dumps.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


@pytest.mark.parametrize("fault", ["truncate --size $(($(stat --format %s $file) / 2)) $file", "flip $file"])
def test_a_damaged_dump_is_noticed_and_thrown_away(backup, fault):
    flip = "flip() { printf XXXX | dd of=$1 bs=1 seek=$(($(stat --format %s $1) / 2)) conv=notrunc status=none; }"
    backup.replace("pg_dump", f'{flip}\n{backup.server.binaries}/pg_dump "$@" || exit\nfile=${{@: -1}}\n{fault}')
    assert backup.fail().startswith("pg_restore failed: pg_restore: error: ")
    assert backup.files() == {}


def test_a_failed_dump_leaves_the_older_files_as_they_were(backup):
    backup.succeed()
    backup.older(*[f"2025{month:02}01T000000Z" for month in range(1, 13)])
    before = backup.files()
    backup.replace("pg_dump", 'echo half >"${@: -1}"; echo "pg_dump: error: the \\"disk\\" \\ is gone" >&2; exit 3')
    assert backup.fail() == "pg_dump failed: pg_dump: error: the 'disk' ' is gone"
    assert backup.files() == before


def test_a_failure_of_any_other_command_is_said_and_leaves_nothing(backup):
    backup.replace("mv", "exit 1")
    assert re.fullmatch(r"line \d+: mv --no-target-directory .*", backup.fail())
    assert backup.files() == {}


def test_a_stopped_run_takes_its_unfinished_dump_along(backup):
    backup.replace("pg_dump", 'echo half >"${@: -1}"; exec sleep 30')
    process = backup.start()
    deadline = time.monotonic() + 20
    while not list(backup.dumps.glob("*.part/database.dump")):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    begin = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert reason(finish(process)) == "stopped by a signal"
    assert time.monotonic() - begin < 20
    assert backup.files() == {}


def test_old_unfinished_dumps_are_removed_and_fresh_ones_are_not(backup):
    old, fresh = backup.dumps / "x-1.part", backup.dumps / "x-2.part"
    for folder in (old, fresh):
        folder.mkdir()
        (folder / "database.dump").write_text("half")
    os.utime(old, (time.time() - 90_000,) * 2)
    backup.succeed()
    assert (old.exists(), fresh.exists()) == (False, True)


def test_two_runs_at_once_both_succeed(backup):
    results = [finish(process) for process in [backup.start(), backup.start()]]
    assert [result.returncode for result in results] == [0, 0], [result.stderr for result in results]
    assert len({json.loads(result.stdout.splitlines()[-1])["backup"] for result in results}) == 2
    assert len(backup.times()) == 2
    assert not list(backup.dumps.glob("*.part"))


def test_a_run_does_not_wait_for_another_one_beyond_its_clock(idle_backup):
    with held(idle_backup.dumps / ".lock"):
        assert idle_backup.fail(WAIT_SECONDS="1") == f"waited 1 s for another backup in {idle_backup.dumps}"


def test_a_wrong_password_is_said_but_never_shown(backup):
    mount(backup.folder / "wrong" / "postgres", {"POSTGRES_PASSWORD": b"wr0ng"})
    result = backup.run(SECRETS_DIRECTORY=str(backup.folder / "wrong"))
    assert f"password authentication failed for user '{BACKUP}'" in reason(result)
    assert "wr0ng" not in result.stdout + result.stderr
    assert backup.files() == {}


def test_an_unreachable_server_is_awaited_until_the_clock_ends(idle_backup):
    port, start = free_port(), time.monotonic()
    answer = idle_backup.fail(PGPORT=str(port), WAIT_SECONDS="3")
    assert answer == f"waited 3 s for the database server: {HOST}:{port} - no response"
    # Bash counts the seconds that begin, so that the first may be a short one.
    assert 2 <= time.monotonic() - start < 20


def test_without_the_file_of_only_if_there_is_nothing_to_do(backup):
    marker = backup.folder / "pending"
    result = backup.run("--only-if", marker)
    assert (result.returncode, result.stdout) == (0, f"nothing to back up: {marker} does not exist\n")
    assert backup.files() == {}
    marker.touch()
    assert backup.run("--only-if", marker).returncode == 0
    assert len(backup.times()) == 1


@pytest.mark.parametrize("arguments", [("--only-if",), ("--force",), ("a", "b")])
def test_other_arguments_are_refused(idle_backup, arguments):
    assert idle_backup.fail(*arguments) == f"usage: backup.sh [--only-if FILE], got: {' '.join(arguments)}"


@pytest.mark.parametrize(
    "name", ["PGHOST", "PGDATABASE", "APPLICATION_IMAGE", "BACKUP_DIRECTORY", "KEEP_MONTHLY", "WAIT_SECONDS"]
)
def test_a_missing_variable_is_named(idle_backup, name):
    del idle_backup.environment[name]
    assert idle_backup.fail() == f"the environment variable {name} is not set"


@pytest.mark.parametrize(("name", "value"), [("KEEP_DAILY", "-1"), ("KEEP_WEEKLY", "08"), ("WAIT_SECONDS", "5m")])
def test_a_variable_that_is_no_whole_number_is_named(idle_backup, name, value):
    assert idle_backup.fail(**{name: value}) == f"{name} must be a whole number, got {value}"


def test_a_missing_password_file_is_named(idle_backup):
    absent = idle_backup.folder / "absent"
    answer = idle_backup.fail(SECRETS_DIRECTORY=str(absent))
    assert answer.startswith(f"cannot read the password of {BACKUP} from {absent}/postgres/POSTGRES_PASSWORD")


def test_a_missing_folder_is_named(idle_backup):
    absent = idle_backup.folder / "absent"
    assert idle_backup.fail(BACKUP_DIRECTORY=str(absent)).startswith(f"cannot write to the directory {absent} as uid ")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_it_runs_as_a_user_that_the_image_does_not_know(backup):
    folder = Path(tempfile.mkdtemp())
    try:
        (folder / "postgres").mkdir()
        (folder / "postgres" / "POSTGRES_PASSWORD").write_text(PASSWORD, encoding="utf-8")
        for name in ("backup.sh", "program.sh", "rotation.sh", "media.sh", "manifest.sql"):
            shutil.copy(SCRIPT.parent / name, folder)
        for path in (folder, *folder.rglob("*")):
            os.chown(path, 54321, 54321)
        account = {"user": 54321, "group": 54321, "extra_groups": []}
        environment = {**backup.environment, "BACKUP_DIRECTORY": str(folder), "SECRETS_DIRECTORY": str(folder)}
        command = ["bash", str(folder / SCRIPT.name)]
        result = subprocess.run(
            command, env=environment, cwd="/", check=False, capture_output=True, text=True, **account
        )
        assert result.returncode == 0, result.stderr
    finally:
        shutil.rmtree(folder)
