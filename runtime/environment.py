"""What a program gets from outside: mounted secrets, the variables that the stack sets, the project's folder."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import quote

VARIABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
POSTGRES_VARIABLES = ("POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_HOST", "POSTGRES_PORT", "POSTGRES_DB")


def load() -> None:
    """Put the mounted secrets into os.environ, and the DATABASE_URL that they and the POSTGRES_* variables make."""
    for file in secret_files(Path(os.environ.get("SECRETS_DIRECTORY", "/run/secrets"))):
        # Images often hold a key of no worth, for `collectstatic` while they are built: the mounted one wins.
        os.environ[file.name] = secret(file)
    if all(name in os.environ for name in POSTGRES_VARIABLES):
        os.environ["DATABASE_URL"] = database_url(*(os.environ[name] for name in POSTGRES_VARIABLES))


def secret_files(directory: Path) -> list[Path]:
    """The files `<directory>/*/NAME` where NAME can be a variable, without what the kubelet keeps for itself."""
    try:
        if not directory.exists():
            return []
        folders = [path for path in sorted(directory.iterdir()) if path.is_dir() and not path.name.startswith(".")]
        files = [file for folder in folders for file in sorted(folder.iterdir())]
        return [file for file in files if VARIABLE_NAME.fullmatch(file.name) and file.is_file()]
    except OSError as error:
        raise SystemExit(f"cannot list the secrets in {error.filename}: {error.strerror}") from None


def secret(file: Path) -> str:
    """The text of one secret without the newline that an editor leaves at its end."""
    try:
        text = os.fsdecode(file.read_bytes())
    except OSError as error:
        raise SystemExit(f"cannot read the secret {file}: {error.strerror}") from None
    if "\0" in text:
        raise SystemExit(f"the secret {file} holds a NUL byte, which no environment variable can hold")
    return text[:-1] if text.endswith("\n") else text


def database_url(user: str, password: str, host: str, port: str, database: str) -> str:
    """The address of the database as one URL, every part quoted."""
    address = f"[{host}]" if ":" in host else quote(host, safe="")
    return f"postgres://{quote(user, safe='')}:{quote(password, safe='')}@{address}:{port}/{quote(database, safe='')}"


def required(name: str) -> str:
    """The value of a variable that the stack always sets."""
    if name not in os.environ:
        raise SystemExit(f"the environment variable {name} is not set: the manifests of the stack set it")
    return os.environ[name]


def enter_project() -> str:
    """Change to the folder of the project's manage.py, and return its path."""
    directory = os.path.abspath(required("DJANGO_DIRECTORY"))
    try:
        os.chdir(directory)
    except OSError as error:
        raise SystemExit(
            f"DJANGO_DIRECTORY is {directory}: {error.strerror}; it must be the folder of manage.py in the image"
        ) from None
    return directory
