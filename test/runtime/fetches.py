"""The program that fetches a backup from the bucket and decrypts it."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from buckets import READER, Account
from offsites import Key, Offsite
from pods import REPOSITORY, finish, mount, start_program
from restores import event

SCRIPT = REPOSITORY / "runtime" / "fetch.sh"


class Fetch:
    """The container that fetches, with the rights to get and to list, beside an empty folder."""

    def __init__(self, folder: Path, offsite: Offsite, key: Key) -> None:
        self.folder, self.offsite, self.fetched = folder, offsite, folder / "fetched"
        self.fetched.mkdir()
        self.tmp = Path(tempfile.mkdtemp(prefix="fetch-"))  # short enough for the socket of gpg's agent, as a pod's is
        self.secrets = folder / "fetch-secrets" / "offsite"
        self.log_in(READER, key.private)
        self.environment = {
            **{
                name: offsite.environment[name]
                for name in ("PATH", "PGDATABASE", "ENDPOINT", "REGION", "BUCKET", "PREFIX")
            },
            "HOME": str(self.tmp),
            "TMPDIR": str(self.tmp),
            "SECRETS_DIRECTORY": str(self.secrets.parent),
            "BACKUP_DIRECTORY": str(self.fetched),
            "PUBLIC_KEY": str(key.public),
            "PRIVATE_KEY": str(self.secrets / "PRIVATE_KEY"),
        }

    def log_in(self, account: Account, private: str) -> None:
        """Who may read, and decrypt."""
        values = {"ACCESS_KEY_ID": account.name, "SECRET_ACCESS_KEY": account.secret, "PRIVATE_KEY": private}
        mount(self.secrets, {name: value.encode() for name, value in values.items()})

    def as_person(self, key: Key) -> None:
        """On a machine whose keyring has the key, with the credentials in the environment."""
        for name in ("SECRETS_DIRECTORY", "PRIVATE_KEY"):
            del self.environment[name]
        self.environment.update(
            {
                **key.environment,
                "PATH": self.environment["PATH"],
                "RCLONE_CONFIG_OFFSITE_ACCESS_KEY_ID": READER.name,
                "RCLONE_CONFIG_OFFSITE_SECRET_ACCESS_KEY": READER.secret,
            }
        )

    def succeed(self, which: str = "newest") -> dict:
        """Fetch, and return what the last line says."""
        result = finish(start_program(SCRIPT, which, **self.environment))
        said = event(result, "fetch_ok")
        assert list(self.tmp.iterdir()) == [], "nothing is left beside it"
        return said

    def fail(self, which: str = "newest", **environment: str) -> str:
        """Try to; the reason why not."""
        result = finish(start_program(SCRIPT, which, **{**self.environment, **environment}))
        assert result.returncode != 0, result.stdout
        said = json.loads(result.stderr.splitlines()[-1])
        assert said["event"] == "fetch_failed"
        assert os.listdir(self.tmp) == []
        return said["reason"]
