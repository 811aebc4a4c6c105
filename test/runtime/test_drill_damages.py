"""drill.sh: whatever happens to a backup afterwards is noticed before anything is restored."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from pathlib import Path

FILES = ("database.dump", "globals.sql", "manifest.json", "SHA256SUMS")
DAMAGES = 100


def truncate(file: Path, _other: Path, chance: random.Random) -> None:
    file.write_bytes(file.read_bytes()[: chance.randrange(1, file.stat().st_size)])


def flip(file: Path, _other: Path, chance: random.Random) -> None:
    """One bit."""
    content = bytearray(file.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    file.write_bytes(content)


def swap(file: Path, other: Path, _chance: random.Random) -> None:
    """With that of another backup."""
    shutil.copy(other, file)


def empty(file: Path, _other: Path, _chance: random.Random) -> None:
    file.write_bytes(b"")


def remove(file: Path, _other: Path, _chance: random.Random) -> None:
    file.unlink()


def zero(file: Path, _other: Path, chance: random.Random) -> None:
    """A part of it, as a disk does that has lost its last writes."""
    content = file.read_bytes()
    begin = chance.randrange(len(content))
    file.write_bytes(content[:begin] + bytes(len(content) - begin))


def test_two_backups_that_have_changed_places_are_noticed(drill, backup):
    one, other = backup.succeed(), backup.succeed()
    one.rename(one.with_suffix(".aside"))
    other.rename(one)
    one.with_suffix(".aside").rename(other)
    reason = drill.fail("bash", "-c", "echo started")
    assert reason == f"{other.name} is damaged: its files are those of {one.name}"


def test_each_of_a_hundred_random_damages_is_noticed(drill, backup, database):
    other = backup.succeed()
    backup.server.execute("create role late; delete from item where n = 1", database)
    try:
        made = backup.succeed()
    finally:
        backup.server.execute("drop role late", database)
    whole = {name: (made / name).read_bytes() for name in FILES}
    assert all((other / name).read_bytes() != content for name, content in whole.items())
    chance = random.Random(20261123)
    seen: Counter[str] = Counter()
    for _ in range(DAMAGES):
        damage, name = chance.choice((truncate, flip, swap, empty, remove, zero)), chance.choice(FILES)
        damage(made / name, other / name, chance)
        reason = drill.fail("bash", "-c", "echo started")
        assert reason.startswith(f"{made.name} is damaged: "), (damage.__name__, name, reason)
        assert name in reason or name == "SHA256SUMS", (damage.__name__, name, reason)
        seen[damage.__name__] += 1
        (made / name).write_bytes(whole[name])
    assert min(seen.values()) > DAMAGES / 20
    assert drill.succeed()["backup"] == made.name
