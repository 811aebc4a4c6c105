"""The container that copies backups off-site."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from pathlib import Path

from backups import Backup
from buckets import BUCKET, REGION, TOOLS, WRITER, Account, Bucket
from page import PREFIX, key_commands
from pods import REPOSITORY, finish, mount, start_program

SCRIPT = REPOSITORY / "runtime" / "offsite.sh"


class Key:
    """A key as the page makes it: its public half as a file, and the keyring of whoever may read, which no pod has."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.public = folder, folder / "public-key.asc"
        commands = ["gpg() { command gpg --batch --pinentry-mode loopback --passphrase '' \"$@\"; }", *key_commands()]
        made = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", "\n".join(commands)],
            cwd=folder,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        begin = made.index("-----BEGIN PGP PRIVATE")
        self.private = made[begin:]
        self.public.write_text(made[:begin])
        self.environment = {"PATH": os.environ["PATH"], "GNUPGHOME": str(folder / "shop-backups")}
        subkeys = [
            "gpg",
            "--batch",
            "--pinentry-mode",
            "loopback",
            "--passphrase",
            "",
            "--armor",
            "--export-secret-subkeys",
        ]
        self.subkeys = subprocess.run(subkeys, env=self.environment, check=True, capture_output=True, text=True).stdout
        shown = ["gpg", "--batch", "--list-keys", "--with-colons"]
        listed = subprocess.run(shown, env=self.environment, check=True, capture_output=True, text=True).stdout
        self.fingerprint = next(line.split(":")[9] for line in listed.splitlines() if line.startswith("fpr:"))

    def stop(self) -> None:
        """End the agent that gpg has started: it removes its sockets after it has said yes."""
        subprocess.run(["gpgconf", "--kill", "all"], env=self.environment, check=True)
        deadline = time.monotonic() + 20
        while any(Path(self.environment["GNUPGHOME"]).glob("S.*")):
            assert time.monotonic() < deadline
            time.sleep(0.05)


class Offsite:
    """The container beside the folder of backups, with the rights to put and to list."""

    def __init__(self, folder: Path, backup: Backup, bucket: Bucket, key: Path) -> None:
        self.folder, self.backup, self.bucket = folder, backup, bucket
        self.place = f"{bucket.endpoint}/{BUCKET}/{PREFIX}"
        self.notes = backup.dumps / ".offsite"
        self.notes.mkdir()
        self.tmp = folder / "tmp"
        self.tmp.mkdir()
        self.log_in(WRITER)
        self.environment = {
            "PATH": f"{folder / 'bin'}:{TOOLS}:{os.environ['PATH']}",
            "HOME": str(self.tmp),
            "TMPDIR": str(self.tmp),
            "SECRETS_DIRECTORY": str(folder / "secrets"),
            "PGDATABASE": backup.database,
            "BACKUP_DIRECTORY": str(backup.dumps),
            "NOTES_DIRECTORY": str(self.notes),
            "OFFSITE": self.place,
            "ENDPOINT": bucket.endpoint,
            "REGION": REGION,
            "BUCKET": BUCKET,
            "PREFIX": PREFIX,
            "PUBLIC_KEY": str(key),
            "PIECE_BYTES": "200000",
        }

    def log_in(self, account: Account) -> None:
        """Whose credentials its Secret holds."""
        shutil.rmtree(self.folder / "secrets" / "offsite", ignore_errors=True)
        values = {"ACCESS_KEY_ID": account.name.encode(), "SECRET_ACCESS_KEY": account.secret.encode()}
        mount(self.folder / "secrets" / "offsite", values)

    def start(self, **environment: str) -> subprocess.Popen:
        """Start a run."""
        return start_program(SCRIPT, **{**self.environment, **environment})

    def succeed(self, **environment: str) -> dict:
        """Run it, and return what its last line says."""
        result = finish(self.start(**environment))
        assert result.returncode == 0, result.stderr
        self.said = [line for line in result.stdout.splitlines() if line]
        event = json.loads(self.said[-1])
        assert event["event"] == "offsite_ok"
        assert list(self.tmp.iterdir()) == [], "nothing is left in the pod"
        return event

    def fail(self, **environment: str) -> str:
        """Run it, and return the reason that its last line gives."""
        result = finish(self.start(**environment))
        assert result.returncode != 0, result.stdout
        event = json.loads(result.stderr.splitlines()[-1])
        assert event["event"] == "offsite_failed"
        return event["reason"]

    def noted(self) -> list[str]:
        """Backups that have a note."""
        return sorted(path.name for path in self.notes.iterdir() if path.name != ".lock")

    def held(self) -> dict[str, list[str]]:
        """What the bucket has of each backup."""
        found: dict[str, list[str]] = {}
        for name in sorted(self.bucket.objects(f"{PREFIX}/")):
            _, backup, file = name.split("/")
            found.setdefault(backup, []).append(file)
        return found
