"""The container that makes the roles of the database."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from pods import REPOSITORY, finish, mount, start_program
from servers import ADMIN, APP, BACKUP, HOST, LOGINS, MONITOR, OWNER, PASSWORD, Server

SCRIPT = REPOSITORY / "runtime" / "roles.sh"

# What administrators leave behind, with names that need quotes.
LEGACY = """
    create schema "Odd ""name"; create schema empty;
    create table item (id serial primary key, name text); insert into item (name) values ('one');
    create table "Odd ""name"."a.b" (id int generated always as identity, "Größe" int);
    create table parts (n int) partition by range (n);
    create table low partition of parts for values from (0) to (9);
    create table parent (n int); create table child () inherits (parent);
    create sequence loose; create view seen as select * from item; create materialized view kept as select * from item;
    create type mood as enum ('good'); create type pair as (a int, b int); create domain small as int check (value < 9);
    create type span as range (subtype = int);
    create function add(a int, b int) returns int language sql as 'select a + b';
    create procedure nothing() language sql as 'select 1';
    create aggregate total(int) (sfunc = add, stype = int);
    create aggregate "Odd ""name".middle(int order by int) (sfunc = add, stype = int);
    create operator <+> (leftarg = int, rightarg = int, function = add);
    create collation german from "C"; create text search configuration words (copy = simple);
    create text search dictionary stems (template = simple); create statistics pairs on id, name from item;
    create conversion turned for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;
    create operator family kin using btree; create operator class kind for type mood using btree as storage mood;
    create extension postgres_fdw; create server elsewhere foreign data wrapper postgres_fdw;
    create foreign table far (n int) server elsewhere;
    create extension hstore; create extension pg_stat_statements schema "Odd ""name";
    create function refuse() returns event_trigger language plpgsql as 'begin end';
    select lo_from_bytea(4711, 'large');
"""
OWNED = """
    select (pg_identify_object(classid, objid, 0)).identity from pg_shdepend join pg_database on pg_database.oid = dbid
    where deptype = 'o' and datname = current_database() and refobjid = %s::regrole"""


class Roles:
    """The Secrets of all roles, and the environment of the program."""

    def __init__(self, folder: Path, server: Server, database: str) -> None:
        self.folder, self.server, self.database = folder, server, database
        self.secrets = 0
        self.environment = {
            "PATH": f"{server.binaries}:{os.environ['PATH']}",
            "PGHOST": HOST,
            "PGPORT": str(server.port),
            "PGUSER": ADMIN,
            "PGDATABASE": database,
            "OWNER_ROLE": OWNER,
            "APP_ROLE": APP,
            "APP_LOGINS": " ".join(LOGINS),
            "BACKUP_ROLE": BACKUP,
            "MONITOR_ROLE": MONITOR,
            "EXTENSIONS": "",
            "WAIT_SECONDS": "20",
        }
        self.give()

    def give(self, login: str = LOGINS[0], monitored: bool = False, **passwords: str) -> None:
        """Lay out the Secrets; those without a password of their own have that of the tests."""
        self.secrets += 1
        folder = self.folder / f"secrets-{self.secrets}"
        for role in ("admin", "owner", "app", "backup", *(["monitor"] if monitored else [])):
            files = {"POSTGRES_PASSWORD": passwords.get(role, PASSWORD).encode()}
            if role == "app":
                files["POSTGRES_USER"] = login.encode()
            mount(folder / ("postgres" if role == "admin" else f"postgres-{role}"), files)
        self.environment["SECRETS_DIRECTORY"] = str(folder)

    def start(self, **environment: str) -> subprocess.Popen:
        """Start a run."""
        return start_program(SCRIPT, **{**self.environment, **environment})

    def run(self, **environment: str) -> subprocess.CompletedProcess:
        """Run it to its end."""
        return finish(self.start(**environment))

    def succeed(self, **environment: str) -> str:
        """Run it, and return the last line that it prints."""
        result = self.run(**environment)
        assert result.returncode == 0, result.stderr
        return result.stdout.splitlines()[-1]

    def fail(self, **environment: str) -> str:
        """Run it, and return what it complains of, which is one line."""
        result = self.run(**environment)
        assert result.returncode == 1, result.stdout
        (line,) = result.stderr.splitlines()
        event = json.loads(line)
        assert event["event"] == "roles_failed"
        return event["reason"]


def owned(server: Server, database: str, role: str = OWNER) -> set[str]:
    """What belongs to a role, in that database."""
    with server.connect(database) as session:
        return {name for (name,) in session.execute(OWNED, [role])}
