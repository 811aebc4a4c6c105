"""project.py: what the migration programs share."""

from __future__ import annotations

import ast
import re
import signal
import time

import pytest

from pods import REPOSITORY, finish, mount
from servers import HOST, OWNER, PASSWORD, free_port

PROGRAMS = {
    "pending.py": ("--missing-migrations", "fail", "--risks", "warn", "--marker", "pending"),
    "migrate.py": ("--lock-timeout", 5, "--statement-timeout", 60),
    "migrated.py": ("--missing-migrations", "fail"),
    "reversal.py": ("--lock-timeout", 5, "--statement-timeout", 60, "--since", "2026-11-24T02:50:00Z"),
}


@pytest.mark.parametrize("program", ["pending.py", "migrate.py", "reversal.py"])
def test_an_unreachable_database_is_awaited_until_the_clock_ends(bare_pod, program):
    port = free_port()
    start = time.monotonic()
    result = bare_pod.python(program, "--wait", 1, *PROGRAMS[program], POSTGRES_PORT=str(port))
    awaited = f"the database shop at {HOST}:{port} as shop_owner"
    assert result.returncode == 1
    assert 1 <= time.monotonic() - start < 20
    waiting = rf"waiting up to 1 s for {re.escape(awaited)}\nnot yet, after \d+ s: "
    assert re.match(waiting, result.stdout)
    assert result.stderr.startswith(f"waited 1 s for {awaited}: ")
    assert "Connection refused" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("program", PROGRAMS)
def test_sqlite_is_refused_with_a_sentence(bare_pod, program):
    result = bare_pod.python(program, "--wait", 1, *PROGRAMS[program], TEST_ENGINE="django.db.backends.sqlite3")
    assert result.returncode == 1
    assert result.stderr == (
        "settings.DATABASES['default'] uses django.db.backends.sqlite3; "
        "the stack's migrations need PostgreSQL: see docs/your-project.md\n"
    )


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_wrong_password_is_said_but_never_shown(pod, program):
    mount(pod.folder / "wrong" / "postgres", {"POSTGRES_USER": OWNER.encode(), "POSTGRES_PASSWORD": b"wr0ng"})
    mount(pod.folder / "wrong" / "django", {"SECRET_KEY": b"x"})
    wrong = {"SECRETS_DIRECTORY": str(pod.folder / "wrong")}
    result = pod.python(program, "--wait", 1, *PROGRAMS[program], **wrong)
    assert result.returncode == 1
    assert "password authentication failed" in result.stderr
    assert "wr0ng" not in result.stdout + result.stderr
    assert PASSWORD not in result.stdout + result.stderr


@pytest.mark.parametrize("name", ["DJANGO_DIRECTORY", "DJANGO_SETTINGS_MODULE"])
def test_a_missing_variable_is_named(bare_pod, name):
    del bare_pod.environment[name]
    result = bare_pod.migrate()
    assert result.returncode == 1
    assert result.stderr.startswith(f"the environment variable {name} is not set")


def test_a_project_finds_its_own_modules_of_the_same_names(pod):
    pod.write("project/__init__.py", "")
    pod.write("project/settings.py", "from main_app.settings import *\n")
    pod.write("environment.py", "NAME = 'mine'\n")
    pod.write("shop/__init__.py", "import environment\n\nassert environment.NAME == 'mine'\n")
    result = pod.migrate(DJANGO_SETTINGS_MODULE="project.settings")
    assert result.returncode == 0, result.stderr


def test_sigterm_ends_a_program_that_waits(bare_pod):
    process = bare_pod.start_python("migrated.py", "--wait", 60, *PROGRAMS["migrated.py"])
    process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    result = finish(process)
    assert (result.returncode, result.stderr) == (1, "stopped by SIGTERM\n")


def test_sessions_of_bash_are_kept_alive_as_those_of_python():
    read = {name: (REPOSITORY / "runtime" / name).read_text() for name in ("project.py", "program.sh")}
    [python] = re.findall("^KEEPALIVES = (.*)$", read["project.py"], re.MULTILINE)
    bash = {name: int(value) for name, value in re.findall(r"(keepalives_[a-z]+)=(\d+)", read["program.sh"])}
    assert bash == ast.literal_eval(python)
