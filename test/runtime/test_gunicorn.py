"""gunicorn.conf.py: a real Gunicorn with the settings of the stack."""

from __future__ import annotations

import http.client
import json
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from pods import Pod, finish
from servers import HOST, free_port
from small_project import WSGI

NUMBERS = {
    "GUNICORN_THREADS": "4",
    "GUNICORN_TIMEOUT": "60",
    "GUNICORN_GRACEFUL_TIMEOUT": "30",
    "GUNICORN_KEEP_ALIVE": "75",
    "GUNICORN_MAX_REQUESTS": "2000",
}
IDLE_SECONDS = 3  # longer than Gunicorn's own default of 2


def start(pod: Pod, port: int, *arguments: str, interface: str = "wsgi", **environment: str):
    command = [sys.executable, "-m", "gunicorn", "-c", pod.runtime / "gunicorn.conf.py", "-w", "2", *arguments]
    command += ["-k", "asgi"] if interface == "asgi" else []
    command += ["-b", f"{HOST}:{port}", f"main_app.{interface}:application", "--chdir", "django_app"]
    return pod.start(*command, **environment)


def get(connection: http.client.HTTPConnection, path: str = "/", **headers: str) -> tuple[int, str]:
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    return response.status, response.read().decode()


@contextmanager
def serving(pod: Pod, interface: str = "wsgi", **environment: str):
    port = free_port()
    process = start(pod, port, interface=interface, **{**NUMBERS, **environment})
    deadline = time.monotonic() + 60
    while True:
        connection = http.client.HTTPConnection(HOST, port, timeout=10)
        try:
            get(connection)
            break
        except OSError:
            assert time.monotonic() < deadline and process.poll() is None, process.communicate()
            time.sleep(0.1)
    yield process, connection
    connection.close()
    process.terminate()
    assert finish(process).returncode == 0


def workers(pid: int) -> set[int]:
    return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


def test_every_worker_serves_with_the_secrets_and_stays_alive(bare_pod):
    with serving(bare_pod) as (process, connection):
        deadline = time.monotonic() + 20
        while len(started := workers(process.pid)) < 2:  # one may answer before the other is forked
            assert time.monotonic() < deadline
            time.sleep(0.05)
        answers = []
        while {answer["pid"] for answer in answers} != started and time.monotonic() < deadline:
            connection.close()
            answers.append(json.loads(get(connection)[1]))
        assert {answer["pid"] for answer in answers} == started == workers(process.pid)
        assert len(started) == 2
        assert {answer["secret"] for answer in answers} == {"not so secret"}


def test_an_idle_connection_stays_open(bare_pod):
    with serving(bare_pod) as (_, connection):
        before = connection.sock
        time.sleep(IDLE_SECONDS)
        assert get(connection)[0] == 200
        assert connection.sock is before


def test_a_client_cannot_rewrite_the_path(bare_pod):
    with serving(bare_pod) as (_, connection):
        status, body = get(connection, "/", PATH_INFO="/admin/", SCRIPT_NAME="/x")
        assert (status, json.loads(body)["path"]) == (200, "/")


def test_the_settings_are_those_of_the_environment_and_of_the_file(bare_pod):
    result = finish(start(bare_pod, free_port(), "--print-config", **NUMBERS))
    settings = dict(line.split("=", 1) for line in result.stdout.splitlines() if "=" in line)
    settings = {name.strip(): value.strip() for name, value in settings.items()}
    expected = {"threads": "4", "timeout": "60", "graceful_timeout": "30", "keepalive": "75", "max_requests": "2000"}
    expected.update({"max_requests_jitter": "200", "worker_class": "gthread", "worker_tmp_dir": "/dev/shm"})
    expected.update({"preload_app": "False", "accesslog": "None", "errorlog": "-", "control_socket_disable": "True"})
    assert {name: settings[name] for name in expected} == expected
    assert settings["forwarded_allow_ips"] in ("*", "['*']")


def test_nothing_is_written_into_the_home_directory(bare_pod):
    with serving(bare_pod, HOME=str(bare_pod.folder / "home")):
        assert not (bare_pod.folder / "home").exists()


@pytest.mark.parametrize("name", NUMBERS)
def test_a_missing_variable_is_named(bare_pod, name):
    numbers = {other: value for other, value in NUMBERS.items() if other != name}
    result = finish(start(bare_pod, free_port(), **numbers))
    assert result.returncode == 1
    assert f"the environment variable {name} is not set" in result.stderr


def test_a_variable_that_is_no_number_is_named(bare_pod):
    result = finish(start(bare_pod, free_port(), **{**NUMBERS, "GUNICORN_TIMEOUT": "60s"}))
    assert result.returncode == 1
    assert "GUNICORN_TIMEOUT must be a whole number, got '60s'" in result.stderr


def test_a_project_finds_its_own_module_of_the_same_name(bare_pod):
    bare_pod.write("environment.py", "NAME = 'mine'\n")
    bare_pod.write("main_app/wsgi.py", "import environment\n\nassert environment.NAME == 'mine'\n" + WSGI)
    with serving(bare_pod) as (_, connection):
        assert get(connection)[0] == 200
