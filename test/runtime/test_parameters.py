"""What the configuration takes and refuses as parameters of Postgres is what a real server takes and refuses."""

from __future__ import annotations

import json
import os
import pwd
import shlex
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import DEVNULL

import pytest

from pods import REPOSITORY
from servers import postgres_binaries

TABLE = json.loads((REPOSITORY / "config/postgres/parameters.json").read_text(encoding="utf-8"))
MEMORY, TIME = ("B", "kB", "MB", "GB", "TB"), ("us", "ms", "s", "min", "h", "d")
# Kept by the stack, or bounded by what the container has: `bounds` in config/rules/postgres-parameters.ts.
PARTICULAR = {"config_file", "data_directory", "bonjour", "max_stack_depth"}
# Together they are at most 262143.
PROCESSES = {"autovacuum_max_workers", "max_connections", "max_wal_senders", "max_worker_processes"}


class Binaries:
    """The programs of a server, and a data directory that it never runs on."""

    def __init__(self, folder: Path) -> None:
        self.postgres = postgres_binaries() / "postgres"
        version = subprocess.run([self.postgres, "--version"], check=True, capture_output=True, text=True).stdout
        self.major = int(version.split()[2].partition(".")[0])
        self.data = folder
        for name in ("postgresql.conf", "pg_hba.conf"):
            (folder / name).touch()

    def takes(self, name: str, value: str) -> bool:
        """Whether the server reads its parameters without a complaint. It does not start."""
        # Asked so first, it runs as root too.
        command = [self.postgres, "-C", name, "-D", self.data, "-c", f"{name}={value}"]
        return subprocess.run(command, capture_output=True, check=False, timeout=30).returncode == 0


class Database:
    """A database that is started with parameters, and stopped."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.log = folder, folder / "log"
        if os.geteuid() == 0:
            os.chown(folder, pwd.getpwnam("postgres").pw_uid, -1)
        self.run("initdb", "--pgdata", folder / "data", "--username", "admin", "--auth", "trust", "--no-sync")

    def run(self, program: str, *arguments: str | Path) -> subprocess.CompletedProcess:
        """Run one of the server's programs as a user that it runs as."""
        account = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
        command = [postgres_binaries() / program, *arguments]
        return subprocess.run(
            command, stdout=DEVNULL, stderr=DEVNULL, cwd=self.folder, check=False, timeout=60, **account
        )

    def starts(self, parameters: dict[str, str]) -> bool:
        """Whether the server comes up; it listens on a socket of its own alone."""
        all_parameters = {**parameters, "listen_addresses": "", "unix_socket_directories": str(self.folder)}
        options = " ".join(f"-c {name}={shlex.quote(value)}" for name, value in all_parameters.items())
        common = ("--pgdata", self.folder / "data")
        self.log.unlink(missing_ok=True)
        done = self.run("pg_ctl", "start", "--wait", *common, "--log", self.log, "--options", options)
        if done.returncode == 0:
            self.run("pg_ctl", "stop", "--wait", *common, "--mode", "immediate")
        return done.returncode == 0


@pytest.fixture(scope="module")
def database_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder that the server's user can reach, as those of pytest cannot be."""
    with tempfile.TemporaryDirectory(prefix="parameters-") as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)


@pytest.fixture(scope="module")
def own_database(database_folder: Path) -> Database:
    return Database(database_folder)


@pytest.fixture(scope="module")
def binaries(tmp_path_factory: pytest.TempPathFactory) -> Binaries:
    return Binaries(tmp_path_factory.mktemp("parameters"))


FILE = """
release: shop
image: registry.example.com/team/shop:1.0.0
django: {{ project: main_app, hosts: [shop.example.com] }}
postgres: {{ storage: 10Gi, version: {major}, parameters: {parameters} }}
"""


def refused(major: int, parameters: dict[str, str]) -> str:
    """What is said against a file with these parameters."""
    program = ["node_modules/.bin/tsx", "test/runtime/refused.ts"]
    file = FILE.format(major=major, parameters=json.dumps(parameters))
    return subprocess.run(program, cwd=REPOSITORY, input=file, capture_output=True, text=True, check=True).stdout


