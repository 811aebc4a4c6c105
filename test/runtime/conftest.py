"""A real PostgreSQL, and for every test a database and a small Django project that the programs of runtime/ run on."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

REPOSITORY = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
PASSWORD = "pä:s/w@rd %41?#&'\""
PROGRAM_SECONDS = 60

SETTINGS = """
import os

SECRET_KEY = os.environ["SECRET_KEY"]
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = ["installed", "shop"]
ROOT_URLCONF = "main_app.urls"
WSGI_APPLICATION = "main_app.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {
    "default": {
        "ENGINE": os.environ.get("TEST_ENGINE", "django.db.backends.postgresql"),
        "NAME": os.environ["POSTGRES_DB"],
        "USER": os.environ["POSTGRES_USER"],
        "PASSWORD": os.environ["POSTGRES_PASSWORD"],
        "HOST": os.environ["POSTGRES_HOST"],
        "PORT": os.environ["POSTGRES_PORT"],
    }
}
"""

URLS = """
import json
import os

from django.http import HttpResponse
from django.urls import path


def answer(request):
    return HttpResponse(json.dumps({"pid": os.getpid(), "secret": os.environ["SECRET_KEY"], "path": request.path}))


urlpatterns = [path("", answer)]
"""

WSGI = """
from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
"""

MANAGE = """
import sys

from django.core.management import execute_from_command_line

execute_from_command_line(sys.argv)
"""

MODELS = """
from django.db import models


class Item(models.Model):
    name = models.CharField(max_length=50)
"""

INITIAL = """
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            "Item",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=50)),
            ],
        )
    ]
"""

LATER = """
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("shop", "{previous}")]
    operations = [migrations.RunSQL({statement!r})]
"""


def free_port() -> int:
    """A TCP port of this machine that nothing listens on."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
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

    user = "shop_owner"

    def __init__(self, folder: Path) -> None:
        self.binaries, self.folder, self.port = postgres_binaries(), folder, free_port()
        self.log = folder / "log"
        account = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
        if account:
            os.chown(folder, pwd.getpwnam("postgres").pw_uid, -1)
        (folder / "password").write_text(PASSWORD, encoding="utf-8")
        (folder / "password").chmod(0o644)
        initdb = [self.binaries / "initdb", "--pgdata", folder / "data", "--username", "admin", "--encoding", "UTF8"]
        initdb += ["--locale", "C", "--auth", "scram-sha-256", "--pwfile", folder / "password", "--no-sync"]
        subprocess.run(initdb, check=True, capture_output=True, cwd=folder, **account)
        options = {"listen_addresses": HOST, "port": self.port, "unix_socket_directories": "", "fsync": "off"}
        command = [self.binaries / "postgres", "-D", folder / "data"]
        command += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, **account)

    def wait(self) -> None:
        """Wait until it answers, and create the role that owns the databases of the tests."""
        deadline = time.monotonic() + 60
        while True:
            try:
                self.execute(
                    sql.SQL("create role {} login createdb password {}").format(sql.Identifier(self.user), PASSWORD)
                )
                return
            except psycopg.OperationalError as error:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    pytest.fail(f"waited for PostgreSQL on port {self.port}: {error}\n{self.log.read_text()}")
                time.sleep(0.1)

    def stop(self) -> None:
        """Shut it down without waiting for its clients."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=30)

    def connect(self, database: str = "postgres", user: str = "admin") -> psycopg.Connection:
        """A session with autocommit."""
        return psycopg.connect(
            host=HOST, port=self.port, dbname=database, user=user, password=PASSWORD, autocommit=True
        )

    def execute(self, statement: sql.Composable | str, database: str = "postgres") -> list[tuple]:
        """Run one statement as the superuser and return its rows."""
        with self.connect(database) as session:
            cursor = session.execute(statement)
            return cursor.fetchall() if cursor.description else []


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """One PostgreSQL for the whole run."""
    folder = Path(tempfile.mkdtemp(prefix="runtime-test-"))
    running = None
    try:
        running = Server(folder)
        running.wait()
        yield running
    finally:
        if running:
            running.stop()
        shutil.rmtree(folder)


@pytest.fixture
def database(server: Server) -> Iterator[str]:
    """A database of this test alone."""
    name = f"shop-{time.time_ns()}"
    server.execute(sql.SQL("create database {} owner {}").format(sql.Identifier(name), sql.Identifier(server.user)))
    yield name
    server.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def mount(folder: Path, files: dict[str, bytes]) -> None:
    """Lay files out as the kubelet does: each a link through `..data` to the folder that holds this version."""
    version = folder / "..2026_11_22_10_00_00.1"
    version.mkdir(parents=True)
    (folder / "..data").symlink_to(version.name)
    for name, content in files.items():
        (version / name).write_bytes(content)
        (folder / name).symlink_to(f"..data/{name}")


@pytest.fixture(scope="session")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of runtime/ as a pod sees them."""
    folder = tmp_path_factory.mktemp("runtime")
    mount(folder, {path.name: path.read_bytes() for path in (REPOSITORY / "runtime").iterdir() if path.is_file()})
    return folder


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
        secrets = {"POSTGRES_USER": Server.user, "POSTGRES_PASSWORD": PASSWORD}
        mount(folder / "secrets" / "postgres", {name: f"{value}\n".encode() for name, value in secrets.items()})
        mount(folder / "secrets" / "django", {"SECRET_KEY": b"not so secret"})
        files = {"main_app/settings": SETTINGS, "main_app/urls": URLS, "main_app/wsgi": WSGI, "manage": MANAGE}
        files.update({"main_app/__init__": "", "shop/__init__": "", "shop/models": MODELS})
        files.update({"shop/migrations/__init__": "", "shop/migrations/0001_initial": INITIAL})
        installed = "venv/site-packages/installed"
        files.update(
            {f"{installed}/__init__": "", f"{installed}/models": MODELS, f"{installed}/migrations/__init__": ""}
        )
        for name, text in files.items():
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

    def pending(self, missing_migrations: str = "fail", **environment: str) -> subprocess.CompletedProcess:
        """Run the first init container of the migration Job."""
        arguments = ("--wait", 10, "--marker", self.marker, "--missing-migrations", missing_migrations)
        return self.python("pending.py", *arguments, **environment)

    def migrate(self, seconds: int = 20, **environment: str) -> subprocess.CompletedProcess:
        """Run the main container of the migration Job."""
        return self.python("migrate.py", "--wait", seconds, **environment)


def finish(process: subprocess.Popen) -> subprocess.CompletedProcess:
    """Wait for a program and return what it said."""
    output, errors = process.communicate(timeout=PROGRAM_SECONDS)
    return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


@pytest.fixture
def bare_pod(tmp_path: Path, runtime: Path) -> Iterator[Pod]:
    """A pod whose database address has no server."""
    pod = Pod(tmp_path, runtime)
    yield pod
    for process in pod.processes:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def pod(bare_pod: Pod, server: Server, database: str) -> Pod:
    """A pod with a fresh database."""
    bare_pod.environment.update({"POSTGRES_PORT": str(server.port), "POSTGRES_DB": database})
    return bare_pod
