"""progress.py: what the log says of an index while it is built."""

from __future__ import annotations

import re
import sys

import pytest

from pods import finish
from servers import LOGINS, OWNER

# The main container of the Job, which reports at every look.
OFTEN = "import sys, progress; progress.REPORT_SECONDS = 0; import migrate; migrate.main()"
# Two rows in a block, of four; the scan rests at the first row of the third.
ROWS = """
    alter table shop_item add filler char(3000);
    alter table shop_item alter filler set storage plain;
    insert into shop_item (name, filler) select 'row ' || n, '' from generate_series(1, 8) as n;
    create function key(name text) returns text language plpgsql immutable as $$
    begin
      if name = 'row 5' then perform pg_sleep(3); end if;
      return name;
    end $$"""
INDEX = "create index concurrently quick on shop_item (key(name))"
MIGRATION = """
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("shop", "0001_initial")]
    operations = [migrations.RunSQL("%s")]
"""


@pytest.fixture
def building(pod, server, database):
    """Starts a migration that builds an index on some rows."""
    assert pod.migrate().returncode == 0
    server.execute(ROWS, database, OWNER)
    pod.write("shop/migrations/0002_index.py", MIGRATION % INDEX)

    def build(lock: int):
        limits = ("--wait", 30, "--lock-timeout", lock, "--statement-timeout", 60)
        return finish(pod.start(sys.executable, "-c", OFTEN, *limits, PYTHONPATH=pythonpath))

    pythonpath = f"{pod.runtime}:{pod.environment['PYTHONPATH']}"
    return build


def reports(result) -> list[str]:
    """What is said of the migration, without the time."""
    return re.findall(r"^shop\.0002_index, after \d+ s: (.*)$", result.stdout, re.MULTILINE)


def test_an_index_that_is_built_is_told_with_its_phase_and_how_much_of_it_is_done(building):
    result = building(5)
    assert result.returncode == 0, result.stderr
    assert (f"active, waits for Timeout PgSleep, building index: scanning table 50 %: {INDEX}") in reports(result)


def test_an_index_that_waits_for_a_page_is_told_without_a_share_and_with_the_holder(building, server, database):
    with server.connect(database, LOGINS[0]) as page:
        page.execute("begin")
        page.execute("insert into shop_item (name) values ('tea')")
        result = building(3)
    assert result.returncode == 3
    waits = rf"active, waits for Lock \w+, waiting for writers before build: {re.escape(INDEX)}, held up by pid \d+ .*"
    assert any(re.fullmatch(waits, line) for line in reports(result)), result.stdout
