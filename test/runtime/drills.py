"""The container that rehearses restores."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from pathlib import Path

from backups import Backup
from pods import REPOSITORY, finish, start_program
from servers import HOST, Server, free_port

SCRIPT = REPOSITORY / "runtime" / "drill.sh"
SUPERUSER = "scratch"


class Drill:
    """The drill container beside the folder of backups, with a server of its own."""

    def __init__(self, folder: Path, backup: Backup, cluster: Path) -> None:
        self.folder, self.backup, self.report = folder, backup, folder / "report"
        self.question, self.answers = folder / "question", folder / "answers"
        self.data, self.port = cluster.parent / f"{folder.name}-{free_port()}", free_port()
        shutil.copytree(cluster, self.data, copy_function=shutil.copy)
        owner = cluster.stat()
        for path in (self.data, *self.data.rglob("*")):
            os.chown(path, owner.st_uid, owner.st_gid)
        drop = ["setpriv", f"--reuid={owner.st_uid}", f"--regid={owner.st_gid}", "--clear-groups"]
        options = {"listen_addresses": HOST, "port": self.port, "unix_socket_directories": "", "fsync": "off"}
        self.server = [
            *(drop if os.geteuid() == 0 else []),
            str(backup.server.binaries / "postgres"),
            "-D",
            str(self.data),
        ]
        self.server += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        of_server = f"server=$(head -n 1 {self.data}/postmaster.pid)"
        self.stop_server = f"{of_server}; kill -QUIT $server; while kill -0 $server 2>/dev/null; do sleep 0.1; done"
        self.environment = {
            "PATH": backup.environment["PATH"],
            "PGHOST": HOST,
            "PGPORT": str(self.port),
            "PGUSER": SUPERUSER,
            "PGDATABASE": backup.database,
            "BACKUP_DIRECTORY": str(backup.dumps),
            "SOURCE": "local",
            "JOBS": "2",
            "REPORT": str(self.report),
            "WAIT_SECONDS": "20",
        }

    def start(self, *command: str, **environment: str) -> subprocess.Popen:
        """Start a run with this server, or with its own."""
        return start_program(SCRIPT, *(command or self.server), **{**self.environment, **environment})

    def succeed(self, question: str = "select 1") -> dict:
        """Run it, ask its server before that ends, and return what its last line says."""
        psql = f"{self.backup.server.binaries}/psql -At -h {HOST} -p {self.port} -U {SUPERUSER} -d postgres"
        self.question.write_text(question)
        self.backup.replace("tee", f'{psql} -f {self.question} >{self.answers} && exec /usr/bin/tee "$@"')
        result = finish(self.start())
        assert result.returncode == 0, result.stderr
        event = json.loads(result.stdout.splitlines()[-1])
        assert event == json.loads(self.report.read_text()), "what it reports is what it says"
        assert event["event"] == "drill_ok"
        return event

    def answer(self) -> str:
        """What its server said to the question."""
        return self.answers.read_text().strip()

    def wait_for_server(self) -> None:
        """Wait until its server answers."""
        command = [self.backup.server.binaries / "pg_isready", "--quiet", "-h", HOST, "-p", str(self.port)]
        deadline = time.monotonic() + 20
        while subprocess.run(command, check=False).returncode != 0:
            assert time.monotonic() < deadline
            time.sleep(0.1)

    def fail(self, *command: str, **environment: str) -> str:
        """Run it, and return the reason that its last line gives."""
        result = finish(self.start(*command, **environment))
        assert result.returncode != 0, result.stdout
        event = json.loads(result.stderr.splitlines()[-1])
        assert event["event"] == "drill_failed"
        return event["reason"]


def make_cluster(folder: Path, server: Server) -> Path:
    """The files of a new server that lets everybody in."""
    command = [
        server.binaries / "initdb",
        "--pgdata",
        folder / "cluster",
        "--username",
        SUPERUSER,
        "--auth",
        "trust",
        "--no-sync",
    ]
    subprocess.run(command, check=True, capture_output=True, cwd=folder, **server.account)
    return folder / "cluster"
