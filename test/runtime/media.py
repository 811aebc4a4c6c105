"""The volume of uploaded files, and what puts them back."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from backups import Backup, reason
from pods import REPOSITORY, finish, start_program

SCRIPT = REPOSITORY / "runtime" / "restore-media.sh"
# What names may be, all that a file system takes.
ODD = [
    b"-rf",
    b"a b",
    b"a\nb",
    b"back\\slash",
    b"\\",
    b"cr\r",
    b"\xff\xfe",
    b"q\"u'o",
    b"-d/-x",
    b"tab\t",
    b"*",
    b"%s",
    b" ",
]


class Media:
    """The volume beside the folder of backups."""

    def __init__(self, folder: Path, backup: Backup) -> None:
        self.backup, self.folder = backup, folder / "media"
        self.folder.mkdir()
        backup.environment["MEDIA_DIRECTORY"] = str(self.folder)

    def write(self, name: str | bytes, content: str = "uploaded", folder: Path | None = None) -> Path:
        """A file, as an upload leaves it."""
        path = Path(os.fsdecode(os.path.join(os.fsencode(folder or self.folder), os.fsencode(name))))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        return path

    def back_up(self, **environment: str) -> tuple[Path, dict]:
        """Make a backup; it, and what the last line says."""
        result = self.backup.run(**environment)
        assert result.returncode == 0, result.stderr
        said = json.loads(result.stdout.splitlines()[-1])
        return self.backup.dumps / said["backup"], said

    def without(self) -> Path:
        """A backup as the one before a migration is."""
        return self.back_up(MEDIA_DIRECTORY="")[0]

    def restore(self, which: str = "newest", **environment: str) -> subprocess.CompletedProcess:
        """Run what puts files back."""
        return finish(start_program(SCRIPT, which, **{**self.backup.environment, **environment}))

    def restored(self, which: str = "newest", **environment: str) -> tuple[dict, list[str]]:
        """Put files back; the last line, and those of files that differ."""
        result = self.restore(which, **environment)
        assert result.returncode == 0, result.stderr
        *lines, last = result.stdout.splitlines()
        said = json.loads(last)
        assert said["event"] == "restore_media_ok"
        return said, [line.partition(": ")[2] for line in lines if line.startswith("differs")]

    def not_restored(self, which: str = "newest", **environment: str) -> str:
        """Why not."""
        return reason(self.restore(which, **environment), "restore_media")


def files(folder: Path) -> dict[bytes, bytes]:
    """Contents by name, of all files."""
    paths = [Path(root) / name for root, _, names in os.walk(folder) for name in names]
    return {os.fsencode(path.relative_to(folder)): path.read_bytes() for path in paths if not path.is_symlink()}


def inode(path: Path) -> int:
    return path.stat().st_ino


def checked(made: Path) -> None:
    """The sums hold, by the tool that everybody has."""
    command = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    subprocess.run(command, cwd=made, check=True, env={**os.environ, "LC_ALL": "C"})
    lines = (made / "SHA256SUMS").read_bytes().splitlines()
    assert len(lines) == len(files(made)) - 1, "it has one of every file but itself"
