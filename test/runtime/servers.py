"""A real PostgreSQL."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

HOST = "127.0.0.1"
PASSWORD = "pä:s/w@rd %41?#&'\""
ADMIN = "shop"
OWNER, APP, BACKUP, MONITOR = (f"{ADMIN}_{role}" for role in ("owner", "app", "backup", "monitor"))
LOGINS = (f"{APP}_a", f"{APP}_b")


def free_port() -> int:
    """A TCP port of this machine that nothing listens on, and that nobody else is given for a minute."""
    with socket.create_server((HOST, 0)) as listener, socket.create_connection(listener.getsockname()) as client:
        accepted, _ = listener.accept()
        accepted.close()  # who closes first stays in TIME_WAIT, and a server may listen there all the same
        client.recv(1)
        return listener.getsockname()[1]


def postgres_binaries() -> Path:
    """The folder that holds the newest installed PostgreSQL server."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    if found:
        return max(found, key=lambda folder: int(folder.parent.name))
    in_path = shutil.which("postgres")
    if in_path is None:
        pytest.fail("these tests need a PostgreSQL server: apt-get install postgresql", pytrace=False)
    return Path(in_path).parent


class Server:
    """A PostgreSQL that listens on a free port of 127.0.0.1 only, with password authentication."""

    def __init__(self, folder: Path, **parameters: str) -> None:
        self.binaries, self.folder, self.port, self.parameters = postgres_binaries(), folder, free_port(), parameters
        self.log = folder / "log"
        self.account = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
        if self.account:
            os.chown(folder, pwd.getpwnam("postgres").pw_uid, -1)
        (folder / "password").write_text(PASSWORD, encoding="utf-8")
        (folder / "password").chmod(0o644)
        initdb = [self.binaries / "initdb", "--pgdata", folder / "data", "--username", ADMIN, "--encoding", "UTF8"]
        initdb += ["--locale", "C", "--auth", "scram-sha-256", "--pwfile", folder / "password", "--no-sync"]
        subprocess.run(initdb, check=True, capture_output=True, cwd=folder, **self.account)
        self.start()

    def start(self) -> None:
        """Start it, for the first time or again."""
        options = {"listen_addresses": HOST, "port": self.port, "unix_socket_directories": "", "fsync": "off"}
        command = [self.binaries / "postgres", "-D", self.folder / "data"]
        command += [
            part for name, value in {**options, **self.parameters}.items() for part in ("-c", f"{name}={value}")
        ]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder, **self.account)

    def wait(self) -> None:
        """Wait until it answers."""
        deadline = time.monotonic() + 60
        while True:
            try:
                self.execute("select 1")
                return
            except psycopg.OperationalError as error:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    pytest.fail(f"waited for PostgreSQL on port {self.port}: {error}\n{self.log.read_text()}")
                time.sleep(0.1)

    def stop(self) -> None:
        """Shut it down without waiting for its clients."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=120)

    def connect(self, database: str = "postgres", user: str = ADMIN, password: str = PASSWORD) -> psycopg.Connection:
        """A session with autocommit."""
        return psycopg.connect(
            host=HOST, port=self.port, dbname=database, user=user, password=password, autocommit=True
        )

    def execute(self, statement: sql.Composable | str, database: str = "postgres", user: str = ADMIN) -> list[tuple]:
        """Run statements, as the superuser unless told otherwise, and return the rows of the last."""
        with self.connect(database, user) as session:
            cursor = session.execute(statement)
            while cursor.nextset():
                pass
            return cursor.fetchall() if cursor.description else []
