"""Migrations that are applied after a moment, and the program that judges them and takes them back."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass

from pods import Pod, finish
from servers import Server

HEADER = """
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.db import migrations, models

CHECK = models.CheckConstraint(condition=models.Q(id__gt=0), name="positive")
ID = ("id", models.BigAutoField(primary_key=True))
NOOP = migrations.RunPython.noop


def work(apps, schema_editor):
    pass


def back(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("create table went_back (id int)")


class Migration(migrations.Migration):
"""
NOW = """select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""


@dataclass
class Reversal:
    """A pod whose database is that of a release, and the moment at which it was complete."""

    pod: Pod
    server: Server
    database: str
    since: str = ""

    def mark(self) -> None:
        """All that is applied until now is of the release before."""
        ((self.since,),) = self.execute(NOW)

    def execute(self, statement: str) -> list[tuple]:
        """Run a statement as the superuser."""
        return self.server.execute(statement, self.database)

    def add(self, name: str, *operations: str, after: str = "0001_initial", app: str = "shop", extra: str = "") -> None:
        """Write the file of a migration."""
        dependencies = ", ".join(repr(tuple(one.split("."))) for one in [f"{app}.{after}"] if after)
        body = [f"operations = [{', '.join(operations)}]", f"dependencies = [{dependencies}]", extra]
        folder = app if app == "shop" else f"venv/site-packages/{app}"
        self.pod.write(f"{folder}/migrations/{name}.py", HEADER + "".join(f"    {line}\n" for line in body))

    def add_all(self, *lists: tuple[str, ...] | str, extra: str = "") -> None:
        """Write the files of migrations one after the other, as 0002, 0003 and so on."""
        after = "0001_initial"
        for number, operations in enumerate(lists, 2):
            name = f"{number:04}"
            self.add(name, *([operations] if isinstance(operations, str) else operations), after=after, extra=extra)
            after = name

    def migrate(self) -> None:
        """Apply what is there."""
        result = self.pod.migrate()
        assert result.returncode == 0, result.stderr

    def start(self, *arguments: object, wait: int = 10, lock: int = 5, since: str = "") -> subprocess.Popen:
        """Start the program."""
        limits = ("--wait", wait, "--lock-timeout", lock, "--statement-timeout", 60, "--since", since or self.since)
        return self.pod.start_python("reversal.py", *limits, *arguments)

    def run(self, *arguments: object, **options: object) -> subprocess.CompletedProcess:
        """Run it to its end."""
        return finish(self.start(*arguments, **options))

    def judge(self, *arguments: object) -> list[dict]:
        """What it says of each migration, the newest first."""
        return said(self.run(*arguments))["migrations"]

    def applied(self) -> list[str]:
        """What the database says is applied."""
        return [name for (name,) in self.execute("select app || '.' || name from django_migrations order by id")]


def said(result: subprocess.CompletedProcess) -> dict:
    """The last line of the program."""
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout.splitlines()[-1])
