"""Make migrations of sources that the image does not have. `npm run makemigrations` sends this program along.

makemigrations.py receive: unpack the ZIP archive that comes in, and print the folder.
makemigrations.py run FOLDER WORD...: become the `manage.py makemigrations WORD...` of that folder.
makemigrations.py made FOLDER: print, as JSON, the texts of Python files that the archive did not have so, by path.
makemigrations.py remove FOLDER
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

RUNTIME = os.environ.get("RUNTIME_DIRECTORY", "/runtime")
ARCHIVE = ".sent.zip"


def receive() -> None:
    """Unpack what comes in."""
    folder = Path(tempfile.mkdtemp(prefix="makemigrations-"))
    (folder / ARCHIVE).write_bytes(sys.stdin.buffer.read())
    with zipfile.ZipFile(folder / ARCHIVE) as archive:
        archive.extractall(folder)
    print(folder)


def run(folder: str, *words: str) -> None:
    """Become the project's own command, on those sources."""
    variables = {**os.environ, "DJANGO_DIRECTORY": folder, "PYTHONDONTWRITEBYTECODE": "1"}
    os.execve(sys.executable, [sys.executable, f"{RUNTIME}/manage.py", "makemigrations", *words], variables)


def made(folder: str) -> None:
    """Print what is new."""
    with zipfile.ZipFile(Path(folder) / ARCHIVE) as archive:
        sent = {name: archive.read(name) for name in archive.namelist()}
    found = {str(path.relative_to(folder)): path.read_bytes() for path in sorted(Path(folder).rglob("*.py"))}
    print(json.dumps({name: text.decode() for name, text in found.items() if sent.get(name) != text}))


def remove(folder: str) -> None:
    """Remove all of it."""
    shutil.rmtree(folder)


if __name__ == "__main__":
    {"receive": receive, "run": run, "made": made, "remove": remove}[sys.argv[1]](*sys.argv[2:])
