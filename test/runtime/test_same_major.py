"""same-major.sh: whether a volume holds what this PostgreSQL opens."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pods import REPOSITORY

SCRIPT = REPOSITORY / "runtime" / "same-major.sh"
# Where constructs/postgres/layout.ts puts the data, below the volume.
PLACES = {17: "pgdata", 18: "18/docker"}
FOLDERS = ("base/1", "base/4", "base/16384", "global", "pg_wal/archive_status", "pg_tblspc", "pg_xact")
# Somebody whom folders are closed to.
STRANGER = {"user": 54321, "group": 54321, "extra_groups": []} if os.geteuid() == 0 else {}


@pytest.fixture
def volume() -> Iterator[Path]:
    """A volume that any user can read."""
    folder = Path(tempfile.mkdtemp(prefix="volume-"))
    folder.chmod(0o755)
    yield folder
    subprocess.run(["chmod", "-R", "u+rwX", folder], check=True)
    shutil.rmtree(folder)


def lay(folder: Path, major: int) -> None:
    """A data directory as initdb leaves it: every database in it names the major again."""
    for name in FOLDERS:
        (folder / name).mkdir(parents=True)
    for place in (folder, *(folder / "base").iterdir()):
        (place / "PG_VERSION").write_text(f"{major}\n")


def check(volume: Path, major: int, **account: object) -> subprocess.CompletedProcess:
    # By its text: a stranger may not read the checkout.
    command = ["bash", "-c", SCRIPT.read_text(), SCRIPT.name, volume, volume / PLACES[major], str(major)]
    return subprocess.run(command, check=False, capture_output=True, text=True, cwd="/", **account)


def passes(volume: Path, major: int) -> None:
    result = check(volume, major)
    expected = f"the volume is empty, or holds a database of PostgreSQL {major}\n"
    assert (result.returncode, result.stdout, result.stderr) == (0, expected, "")


def refuses(volume: Path, major: int, found: int, place: Path) -> None:
    result = check(volume, major)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == (
        f"the volume holds a database of PostgreSQL {found} in {place}, "
        f"and this is PostgreSQL {major} with {volume / PLACES[major]}:\n"
        f"set postgres.version back to {found}, dump the database, and restore the dump into a new volume of {major}\n"
    )


@pytest.mark.parametrize("major", PLACES)
def test_an_empty_volume_passes(volume, major):
    passes(volume, major)
    (volume / "lost+found").mkdir()
    passes(volume, major)


@pytest.mark.parametrize("major", PLACES)
def test_its_own_database_passes(volume, major):
    lay(volume / PLACES[major], major)
    passes(volume, major)


def test_the_folder_of_a_real_server_passes_for_its_major_only(server):
    major = int((server.folder / "data" / "PG_VERSION").read_text())
    for asked, code in ((major, 0), (major + 1, 1)):
        command = ["bash", SCRIPT, server.folder, server.folder / "data", str(asked)]
        result = subprocess.run(command, check=False, capture_output=True, text=True)
        assert result.returncode == code, result.stderr


@pytest.mark.parametrize(
    ("major", "found", "place"),
    [
        (18, 17, "pgdata"),  # postgres.version raised across the move of the image's folder
        (17, 18, "18/docker"),  # and lowered
        (17, 16, "pgdata"),
        (18, 17, "18/docker"),
        (18, 17, "17/docker"),
        (18, 18, "."),  # the right major where this server does not look: it would make an empty database
        (17, 17, "."),
        (18, 18, "pgdata"),
        (17, 16, "data"),
    ],
)
def test_a_database_of_another_major_or_at_another_place_is_refused(volume, major, found, place):
    lay(volume / place, found)
    refuses(volume, major, found, volume / place)


def test_another_database_beside_its_own_is_refused(volume):
    lay(volume / PLACES[18], 18)
    lay(volume / "17" / "docker", 17)
    refuses(volume, 18, 17, volume / "17" / "docker")


def test_a_volume_whose_name_has_a_folder_of_postgres_in_it_is_no_exception(volume):
    place = volume / "base" / "vol ume*"
    lay(place / "pgdata", 17)
    passes(place, 17)
    refuses(place, 18, 17, place / "pgdata")


@pytest.mark.parametrize(("major", "deep"), [(17, "pgdata/base/1"), (18, "18/docker/base")])
def test_what_lies_deeper_than_a_database_can_is_not_opened(volume, major, deep):
    lay(volume / PLACES[major], major)
    (volume / deep).chmod(0)
    assert check(volume, major, **STRANGER).stderr == ""


def test_a_folder_that_cannot_be_read_is_not_taken_for_an_empty_one(volume):
    lay(volume / "data", 17)
    (volume / "data").chmod(0)
    result = check(volume, 18, **STRANGER)
    uid = STRANGER.get("user", os.geteuid())
    assert result.returncode == 1
    assert result.stderr == f"cannot look for a database in {volume}/data/ as uid {uid}\n"
    (volume / "data").rename(volume / "lost+found")
    assert check(volume, 18, **STRANGER).returncode == 0


def test_a_volume_that_is_not_there_is_refused(volume):
    result = check(volume / "absent", 18)
    assert (result.returncode, result.stdout) == (1, "")
