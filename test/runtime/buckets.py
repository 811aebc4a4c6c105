"""A real S3 server, and a client for it that shares nothing with the programs of pods."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from datetime import datetime, timezone
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from servers import HOST, free_port

TOOLS = Path(os.environ["OFFSITE_TOOLS"])
REGION = "eu-central-1"
BUCKET = "example-backups"
XML = "{http://s3.amazonaws.com/doc/2006-03-01/}"


class Account(NamedTuple):
    """Who asks."""

    name: str
    secret: str


ROOT, WRITER, READER = (Account(name, f"{name}-s3cr3t") for name in ("root", "writer", "reader"))


class RefusedError(Exception):
    """What the server says no with: its status and its code."""


class Bucket:
    """A server on a free port of 127.0.0.1 only, with one bucket, and accounts that may what the page says."""

    def __init__(self, folder: Path, policy: dict) -> None:
        self.port, self.log = free_port(), folder / "log"
        self.endpoint = f"http://{HOST}:{self.port}"
        for name in ("objects", "accounts"):
            (folder / name).mkdir(parents=True)
        self.folder, self.policy = folder, policy
        self.start()
        for account in (WRITER, READER):
            self.account(account)
        self.request("PUT", "")
        self.request("PUT", "", query={"policy": ""}, body=json.dumps(policy).encode())

    def start(self) -> None:
        command = [TOOLS / "versitygw", "--port", f"{HOST}:{self.port}", "--region", REGION, "--quiet"]
        command += ["--iam-dir", self.folder / "accounts", "--iam-cache-disable", "posix", self.folder / "objects"]
        environment = {"ROOT_ACCESS_KEY": ROOT.name, "ROOT_SECRET_KEY": ROOT.secret}
        with self.log.open("a") as log:
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        self.wait()

    def allow(self, account: Account, *actions: str) -> None:
        """Leave an account these of its rights, and no others."""
        rest = [
            one for one in self.policy["Statement"] if one["Principal"] == account.name and one["Action"] in actions
        ]
        self.request("PUT", "", query={"policy": ""}, body=json.dumps({**self.policy, "Statement": rest}).encode())

    def wait(self) -> None:
        """Wait until it answers, if only with a no."""
        deadline = time.monotonic() + 20
        while True:
            try:
                with contextlib.suppress(RefusedError):
                    self.request("GET", "")
                return
            except OSError:
                assert time.monotonic() < deadline, self.log.read_text()
                time.sleep(0.05)

    def account(self, account: Account) -> None:
        """Make an account, which has no right of its own."""
        command = [TOOLS / "versitygw", "admin", "--access", ROOT.name, "--secret", ROOT.secret, "--region", REGION]
        command += ["--endpoint-url", self.endpoint, "create-user"]
        command += ["--access", account.name, "--secret", account.secret, "--role", "user"]
        subprocess.run(command, check=True, capture_output=True)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()

    def objects(self, prefix: str = "", account: Account = ROOT) -> dict[str, int]:
        """Names and bytes of what lies below a prefix."""
        tree = ElementTree.fromstring(self.request("GET", "", account, query={"list-type": "2", "prefix": prefix}))
        return {one.findtext(f"{XML}Key"): int(one.findtext(f"{XML}Size")) for one in tree.iter(f"{XML}Contents")}

    def get(self, name: str, account: Account = ROOT) -> bytes:
        return self.request("GET", name, account)

    def put(self, name: str, body: bytes, account: Account = ROOT) -> None:
        self.request("PUT", name, account, body=body)

    def delete(self, name: str, account: Account = ROOT) -> None:
        self.request("DELETE", name, account)

    def request(
        self, method: str, name: str, account: Account = ROOT, query: dict | None = None, body: bytes = b""
    ) -> bytes:
        """Ask, with version 4 of the signature."""
        path = f"/{BUCKET}" + (f"/{urllib.parse.quote(name)}" if name else "")
        asked = "&".join(f"{key}={urllib.parse.quote(value, safe='')}" for key, value in sorted((query or {}).items()))
        time_ = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
        digest = hashlib.sha256(body).hexdigest()
        headers = {"host": f"{HOST}:{self.port}", "x-amz-content-sha256": digest, "x-amz-date": time_}
        signed = ";".join(headers)
        canonical = [method, path, asked, *(f"{key}:{value}" for key, value in headers.items()), "", signed, digest]
        scope = f"{time_[:8]}/{REGION}/s3/aws4_request"
        hashed = hashlib.sha256("\n".join(canonical).encode()).hexdigest()
        signature: bytes = f"AWS4{account.secret}".encode()
        for part in (*scope.split("/"), "\n".join(["AWS4-HMAC-SHA256", time_, scope, hashed])):
            signature = hmac.new(signature, part.encode(), hashlib.sha256).digest()
        headers["authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={account.name}/{scope}, SignedHeaders={signed}, Signature={signature.hex()}"
        )
        url = f"{self.endpoint}{path}" + (f"?{asked}" if asked else "")
        try:
            with urllib.request.urlopen(
                urllib.request.Request(url, method=method, data=body or None, headers=headers), timeout=20
            ) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            code = ElementTree.fromstring(error.read() or b"<Error/>").findtext("Code")
            raise RefusedError(error.code, code) from None
