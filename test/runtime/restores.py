"""The containers that restore a database beside the live one, and make it live."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path

from backups import Backup, reason
from pods import REPOSITORY, finish, start_program
from servers import ADMIN


class Restore:
    """The containers beside the folder of backups."""

    def __init__(self, folder: Path, backup: Backup) -> None:
        self.backup, self.server, self.live = backup, backup.server, backup.database
        self.restored, self.aside = f"{self.live}_restored", f"{self.live}_before_20261123_1259"
        self.incoming = folder / "incoming"
        self.environment = {
            **backup.environment,
            "PGUSER": ADMIN,
            "RESTORED": self.restored,
            "ASIDE": self.aside,
            "INCOMING": str(self.incoming),
            "JOBS": "2",
        }

    def start(self, program: str, *arguments: str, **environment: str) -> subprocess.Popen:
        """Start a program."""
        process = start_program(REPOSITORY / "runtime" / program, *arguments, **{**self.environment, **environment})
        self.backup.processes.append(process)
        return process

    def succeed(self, source: str = "newest") -> dict:
        """Restore, and return what the last line says."""
        return event(finish(self.start("restore.sh", source)), "restore_ok")

    def fail(self, source: str = "newest", **environment: str) -> str:
        """Try to restore; the reason why not."""
        return reason(finish(self.start("restore.sh", source, **environment)), "restore")

    def swap(self) -> dict:
        """Make the restored one live, and return what the last line says."""
        return event(finish(self.start("swap.sh")), "swap_ok")

    def take_in(self, content: bytes, kind: str, checksum: str | None = None) -> subprocess.CompletedProcess:
        """Restore from a file, which comes through the pipe."""
        known = {"CHECKSUM": checksum or hashlib.sha256(content).hexdigest(), "BYTES": f"{len(content)}"}
        return self.pipe(content, "file", FORMAT=kind, **known)

    def pipe(self, content: bytes, source: str, first: int = 0, **environment: str) -> subprocess.CompletedProcess:
        """Restore from what comes through the pipe, so many bytes before the others."""
        process = self.start("restore.sh", source, **environment)
        send = f"head --bytes {first}; sleep 1; cat" if first else "cat"
        write = ["bash", "-c", f"until [[ -p {self.incoming} ]]; do sleep 0.1; done; {{ {send}; }} >{self.incoming}"]
        subprocess.run(write, input=content, timeout=30, check=False)
        return finish(process)

    def names(self) -> list[str]:
        """Of the databases there are of this test."""
        rows = self.server.execute(f"select datname from pg_database where datname like '{self.live}%' order by 1")
        return [name for (name,) in rows]

    def ask(self, question: str, database: str) -> object:
        """The one value that a database answers."""
        return self.server.execute(question, database)[0][0]


def event(result: subprocess.CompletedProcess, name: str) -> dict:
    """The last line of a program that has succeeded."""
    assert result.returncode == 0, result.stderr
    said = json.loads(result.stdout.splitlines()[-1])
    assert said["event"] == name
    return said