def judge(major: int, pairs: list[tuple[str, str]]) -> list[str | None]:
    """What the configuration says of each name and value."""
    program = ["node_modules/.bin/tsx", "test/runtime/judge.ts", str(major)]
    done = subprocess.run(program, cwd=REPOSITORY, input=json.dumps(pairs), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def values_of(entry: dict) -> Iterator[str]:
    """Values at the bounds of what a server says of a parameter, beyond them, and of other kinds."""
    if entry["type"] == "bool":
        yield from ("on", "OFF", "true", "no", "1", "2", "maybe", "")
    if entry["type"] == "enum":
        yield from (*entry["values"], entry["values"][-1].upper(), "nonsense")
    if entry["type"] in ("integer", "real"):
        least, most = entry["min"], entry["max"]
        yield from (f"{least}", f"{least - 1}", "x", "", "1 parsec", "1 2")
        if most < 1e300:
            yield from (f"{most}", f"{most + 1}")


def values_with_units(entry: dict) -> Iterator[str]:
    """Values with every unit, whether it goes with the parameter or not."""
    for unit in MEMORY + TIME:
        yield from (f"1{unit}", f"64 {unit}", f"1{unit.upper()}")


def test_bounds_units_and_words_are_those_of_the_server(binaries: Binaries) -> None:
    entries = {
        name: entry
        for name, all_majors in TABLE.items()
        for entry in all_majors
        if entry["majors"][0] <= binaries.major <= entry["majors"][1] and name not in PARTICULAR
    }
    of_each_unit = {(entry["type"], entry.get("unit")): name for name, entry in entries.items() if "max" in entry}
    pairs = [(name, value) for name, entry in entries.items() for value in values_of(entry)]
    pairs += [(name, value) for name in of_each_unit.values() for value in values_with_units(entries[name])]
    pairs = [(name, value) for name, value in pairs if name not in PROCESSES or value != str(entries[name]["max"])]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        taken = list(pool.map(lambda pair: binaries.takes(*pair), pairs))
    judged = judge(binaries.major, pairs)
    wrong = [(*pair, ok, said) for pair, ok, said in zip(pairs, taken, judged, strict=True) if ok != (said is None)]
    assert len(pairs) > 1000
    assert not wrong, "\n".join(map(str, wrong))


TAKEN = {
    "several": {"work_mem": "8MB", "random_page_cost": "1.5", "jit": "off", "log_line_prefix": "%m [%p] '$user' "},
    "of an extension": {"shared_preload_libraries": "pg_stat_statements", "pg_stat_statements.track": "all"},
    "of an extension that nobody loads": {"myapp.tenant": "one"},
    "a log that is kept small": {"wal_level": "minimal", "max_wal_senders": "0"},
    "the least log": {"max_wal_size": "32MB", "min_wal_size": "32MB"},
}


@pytest.mark.parametrize("parameters", TAKEN.values(), ids=TAKEN.keys())
def test_what_is_taken_starts(binaries: Binaries, own_database: Database, parameters: dict[str, str]) -> None:
    assert refused(binaries.major, parameters) == ""
    assert own_database.starts(parameters), own_database.log.read_text()


REFUSED = {
    "an unknown name": {"wrk_mem": "8MB"},
    "a unit of another kind": {"work_mem": "8s"},
    "a name of earlier servers": {"wal_keep_segments": "1"},
    "what only Postgres says": {"server_version": "18"},
    "a small log with a server to send it": {"wal_level": "minimal"},
    "less than two segments": {"max_wal_size": "16MB"},
    "more reserved connections than there are": {"superuser_reserved_connections": "100"},
    "a deeper stack than there is": {"max_stack_depth": "1GB"},
    "what is not built in": {"bonjour": "on"},
}


@pytest.mark.parametrize("parameters", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_refused_does_not_start(binaries: Binaries, own_database: Database, parameters: dict[str, str]) -> None:
    for name in parameters:
        assert f"postgres.{'maxConnections' if 'reserved' in name else f'parameters.{name}'}: " in refused(
            binaries.major, parameters
        )
    assert not own_database.starts(parameters)
