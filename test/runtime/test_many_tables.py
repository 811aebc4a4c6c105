"""Databases of more tables and indexes than their server has room for the locks of."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from backups import ROWS
from servers import OWNER, Server

TABLES, INDEXES = 100, 15  # of each
# Of a transaction each: to make them takes no more locks than there is room for.
MAKE = f"""
    do $$ begin
      for number in 1..{TABLES} loop
        execute format('create table many_%s as select 1 as n', number);
        for again in 1..{INDEXES} loop execute format('create index on many_%s (n)', number); end loop;
        commit;
      end loop;
    end $$"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """One with room for the locks of those tables, and not for those of their indexes too."""
    folder = Path(tempfile.mkdtemp(prefix="runtime-test-"))
    running = Server(folder, max_locks_per_transaction="10", max_connections="12")
    try:
        running.wait()
        yield running
    finally:
        running.stop()
        shutil.rmtree(folder)


def test_a_backup_needs_no_more_locks_than_its_dump(server, backup, database):
    server.execute(MAKE, database, OWNER)
    counted = json.loads((backup.succeed() / "manifest.json").read_text())["rows"]
    assert counted == {"public.item": ROWS, **{f"public.many_{number}": 1 for number in range(1, TABLES + 1)}}


def test_an_owner_of_too_many_at_once_is_told_which_parameter_helps(server, bare_database, roles):
    server.execute(MAKE, bare_database)
    assert re.match("out of shared memory HINT: .* increase '?max_locks_per_transaction", roles.fail())
