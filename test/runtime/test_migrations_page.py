"""docs/how-to/migrations.md: its migrations, as written, on a real database."""

from __future__ import annotations

import re
import textwrap

import pytest

from pods import REPOSITORY
from servers import LOGINS, OWNER
from small_project import MODELS

PAGE = (REPOSITORY / "docs" / "how-to" / "migrations.md").read_text()
BLOCKS = [textwrap.dedent(block) for block in re.findall(r"(?:^ {4}.*\n)+", PAGE, re.MULTILINE)]
NOOP = "migrations.RunSQL.noop"
LIMITS = "create table limits as select current_setting('lock_timeout')"


def block(word: str) -> str:
    """The one of code that has that word."""
    (found,) = [block for block in BLOCKS if word in block]
    return found


def accepted() -> str:
    """The line with which a migration accepts its risks."""
    (line,) = re.findall(r"^    (risks_accepted = .*)$", block("risks_accepted"), re.MULTILINE)
    return line


@pytest.fixture
def shop(pod, server, database):
    """A project whose items have a price, and its releases."""

    def write(name: str, previous: str, *lines: str) -> None:
        body = textwrap.indent("\n".join([f"dependencies = [('shop', '{previous}')]", *lines]), "    ")
        head = "from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n"
        pod.write(f"shop/migrations/{name}.py", f"{head}{body}\n")

    pod.write("shop/models.py", f"{MODELS}    price = models.IntegerField()\n")
    write(
        "0002_price",
        "0001_initial",
        "operations = [migrations.AddField('item', 'price', models.IntegerField(default=0), preserve_default=False)]",
    )
    assert pod.migrate().returncode == 0
    pod.release = write
    return pod


def columns(server, database) -> list[str]:
    found = (
        "select attname from pg_attribute where attrelid = 'shop_item'::regclass and attnum > 0 and not attisdropped"
    )
    return [name for (name,) in server.execute(found, database)]


def test_a_field_goes_in_two_releases_and_the_code_of_both_can_write_between_them(shop, server, database):
    shop.write("shop/models.py", MODELS)
    shop.release("0003_unused", "0002_price", block("SeparateDatabaseAndState"))
    result = shop.pending("fail", "fail")
    assert result.returncode == 0, result.stderr
    assert "risk:" not in result.stdout
    assert shop.migrate().returncode == 0
    server.execute("insert into shop_item (name, price) values ('by the code before', 1)", database, LOGINS[0])
    server.execute("insert into shop_item (name) values ('by the code after')", database, LOGINS[0])

    drop = block("DROP COLUMN")
    shop.release("0004_gone", "0003_unused", drop)
    result = shop.pending("fail", "fail")
    assert result.returncode == 1
    assert "\nrisk: shop.0004_gone: RunSQL (Raw SQL operation): the code that still runs reads and" in result.stdout
    shop.release("0004_gone", "0003_unused", accepted(), drop)
    result = shop.pending("fail", "fail")
    assert result.returncode == 0, result.stderr
    assert "\naccepted risk: shop.0004_gone: " in result.stdout
    assert "price" in columns(server, database)
    assert shop.migrate().returncode == 0
    assert columns(server, database) == ["id", "name"]


def test_a_migration_sets_a_limit_for_itself(shop, server, database):
    own = block("SET lock_timeout")
    assert own.endswith(", ...]\n")
    shop.release("0003_own", "0002_price", own.replace("...", f'migrations.RunSQL("{LIMITS}", {NOOP})'))
    result = shop.migrate(lock=2)
    assert result.returncode == 0, result.stderr
    assert server.execute("select * from limits", database) == [("30s",)]


def test_an_index_that_was_left_half_built_is_dropped_and_built_again(shop, server, database):
    (create,) = re.findall(r"CREATE INDEX CONCURRENTLY .*", block("CREATE INDEX CONCURRENTLY"))
    (drop,) = re.findall(r"`(DROP INDEX CONCURRENTLY)`", PAGE)
    shop.release("0003_index", "0002_price", "atomic = False", f"operations = [migrations.RunSQL({create!r}, {NOOP})]")
    with server.connect(database, LOGINS[0]) as page:
        page.execute("begin")
        page.execute("insert into shop_item (name, price) values ('tea', 1)")
        result = shop.migrate(lock=1)
    assert result.returncode == 3
    (left,) = re.findall(r"must be dropped: (\w+);", result.stderr)
    server.execute(f"{drop} {left}", database, OWNER)
    result = shop.migrate()
    assert result.returncode == 0, result.stderr
    valid = "select indisvalid from pg_index where indexrelid = 'quick'::regclass"
    assert server.execute(valid, database) == [(True,)]
