"""docs/how-to/off-site.md: its commands, as written, on a backup of a real database."""

from __future__ import annotations

import os
import subprocess

import pytest

from buckets import READER, REGION, TOOLS
from page import PREFIX, block
from restores import event
from servers import OWNER


@pytest.fixture
def machine(tmp_path, bucket, key, backup):
    """Runs what the page says, on the machine of somebody who may read."""
    home = tmp_path / "machine"
    home.mkdir()
    environment = {
        **key.environment,
        "PATH": f"{tmp_path / 'bin'}:{TOOLS}:{os.environ['PATH']}",
        "RCLONE_CONFIG": "/dev/null",
        "RCLONE_CONFIG_OFFSITE_ACCESS_KEY_ID": READER.name,
        "RCLONE_CONFIG_OFFSITE_SECRET_ACCESS_KEY": READER.secret,
        "BACKUP_DIRECTORY": str(backup.dumps),
    }

    def run(*names: str, made: str = "") -> subprocess.CompletedProcess:
        text = "\n".join(block("sh", name) for name in names)
        for example, ours in {
            "https://s3.eu-central-1.amazonaws.com": bucket.endpoint,
            "eu-central-1": REGION,
            "shop-20261123T030004Z": made,
        }.items():
            text = text.replace(example, ours)
        command = ["bash", "-euo", "pipefail", "-c", text]
        return subprocess.run(command, cwd=home, env=environment, check=False, capture_output=True, text=True)

    run.home = home
    return run


def test_a_copy_comes_back_and_restores(backup, offsite, machine, restore):
    offsite.environment["PGDATABASE"] = backup.database
    made, other = backup.succeed(), backup.succeed()
    offsite.succeed()
    listed = machine("list")
    assert sorted(listed.stdout.split()) == sorted(f"{one.name}/MD5SUMS" for one in (made, other)), listed.stderr
    back = machine("list", "fetch", made=made.name)
    assert back.returncode == 0, back.stderr
    assert "database.dump: OK\nglobals.sql: OK\nmanifest.json: OK\n" in back.stdout
    fetched = machine.home / made.name
    assert {path.name: path.read_bytes() for path in fetched.iterdir()} == {
        path.name: path.read_bytes() for path in made.iterdir()
    }
    event(restore.take_in((fetched / "database.dump").read_bytes(), "custom"), "restore_ok")
    question = "select count(*), md5(string_agg(name, '' order by n)) from item"
    assert backup.server.execute(question, restore.restored) == backup.server.execute(question, backup.database)


@pytest.mark.parametrize("number", [0, 1])
def test_a_damaged_copy_does_not_come_back(backup, offsite, machine, number):
    offsite.environment["PGDATABASE"] = backup.database
    made = backup.succeed()
    offsite.succeed()
    name = f"{PREFIX}/{made.name}/{made.name}.tar.gpg.{number:04}"
    offsite.bucket.put(name, offsite.bucket.get(name)[:-1] + b"!")
    back = machine("list", "fetch", made=made.name)
    assert back.returncode != 0
    assert f"{made.name}.tar.gpg.{number:04}: FAILED" in back.stdout + back.stderr
    assert OWNER not in back.stdout
