"""What programs find in a pod, and a small Django project to run on."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from servers import HOST, LOGINS, OWNER, PASSWORD
from small_project import FILES, LATER

REPOSITORY = Path(__file__).resolve().parents[2]
PROGRAM_SECONDS = 300  # ends what hangs: no test is judged by it


def mount(folder: Path, files: dict[str, bytes]) -> None:
    """Lay files out as the kubelet does: each a link through `..data` to the folder that holds this version."""
    version = folder / "..2026_11_22_10_00_00.1"
    version.mkdir(parents=True)
    (folder / "..data").symlink_to(version.name)
    for name, content in files.items():
        (version / name).write_bytes(content)
        (folder / name).symlink_to(f"..data/{name}")


def start_program(path: Path, *arguments: object, **environment: str) -> subprocess.Popen:
    """Start a program of bash in a process group of its own."""
    return subprocess.Popen(
        ["bash", str(path), *[str(argument) for argument in arguments]],
        env=environment,
        cwd="/",
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def finish(process: subprocess.Popen) -> subprocess.CompletedProcess:
    """Wait for a program and return what it said."""
    output, errors = process.communicate(timeout=PROGRAM_SECONDS)
    return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


def kill(process: subprocess.Popen, seconds: float) -> float | None:
    """Kill a program of bash and what it has started after so many seconds; how long it took if it has ended before."""
    begin = time.monotonic()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    took = None if process.returncode is None else time.monotonic() - begin
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    return took


class Pod:
    """What the programs find in a pod: the runtime, secrets, an environment and a Django project."""

    def __init__(self, folder: Path, runtime: Path) -> None:
        self.folder, self.runtime, self.project = folder, runtime, folder / "django_app"
        self.marker = folder / "pending"
        self.processes: list[subprocess.Popen] = []
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": str(self.project / "venv" / "site-packages"),
            "SECRETS_DIRECTORY": str(folder / "secrets"),
            "DJANGO_DIRECTORY": "django_app",
            "DJANGO_SETTINGS_MODULE": "main_app.settings",
            "POSTGRES_HOST": HOST,
            "POSTGRES_PORT": "1",
            "POSTGRES_DB": "shop",
        }
        for place, user in (("secrets", OWNER), ("web-secrets", LOGINS[0])):
            secrets = {"POSTGRES_USER": user, "POSTGRES_PASSWORD": PASSWORD}
            mount(folder / place / "postgres", {name: f"{value}\n".encode() for name, value in secrets.items()})
            mount(folder / place / "django", {"SECRET_KEY": b"not so secret"})
        for name, text in FILES.items():
            self.write(f"{name}.py", text)

    def write(self, name: str, text: str) -> None:
        """Create or replace one file of the project."""
        path = self.project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def add_migration(self, name: str, statement: str, previous: str = "0001_initial") -> None:
        """Add a migration to the app `shop` that runs one SQL statement."""
        self.write(f"shop/migrations/{name}.py", LATER.format(previous=previous, statement=statement))

    def start(self, *command: object, **environment: str) -> subprocess.Popen:
        """Start a program in the image's working directory."""
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=self.folder,
            env={**self.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.processes.append(process)
        return process

    def start_python(self, program: str, *arguments: object, **environment: str) -> subprocess.Popen:
        """Start a program of the runtime with this Python."""
        return self.start(sys.executable, self.runtime / program, *arguments, **environment)

    def python(self, program: str, *arguments: object, **environment: str) -> subprocess.CompletedProcess:
        """Run a program of the runtime to its end."""
        return finish(self.start_python(program, *arguments, **environment))

    def start_gate(self, *arguments: object) -> subprocess.Popen:
        """Start the init container of a web pod, which is the application in the database."""
        return self.start_python("migrated.py", *arguments, SECRETS_DIRECTORY=str(self.folder / "web-secrets"))

    def pending(
        self, missing_migrations: str = "fail", risks: str = "warn", **environment: str
    ) -> subprocess.CompletedProcess:
        """Run the init container of the migration Job that looks what is to be done."""
        arguments = ("--wait", 10, "--marker", self.marker, "--missing-migrations", missing_migrations)
        arguments += ("--risks", risks)
        return self.python("pending.py", *arguments, **environment)

    def start_migrate(
        self, seconds: int = 20, *, lock: int = 5, statement: int = 60, **environment: str
    ) -> subprocess.Popen:
        """Start the main container of the migration Job."""
        limits = ("--lock-timeout", lock, "--statement-timeout", statement)
        return self.start_python("migrate.py", "--wait", seconds, *limits, **environment)

    def migrate(self, *arguments: int, **options: object) -> subprocess.CompletedProcess:
        """Run the main container of the migration Job to its end."""
        return finish(self.start_migrate(*arguments, **options))
