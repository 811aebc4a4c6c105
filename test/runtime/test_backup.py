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
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import pytest
from psycopg import sql

from conftest import HOST, PASSWORD, REPOSITORY, Server, finish, free_port, mount

SCRIPT = REPOSITORY / "runtime" / "backup.sh"
ROWS = 20_000


class Backup:
    """The backup container: its folder, its environment, and programs of ours first on its PATH."""

    def __init__(self, folder: Path, server: Server, database: str) -> None:
        self.folder, self.server, self.database, self.dumps = folder, server, database, folder / "backup"
        self.dumps.mkdir()
        (folder / "bin").mkdir()
        mount(folder / "secrets" / "postgres", {"POSTGRES_PASSWORD": PASSWORD.encode()})
        self.environment = {
            "PATH": f"{folder / 'bin'}:{server.binaries}:{os.environ['PATH']}",
            "SECRETS_DIRECTORY": str(folder / "secrets"),
            "PGHOST": HOST,
            "PGPORT": str(server.port),
            "PGUSER": server.user,
            "PGDATABASE": database,
            "BACKUP_DIRECTORY": str(self.dumps),
            "KEEP_DAILY": "7",
            "KEEP_WEEKLY": "4",
            "KEEP_MONTHLY": "6",
            "WAIT_SECONDS": "20",
        }
        self.processes: list[subprocess.Popen] = []

    def replace(self, program: str, text: str) -> None:
        """Put a program of ours before the real one."""
        path = self.folder / "bin" / program
        path.write_text(f"#!/bin/bash\n{text}\n")
        path.chmod(0o755)

    def start(self, *arguments: object, **environment: str) -> subprocess.Popen:
        """Start a run."""
        process = subprocess.Popen(
            ["bash", str(SCRIPT), *[str(argument) for argument in arguments]],
            env={**self.environment, **environment},
            cwd="/",
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.processes.append(process)
        return process

    def run(self, *arguments: object, **environment: str) -> subprocess.CompletedProcess:
        """Run it to its end."""
        return finish(self.start(*arguments, **environment))

    def succeed(self, **environment: str) -> Path:
        """Run it, and return the dump that its last line names."""
        result = self.run(**environment)
        assert result.returncode == 0, result.stderr
        event = json.loads(result.stdout.splitlines()[-1])
        dump = self.dumps / event["file"]
        assert event["event"] == "backup_ok"
        assert event["bytes"] == dump.stat().st_size > 0
        assert 0 <= event["seconds"] < 60
        return dump

    def fail(self, *arguments: object, **environment: str) -> str:
        """Run it, and return the reason that its last line gives."""
        return reason(self.run(*arguments, **environment))

    def files(self) -> dict[str, tuple[int, bytes]]:
        """What the folder holds, by name: the identity and the bytes of every file."""
        paths = [path for path in self.dumps.rglob("*") if path.is_file() and path.name != ".lock"]
        return {str(path.relative_to(self.dumps)): (path.stat().st_ino, path.read_bytes()) for path in paths}

    def names(self, folder: str) -> list[str]:
        """The dumps in one folder without what their names have in common."""
        prefix = f"{self.database}-"
        return sorted(path.name[len(prefix) : -5] for path in (self.dumps / folder).glob(f"{prefix}*.dump"))

    def older(self, folder: str, *dates: str, database: str | None = None) -> None:
        """Lay down dumps of earlier runs."""
        (self.dumps / folder).mkdir(exist_ok=True)
        for date in dates:
            dump = self.dumps / folder / f"{database or self.database}-{date}.dump"
            dump.write_text("an older dump")
            dump.with_name(f"{dump.name}.sha256").write_text("its checksum")


def reason(result: subprocess.CompletedProcess) -> str:
    assert result.returncode != 0, result.stdout
    event = json.loads(result.stderr.splitlines()[-1])
    assert event["event"] == "backup_failed"
    return event["reason"]


@pytest.fixture
def idle_backup(tmp_path: Path, server: Server) -> Iterator[Backup]:
    """A backup that ends before it asks for its database."""
    backup = Backup(tmp_path, server, "shop")
    yield backup
    for process in backup.processes:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def backup(idle_backup: Backup, server: Server, database: str) -> Backup:
    """A backup of a database with rows that do not compress away."""
    rows = f"create table item as select n, md5(n::text) as name from generate_series(1, {ROWS}) as n"
    with server.connect(database, server.user) as session:
        session.execute(rows)
    idle_backup.database = idle_backup.environment["PGDATABASE"] = database
    return idle_backup


def test_a_dump_restores_every_row(backup, server, database):
    dump = backup.succeed()
    target = f"{database}-restored"
    server.execute(sql.SQL("create database {}").format(sql.Identifier(target)))
    command = [server.binaries / "pg_restore", "--exit-on-error", "-h", HOST, "-p", str(server.port), "-U", "admin"]
    subprocess.run([*command, "-d", target, dump], check=True, env={"PGPASSWORD": PASSWORD})
    question = "select count(*), sum(n), md5(string_agg(name, '' order by n)) from item"
    assert server.execute(question, target) == server.execute(question, database)
    assert server.execute(question, target)[0][0] == ROWS
    server.execute(sql.SQL("drop database {}").format(sql.Identifier(target)))


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


def test_the_checksum_verifies_in_every_folder(backup):
    backup.succeed()
    for folder in ("last", "daily", "weekly", "monthly"):
        sums = [path.name for path in (backup.dumps / folder).glob("*.sha256")]
        command = ["sha256sum", "--check", "--strict", *sums]
        result = subprocess.run(command, cwd=backup.dumps / folder, check=False, capture_output=True, text=True)
        assert (len(sums), result.returncode) == (1, 0), result.stderr
        assert result.stdout.endswith(".dump: OK\n")


def test_only_the_owner_can_read_what_is_written(backup):
    backup.succeed()
    for path in backup.dumps.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_the_newest_dump_of_a_period_takes_its_place(backup):
    backup.succeed()
    second = backup.succeed()
    assert len(backup.names("last")) == 2
    for folder in ("daily", "weekly", "monthly"):
        (copy,) = (backup.dumps / folder).glob("*.dump")
        assert copy.samefile(second)


def test_rotation_keeps_the_newest_of_each_folder(backup):
    backup.older("last", *[f"20250{month}01T000000Z" for month in range(1, 6)])
    backup.older("daily", *[f"202501{day:02}" for day in range(1, 11)])
    backup.older("weekly", "2024W52", "2025W01", "2025W02", "2025W10")
    backup.older("monthly", "202411", "202412", "202501")
    dump = backup.succeed(KEEP_DAILY="3", KEEP_WEEKLY="2", KEEP_MONTHLY="1")
    stamp = dump.name[len(backup.database) + 1 : -5]
    assert backup.names("last") == ["20250401T000000Z", "20250501T000000Z", stamp]
    assert backup.names("daily") == ["20250109", "20250110", stamp[:8]]
    assert backup.names("weekly")[0] == "2025W10"
    assert len(backup.names("weekly")) == 2
    assert backup.names("monthly") == [stamp[:6]]
    dumps = {str(path.relative_to(backup.dumps)) for path in backup.dumps.rglob("*.dump")}
    sums = {str(path.relative_to(backup.dumps))[: -len(".sha256")] for path in backup.dumps.rglob("*.sha256")}
    assert dumps == sums


def test_the_dump_just_made_stays_when_nothing_is_to_be_kept(backup):
    backup.older("last", *[f"20250{month}01T000000Z" for month in range(1, 6)])
    dump = backup.succeed(KEEP_DAILY="0", KEEP_WEEKLY="0", KEEP_MONTHLY="0")
    assert dump.exists()
    assert [backup.names(folder) for folder in ("daily", "weekly", "monthly")] == [[], [], []]


def test_the_dump_just_made_stays_when_a_clock_was_ahead_once(backup):
    backup.older("last", *[f"20990{month}01T000000Z" for month in range(1, 6)])
    assert backup.succeed().exists()


def test_rotation_leaves_other_databases_alone(backup):
    for other in (f"{backup.database}-2", "x"):
        backup.older("last", *[f"20250{month}01T000000Z" for month in range(1, 6)], database=other)
        backup.older("daily", "20250101", database=other)
    before = backup.files()
    backup.succeed(KEEP_DAILY="0", KEEP_WEEKLY="0", KEEP_MONTHLY="0")
    assert before.items() <= backup.files().items()


@pytest.mark.parametrize("fault", ["truncate --size $(($(stat --format %s $file) / 2)) $file", "flip $file"])
def test_a_damaged_dump_is_noticed_and_thrown_away(backup, fault):
    flip = "flip() { printf XXXX | dd of=$1 bs=1 seek=$(($(stat --format %s $1) / 2)) conv=notrunc status=none; }"
    backup.replace("pg_dump", f'{flip}\n{backup.server.binaries}/pg_dump "$@" || exit\nfile=${{@: -1}}\n{fault}')
    assert backup.fail().startswith("pg_restore failed: pg_restore: error: ")
    assert backup.files() == {}


def test_a_failed_dump_leaves_the_older_files_as_they_were(backup):
    backup.succeed()
    backup.older("last", *[f"20250{month}01T000000Z" for month in range(1, 6)])
    before = backup.files()
    backup.replace("pg_dump", 'echo half >"${@: -1}"; echo "pg_dump: error: the \\"disk\\" \\ is gone" >&2; exit 3')
    assert backup.fail() == "pg_dump failed: pg_dump: error: the 'disk' ' is gone"
    assert backup.files() == before


def test_a_failure_of_any_other_command_is_said_and_leaves_nothing(backup):
    backup.replace("mv", "exit 1")
    assert re.fullmatch(r"line \d+: mv '\$dump\.part' '\$dump'", backup.fail())
    assert backup.files() == {}


def test_a_stopped_run_takes_its_unfinished_dump_along(idle_backup):
    idle_backup.replace("pg_dump", 'echo half >"${@: -1}"; exec sleep 30')
    process = idle_backup.start()
    deadline = time.monotonic() + 20
    while not [name for name in idle_backup.files() if name.endswith(".dump.part")]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    assert reason(finish(process)) == "stopped by a signal"
    assert time.monotonic() < deadline
    assert idle_backup.files() == {}


def test_old_unfinished_dumps_are_removed_and_fresh_ones_are_not(backup):
    (backup.dumps / "last").mkdir()
    old, fresh = backup.dumps / "last/x-1.dump.part", backup.dumps / "last/x-2.dump.part"
    old.write_text("half")
    fresh.write_text("half")
    os.utime(old, (time.time() - 90_000,) * 2)
    backup.succeed()
    assert (old.exists(), fresh.exists()) == (False, True)


def test_two_runs_at_once_both_succeed(backup):
    results = [finish(process) for process in [backup.start(), backup.start()]]
    assert [result.returncode for result in results] == [0, 0], [result.stderr for result in results]
    assert len({json.loads(result.stdout.splitlines()[-1])["file"] for result in results}) == 2
    assert len(backup.names("last")) == 2
    assert not [name for name in backup.files() if name.endswith(".part")]


def test_a_run_does_not_wait_for_another_one_beyond_its_clock(idle_backup):
    with subprocess.Popen(["flock", str(idle_backup.dumps / ".lock"), "sleep", "30"], start_new_session=True) as holder:
        time.sleep(0.3)
        assert idle_backup.fail(WAIT_SECONDS="1") == f"waited 1 s for another backup in {idle_backup.dumps}"
        os.killpg(holder.pid, signal.SIGKILL)


def test_a_wrong_password_is_said_but_never_shown(backup):
    mount(backup.folder / "wrong" / "postgres", {"POSTGRES_PASSWORD": b"wr0ng"})
    result = backup.run(SECRETS_DIRECTORY=str(backup.folder / "wrong"))
    assert f"password authentication failed for user '{Server.user}'" in reason(result)
    assert "wr0ng" not in result.stdout + result.stderr
    assert backup.files() == {}


def test_an_unreachable_server_is_awaited_until_the_clock_ends(idle_backup):
    port, start = free_port(), time.monotonic()
    answer = idle_backup.fail(PGPORT=str(port), WAIT_SECONDS="2")
    assert answer == f"waited 2 s for the database server: {HOST}:{port} - no response"
    assert 2 <= time.monotonic() - start < 20


def test_without_the_file_of_only_if_there_is_nothing_to_do(backup):
    marker = backup.folder / "pending"
    result = backup.run("--only-if", marker)
    assert (result.returncode, result.stdout) == (0, f"nothing to back up: {marker} does not exist\n")
    assert backup.files() == {}
    marker.touch()
    assert backup.run("--only-if", marker).returncode == 0
    assert len(backup.names("last")) == 1


@pytest.mark.parametrize("arguments", [("--only-if",), ("--force",), ("a", "b")])
def test_other_arguments_are_refused(idle_backup, arguments):
    assert idle_backup.fail(*arguments) == f"usage: backup.sh [--only-if FILE], got: {' '.join(arguments)}"


@pytest.mark.parametrize("name", ["PGHOST", "PGDATABASE", "BACKUP_DIRECTORY", "KEEP_MONTHLY", "WAIT_SECONDS"])
def test_a_missing_variable_is_named(idle_backup, name):
    del idle_backup.environment[name]
    assert idle_backup.fail() == f"the environment variable {name} is not set"


@pytest.mark.parametrize(("name", "value"), [("KEEP_DAILY", "-1"), ("KEEP_WEEKLY", "08"), ("WAIT_SECONDS", "5m")])
def test_a_variable_that_is_no_whole_number_is_named(idle_backup, name, value):
    assert idle_backup.fail(**{name: value}) == f"{name} must be a whole number, got {value}"


def test_a_missing_password_file_is_named(idle_backup):
    absent = idle_backup.folder / "absent"
    answer = idle_backup.fail(SECRETS_DIRECTORY=str(absent))
    assert answer.startswith(f"cannot read the password of {Server.user} from {absent}/postgres/POSTGRES_PASSWORD")


def test_a_missing_folder_is_named(idle_backup):
    absent = idle_backup.folder / "absent"
    assert idle_backup.fail(BACKUP_DIRECTORY=str(absent)).startswith(f"cannot write to the directory {absent} as uid ")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_it_runs_as_a_user_that_the_image_does_not_know(backup):
    folder = Path(tempfile.mkdtemp())
    try:
        (folder / "postgres").mkdir()
        (folder / "postgres" / "POSTGRES_PASSWORD").write_text(PASSWORD, encoding="utf-8")
        shutil.copy(SCRIPT, folder)
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
