"""environment.py: secrets and composed variables in the environment of a process."""

from __future__ import annotations

import json
import sys

import psycopg.conninfo
import pytest

from pods import Pod, mount
from servers import PASSWORD, Server

PRINT = "import environment, json, os; environment.load(); print(json.dumps(dict(os.environ)))"


def load(pod: Pod, **variables: str):
    process = pod.start(sys.executable, "-c", PRINT, PYTHONPATH=str(pod.runtime), **variables)
    output, errors = process.communicate(timeout=30)
    return json.loads(output) if process.returncode == 0 else errors


def test_secret_files_become_variables_without_their_last_newline(bare_pod):
    mount(bare_pod.folder / "secrets" / "more", {"ONE": b"1\n\n", "TWO": b" 2 ", "EMPTY": b"", "BYTES": b"\xff\xfe"})
    variables = load(bare_pod)
    assert variables["POSTGRES_PASSWORD"] == PASSWORD
    assert variables["SECRET_KEY"] == "not so secret"
    assert (variables["ONE"], variables["TWO"], variables["EMPTY"]) == ("1\n", " 2 ", "")
    assert variables["BYTES"].encode("utf-8", "surrogateescape") == b"\xff\xfe"


def test_a_secret_wins_over_a_variable_that_is_set_already(bare_pod):
    assert load(bare_pod, SECRET_KEY="key of the image")["SECRET_KEY"] == "not so secret"


def test_a_variable_without_a_secret_stays(bare_pod):
    assert load(bare_pod, STRIPE_KEY="by hand")["STRIPE_KEY"] == "by hand"


def test_hidden_names_folders_and_names_that_no_variable_can_have_are_left_alone(bare_pod):
    folder = bare_pod.folder / "secrets" / "tls"
    mount(folder, {"tls.key": b"\0", "1ST": b"x", ".hidden": b"x"})
    (folder / "FOLDER").mkdir()
    (bare_pod.folder / "secrets" / "LOOSE").write_text("x")
    mount(bare_pod.folder / "secrets" / ".hidden", {"HIDDEN": b"x"})
    variables = load(bare_pod)
    assert not {"tls.key", "1ST", ".hidden", "FOLDER", "LOOSE", "HIDDEN", "..data"} & variables.keys()


def test_a_missing_secrets_folder_means_that_there_is_nothing_to_load(bare_pod):
    assert "SECRET_KEY" not in load(bare_pod, SECRETS_DIRECTORY=str(bare_pod.folder / "absent"))


def test_an_unreadable_secrets_folder_is_named(bare_pod):
    file = bare_pod.folder / "secrets" / "django" / "SECRET_KEY"
    assert load(bare_pod, SECRETS_DIRECTORY=str(file)) == f"cannot list the secrets in {file}: Not a directory\n"


def test_a_secret_that_no_variable_can_hold_is_named(bare_pod):
    mount(bare_pod.folder / "secrets" / "bad", {"NUL": b"a\0b"})
    assert f"the secret {bare_pod.folder}/secrets/bad/NUL holds a NUL byte" in load(bare_pod)


def test_the_database_url_round_trips_odd_characters(bare_pod):
    odd = {"POSTGRES_USER": "us er@:/", "POSTGRES_DB": "sh/op?x=1#%", "POSTGRES_HOST": "fd00::1"}
    mount(bare_pod.folder / "secrets" / "z", {"POSTGRES_USER": odd["POSTGRES_USER"].encode()})
    url = load(bare_pod, **odd)["DATABASE_URL"]
    parts = psycopg.conninfo.conninfo_to_dict(url)
    assert (parts["user"], parts["dbname"], parts["host"]) == tuple(odd.values())
    assert (parts["password"], parts["port"]) == (PASSWORD, "1")


def test_the_database_url_opens_a_connection(pod, server: Server, database):
    with psycopg.connect(load(pod)["DATABASE_URL"]) as session:
        assert session.info.dbname == database


def test_the_database_url_of_an_image_gives_way_to_that_of_the_stack(bare_pod):
    url = load(bare_pod, DATABASE_URL="postgres://elsewhere/x")["DATABASE_URL"]
    assert psycopg.conninfo.conninfo_to_dict(url)["dbname"] == "shop"


def test_without_a_database_of_the_stack_a_database_url_stays(bare_pod):
    del bare_pod.environment["POSTGRES_HOST"]
    assert load(bare_pod, DATABASE_URL="postgres://elsewhere/x")["DATABASE_URL"] == "postgres://elsewhere/x"


@pytest.mark.parametrize("missing", ["POSTGRES_HOST", "POSTGRES_PORT", "POSTGRES_DB"])
def test_without_every_part_there_is_no_database_url(bare_pod, missing):
    del bare_pod.environment[missing]
    assert "DATABASE_URL" not in load(bare_pod)
