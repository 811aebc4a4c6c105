"""A real PgBouncer in front of a real PostgreSQL, run as its container runs it."""

from __future__ import annotations

import functools
import json
import os
import pwd
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psycopg
import pytest

from pods import REPOSITORY
from servers import ADMIN, HOST, LOGINS, PASSWORD, free_port

NAME = "localhost"
FOLDER = "/run/secrets"
SECRETS = ("pooler", "pooler-tls", "postgres-tls")


def authority(folder: Path, name: str) -> Path:
    """A certificate that signs others, and its key beside it."""
    path = folder / f"{name}.crt"
    request = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
    ]
    subject = ["-subj", f"/CN={name}", "-keyout", path.with_suffix(".key"), "-out", path]
    subprocess.run([*request, *subject], check=True, capture_output=True)
    return path


def certificate(folder: Path, signer: Path) -> None:
    """`tls.crt` and `tls.key` for this machine, and the `ca.crt` that signed them."""
    folder.mkdir(exist_ok=True)
    new, key, names = folder / "new.crt", folder / "new.key", folder.parent / "names"
    names.write_text(f"subjectAltName=DNS:{NAME}\n")
    request = [
        "openssl",
        "req",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-subj",
        f"/CN={NAME}",
    ]
    made = subprocess.run([*request, "-keyout", key], check=True, capture_output=True).stdout
    sign = ["openssl", "x509", "-req", "-days", "1", "-CA", signer, "-CAkey", signer.with_suffix(".key")]
    subprocess.run([*sign, "-extfile", names, "-out", new], input=made, check=True, capture_output=True)
    for path, name in ((new, "tls.crt"), (key, "tls.key")):
        path.chmod(0o644)
        path.rename(folder / name)
    shutil.copy(signer, folder / "ca.crt")


@functools.cache
def texts(tls: bool) -> tuple[str, dict[str, str]]:
    """The configuration that the stack writes, of two connections and five seconds, and the lines of the Secret."""
    users = [[user, PASSWORD] for user in (*LOGINS, ADMIN)]
    wanted = json.dumps({"host": NAME if tls else HOST, "tls": tls, "users": users})
    program = ["node_modules/.bin/tsx", "test/runtime/pooler.ts"]
    made = subprocess.run(program, input=wanted, cwd=REPOSITORY, check=True, capture_output=True, text=True)
    answer = json.loads(made.stdout)
    return answer["ini"], dict(zip((*LOGINS, ADMIN), answer["lines"], strict=True))


class Pooler:
    """The program with its Secrets, in a folder that its user can read."""

    def __init__(self, folder: Path, port: int, database: str, tls: bool = False) -> None:
        if shutil.which("pgbouncer") is None:
            pytest.fail("these tests need PgBouncer: apt-get install pgbouncer", pytrace=False)
        self.folder, self.database, self.port = folder, database, free_port()
        self.authority = authority(folder, "authority")
        certificate(folder / "pooler-tls", self.authority)
        (folder / "postgres-tls").mkdir(exist_ok=True)
        (folder / "pooler").mkdir()
        if tls:
            shutil.copy(self.authority, folder / "postgres-tls/ca.crt")
        else:
            (folder / "postgres-tls/none").touch()
        (self.ini, self.lines), self.server_port = texts(tls), port
        self.environment = {
            "PATH": f"{os.environ['PATH']}:/usr/sbin",
            "LISTEN_PORT": str(self.port),
            "DRAIN": "1",
            "STOP": "4",
        }
        self.log = folder / "log"
        self.process: subprocess.Popen | None = None

    def give(self, *logins: str) -> None:
        """Write the Secret, as it is with these logins."""
        text = "".join(self.lines[login] for login in logins)
        (self.folder / "new").write_text(text, encoding="utf-8")
        (self.folder / "new").rename(self.folder / "pooler/userlist.txt")

    def start(self) -> None:
        """Run it, and wait until it listens."""
        known = {FOLDER: str(self.folder), "port=1 ": f"port={self.server_port} ", "DATABASE": self.database}
        text = re.sub(r"(?m)^listen_port = .*", f"listen_port = {self.port}", self.ini)
        for name, value in known.items():
            text = text.replace(name, value)
        (self.folder / "pgbouncer.ini").write_text(text)
        account = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
        if account:
            os.chown(self.folder, pwd.getpwnam("postgres").pw_uid, -1)
        folders = [self.folder / name for name in SECRETS]
        command = ["sh", REPOSITORY / "runtime/pooler.sh", self.folder / "pgbouncer.ini", *folders]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, env=self.environment, cwd="/", stdout=log, stderr=log, **account)
        deadline = time.monotonic() + 20
        while b"process up" not in self.log.read_bytes():
            assert self.process.poll() is None and time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.05)

    def stop(self) -> None:
        """Tell it to stop, as the kubelet does."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)

    def end(self) -> None:
        """Stop it whatever it does."""
        if self.process is not None and self.process.poll() is None:
            self.stop()
            self.process.wait(timeout=20)

    def connect(self, user: str = LOGINS[0], password: str = PASSWORD, **options: object) -> psycopg.Connection:
        """A session of a client, which checks who it talks to, with autocommit."""
        return psycopg.connect(
            host=NAME,
            hostaddr=HOST,
            port=self.port,
            dbname=self.database,
            user=user,
            password=password,
            sslmode="verify-full",
            sslrootcert=str(self.authority),
            autocommit=True,
            prepare_threshold=None,
            **options,
        )

    def wait_for(self, line: str) -> None:
        """Wait until the log has a line."""
        deadline = time.monotonic() + 20
        while line not in self.log.read_text():
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.1)
