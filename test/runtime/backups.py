"""The container that makes backups."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from psycopg import sql

from pods import REPOSITORY, finish, mount, start_program
from servers import ADMIN, BACKUP, HOST, PASSWORD, Server

SCRIPT = REPOSITORY / "runtime" / "backup.sh"
# Of the database that is backed up.
ROWS = 20_000
IMAGE = "registry.example.com/example/shop:1.4.2"


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
            "PGUSER": BACKUP,
            "PGDATABASE": database,
            "APPLICATION_IMAGE": IMAGE,
            "BACKUP_DIRECTORY": str(self.dumps),
            "COMPRESSION": "6",
            "JOBS": "1",
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
        process = start_program(SCRIPT, *arguments, **{**self.environment, **environment})
        self.processes.append(process)
        return process

    def run(self, *arguments: object, **environment: str) -> subprocess.CompletedProcess:
        """Run it to its end."""
        return finish(self.start(*arguments, **environment))

    def succeed(self, **environment: str) -> Path:
        """Run it, and return the backup that its last line names."""
        result = self.run(**environment)
        assert result.returncode == 0, result.stderr
        event = json.loads(result.stdout.splitlines()[-1])
        made = self.dumps / event["backup"]
        assert event["event"] == "backup_ok"
        dump = made / "database.dump"
        files = [dump] if dump.is_file() else list(dump.iterdir())
        assert event["bytes"] == sum(file.stat().st_size for file in files) > 0
        assert 0 <= event["seconds"] < 60
        return made

    def fail(self, *arguments: object, **environment: str) -> str:
        """Run it, and return the reason that its last line gives."""
        return reason(self.run(*arguments, **environment))

    @contextmanager
    def restored(self, made: Path) -> Iterator[str]:
        """A database with what a backup holds, which goes afterwards."""
        target = f"{self.database}-restored"
        self.server.execute(sql.SQL("create database {}").format(sql.Identifier(target)))
        command = [self.server.binaries / "pg_restore", "--exit-on-error", "-h", HOST, "-p", str(self.server.port)]
        command += ["-U", ADMIN, "-d", target, made / "database.dump"]
        try:
            subprocess.run(command, check=True, env={"PGPASSWORD": PASSWORD})
            yield target
        finally:
            self.server.execute(sql.SQL("drop database {}").format(sql.Identifier(target)))

    def files(self) -> dict[str, tuple[int, bytes]]:
        """What the folder holds, by name: the identity and the bytes of every file."""
        paths = [path for path in self.dumps.rglob("*") if path.is_file() and path.name != ".lock"]
        return {str(path.relative_to(self.dumps)): (path.stat().st_ino, path.read_bytes()) for path in paths}

    def times(self) -> list[str]:
        """Those of the backups, as in their names, oldest first."""
        prefix = f"{self.database}-"
        return sorted(path.name[len(prefix) :] for path in self.dumps.glob(f"{prefix}*"))

    def older(self, *times: str, database: str | None = None) -> None:
        """Lay down backups of earlier runs."""
        for time in times:
            folder = self.dumps / f"{database or self.database}-{time}"
            folder.mkdir()
            (folder / "database.dump").write_text("an older dump")


def reason(result: subprocess.CompletedProcess, program: str = "backup") -> str:
    assert result.returncode != 0, result.stdout
    event = json.loads(result.stderr.splitlines()[-1])
    assert event["event"] == f"{program}_failed"
    return event["reason"]


@contextmanager
def held(lock: Path) -> Iterator[None]:
    """While another run has that lock."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def write_sums(made: Path, *more: str) -> None:
    """As if nothing had happened since the backup was made."""
    with (made / "SHA256SUMS").open("wb") as sums:
        files = ["database.dump", "globals.sql", "manifest.json", *more]
        subprocess.run(["sha256sum", *files], cwd=made, check=True, stdout=sums)


def change_manifest(made: Path, **facts: object) -> None:
    """Let it say otherwise."""
    path = made / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **facts}))
    write_sums(made)
