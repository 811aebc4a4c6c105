"""docs/how-to/off-site.md: what it says to do."""

from __future__ import annotations

import json
import re

from buckets import BUCKET, Account
from pods import REPOSITORY

PAGE = (REPOSITORY / "docs" / "how-to" / "off-site.md").read_text()
PREFIX = "shop-prod"
assert f"bucket: {BUCKET}\n" in PAGE


def block(language: str, name: str) -> str:
    """The one with that name."""
    (found,) = re.findall(rf"^```{language} {name}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    return found


def policy(**accounts: Account) -> dict:
    """The policies of the page, as a bucket has them: each for its account."""
    statements = []
    for name, account in accounts.items():
        statements += [{**one, "Principal": account.name} for one in json.loads(block("json", name))["Statement"]]
    return {"Version": "2012-10-17", "Statement": statements}


def key_commands() -> list[str]:
    """Those that make a key."""
    return re.findall(r"^ {4}((?:export GNUPGHOME|gpg --).*)$", PAGE, re.MULTILINE)
