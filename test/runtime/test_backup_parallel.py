"""backup.sh, several tables at once: a folder in place of a file."""

from __future__ import annotations

import os
import signal
import subprocess
import time

import pytest

from servers import BACKUP, PASSWORD


@pytest.fixture
def parallel(backup):
    """Two at once."""
    backup.environment["JOBS"] = "2"
    return backup


def test_it_is_whole_and_says_so(parallel):
    made = parallel.succeed()
    assert (made / "database.dump" / "toc.dat").is_file()
    command = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    assert subprocess.run(command, cwd=made, check=False).returncode == 0
    files = {str(path.relative_to(made)) for path in made.rglob("*") if path.is_file()}
    named = {line.split("  ", 1)[1] for line in (made / "SHA256SUMS").read_text().splitlines()}
    assert named == files - {"SHA256SUMS"}


def test_rows_that_are_written_meanwhile_are_in_none_of_its_files(parallel, server, database):
    server.execute("create table later (n int)", database)
    server.execute(f"grant select on later to {BACKUP}", database)
    binaries = server.binaries
    write = f"{binaries}/psql -q -U shop -d '{database}' -c 'insert into later values (1)' >/dev/null"
    parallel.replace("pg_dump", f'PGPASSWORD="$ADMIN" {write} && exec {binaries}/pg_dump "$@"')
    made = parallel.succeed(ADMIN=PASSWORD)
    with parallel.restored(made) as target:
        assert server.execute("select count(*) from later", target) == [(0,)]
    assert server.execute("select count(*) from later", database) == [(1,)]


def test_a_drill_and_a_restore_take_it(parallel, drill, restore):
    made = parallel.succeed()
    assert drill.succeed()["backup"] == made.name
    assert restore.succeed()["from"] == made.name


@pytest.mark.parametrize("damage", ["truncate", "remove", "add"])
def test_a_damage_of_any_of_its_files_is_noticed(parallel, drill, damage):
    made = parallel.succeed()
    table = next((made / "database.dump").glob("*.dat.gz"))
    if damage == "truncate":
        table.write_bytes(table.read_bytes()[:-1])
    elif damage == "remove":
        table.unlink()
    else:
        (made / "database.dump" / "more").write_bytes(b"")
    reason = drill.fail("bash", "-c", "echo started")
    assert reason.startswith(f"{made.name} is damaged: ")


def test_a_damage_on_the_way_is_noticed_and_thrown_away(parallel):
    spoil = "file=$(ls -d ${@: -1}/*.dat.gz | head -n 1); truncate --size -9 $file"
    parallel.replace("pg_dump", f'{parallel.server.binaries}/pg_dump "$@" || exit\n{spoil}')
    assert parallel.fail().startswith("pg_restore failed: pg_restore: error: ")
    assert parallel.files() == {}


def test_what_is_killed_leaves_nothing_that_counts_as_a_backup(parallel, tmp_path):
    parallel.environment["TMPDIR"] = str(tmp_path)
    parallel.replace("pg_dump", f'{parallel.server.binaries}/pg_dump "$@"; sleep 60')
    process = parallel.start()
    while not list(parallel.dumps.glob("*.part/database.dump/toc.dat")):
        assert process.poll() is None
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert [path.suffix for path in parallel.dumps.glob("shop*")] == [".part"]
    parallel.replace("pg_dump", f'exec {parallel.server.binaries}/pg_dump "$@"')
    assert parallel.succeed().name in [path.name for path in parallel.dumps.iterdir()]
