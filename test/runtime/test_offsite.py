"""offsite.sh: copies of backups on a real S3 server, by an account that may put and list."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import time

import pytest

from backups import held
from buckets import ROOT, WRITER, Account, RefusedError
from interference import noisy_line
from page import PREFIX
from pods import finish

OLD, NEW = "20260101T000000Z", "20260102T000000Z"
DUMP = os.urandom(450_000)


@pytest.fixture
def offsite(offsite):
    """With two backups."""
    offsite.backup.older(OLD, NEW)
    for time_ in (OLD, NEW):
        (offsite.backup.dumps / f"shop-{time_}" / "database.dump").write_bytes(time_.encode() + DUMP)
    return offsite


def pieces(offsite, backup: str) -> bytes:
    """What the bucket has of an archive."""
    names = [name for name in offsite.held()[backup] if name != "MD5SUMS"]
    return b"".join(offsite.bucket.get(f"{PREFIX}/{backup}/{name}") for name in names)


def test_every_backup_is_copied_and_noted_the_newest_first(offsite):
    event = offsite.succeed()
    names = [f"shop-{OLD}", f"shop-{NEW}"]
    assert (event["backups"], event["copied"]) == (2, 2)
    assert offsite.said[:-1] == [f"copied {name}" for name in reversed(names)]
    assert offsite.noted() == names
    assert offsite.held() == {name: ["MD5SUMS", *[f"{name}.tar.gpg.{n:04}" for n in range(3)]] for name in names}
    assert event["bytes"] == sum(offsite.bucket.objects().values()) > 2 * len(DUMP)


def test_what_is_copied_already_is_not_sent_again(offsite):
    offsite.succeed()
    before = offsite.bucket.objects(), [offsite.bucket.get(name) for name in offsite.bucket.objects()]
    offsite.backup.older("20260103T000000Z")
    event = offsite.succeed()
    assert (event["backups"], event["copied"]) == (3, 1)
    assert [offsite.bucket.get(name) for name in before[0]] == before[1]
    assert (offsite.succeed()["copied"], offsite.said[:-1]) == (0, [])


def test_a_backup_of_another_database_and_an_unfinished_one_are_not_copied(offsite):
    offsite.backup.older(OLD, database="shop-2")
    offsite.backup.older("20260103T000000Z.part")
    offsite.succeed()
    assert sorted(offsite.held()) == [f"shop-{OLD}", f"shop-{NEW}"]


def test_no_backup_is_no_failure(offsite):
    assert offsite.succeed(PGDATABASE="other")["backups"] == 0


def test_the_bucket_has_the_checksums_of_what_it_has(offsite):
    offsite.succeed()
    for backup, files in offsite.held().items():
        sums = dict(
            reversed(line.split("  "))
            for line in offsite.bucket.get(f"{PREFIX}/{backup}/MD5SUMS").decode().splitlines()
        )
        assert sorted(sums) == files[1:]
        for name, md5 in sums.items():
            assert hashlib.md5(offsite.bucket.get(f"{PREFIX}/{backup}/{name}")).hexdigest() == md5


def test_what_the_pod_has_cannot_read_what_it_sent_and_the_private_key_can(offsite, key, tmp_path):
    offsite.succeed()
    sent = pieces(offsite, f"shop-{NEW}")
    assert NEW.encode() not in sent
    assert DUMP[:64] not in sent
    (tmp_path / "keyring").mkdir(mode=0o700)
    pod = {"PATH": os.environ["PATH"], "GNUPGHOME": str(tmp_path / "keyring")}
    subprocess.run(["gpg", "--batch", "--quiet", "--import", key.public], env=pod, check=True)
    decrypt = ["gpg", "--batch", "--quiet", "--decrypt"]
    refused = subprocess.run(decrypt, input=sent, env=pod, check=False, capture_output=True)
    subprocess.run(["gpgconf", "--kill", "all"], env=pod, check=True)
    assert refused.returncode != 0
    assert b"No secret key" in refused.stderr
    archive = subprocess.run(decrypt, input=sent, env=key.environment, check=True, capture_output=True).stdout
    subprocess.run(["tar", "--extract"], input=archive, cwd=tmp_path, check=True)
    assert (tmp_path / f"shop-{NEW}" / "database.dump").read_bytes() == NEW.encode() + DUMP


@pytest.mark.parametrize(
    ("name", "ask"),
    [
        ("read an object", lambda bucket, name: bucket.get(name, WRITER)),
        ("read its head", lambda bucket, name: bucket.request("HEAD", name, WRITER)),
        ("delete one", lambda bucket, name: bucket.delete(name, WRITER)),
        ("put beside its folder", lambda bucket, name: bucket.put(f"other/{name}", b"", WRITER)),
        ("list beside its folder", lambda bucket, name: bucket.objects("other/", WRITER)),
        ("change the policy", lambda bucket, name: bucket.request("PUT", "", WRITER, {"policy": ""}, b"{}")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_account_that_suffices_may_not(offsite, name, ask):
    offsite.succeed()
    one = next(iter(offsite.bucket.objects()))
    with pytest.raises(RefusedError) as refused:
        ask(offsite.bucket, one)
    assert refused.value.args[0] == 403
    assert one in offsite.bucket.objects()


def damage(bucket, name: str) -> None:
    content = bucket.get(name)
    bucket.put(name, bytes([content[0] ^ 1]) + content[1:])


@pytest.mark.parametrize(
    "change",
    [damage, lambda bucket, name: bucket.put(name, bucket.get(name)[:-1]), lambda bucket, name: bucket.delete(name)],
)
@pytest.mark.parametrize("file", ["MD5SUMS", f"shop-{OLD}.tar.gpg.0001"])
def test_what_is_changed_or_gone_at_the_far_side_is_said_and_sent_again(offsite, change, file):
    offsite.succeed()
    change(offsite.bucket, f"{PREFIX}/shop-{OLD}/{file}")
    event = offsite.succeed()
    differs = json.loads(offsite.said[0])
    assert (differs["event"], differs["backup"]) == ("offsite_differs", f"shop-{OLD}")
    assert file in differs["sent"]
    assert f"shop-{NEW}" not in differs["sent"]
    assert event["copied"] == 1
    assert offsite.succeed()["copied"] == 0


def test_bytes_that_change_between_sending_and_listing_are_a_failure_and_no_copy(offsite):
    """As of a server that keeps something else than it was given."""
    rclone = subprocess.run(
        ["which", "rclone"], env=offsite.environment, check=True, capture_output=True, text=True
    ).stdout.strip()
    offsite.backup.replace("rclone", f'{rclone} "$@" | if [[ $1 == lsf ]]; then sed "s/^[0-9a-f]/x/"; else cat; fi')
    assert f"the bucket does not hold what was sent of shop-{NEW}: of MD5;bytes;name it lacks " in offsite.fail()
    assert offsite.noted() == []
    (offsite.folder / "bin" / "rclone").unlink()
    assert offsite.succeed()["copied"] == 2


def test_bytes_that_change_on_the_way_are_refused_by_the_server_itself(offsite):
    with noisy_line(offsite.bucket.port) as endpoint:
        said = offsite.fail(ENDPOINT=endpoint)
    assert "BadDigest: The Content-MD5 you specified did not match what we received" in said
    assert (offsite.held(), offsite.noted()) == ({}, [])


def test_another_place_gets_every_backup_anew(offsite):
    offsite.succeed()
    offsite.bucket.delete(f"{PREFIX}/shop-{NEW}/MD5SUMS")
    event = offsite.succeed(OFFSITE="https://elsewhere.example.com/backups/shop")
    assert event["copied"] == 2
    assert "offsite_differs" not in "".join(offsite.said)


def test_a_stopped_run_leaves_no_note_of_what_it_did_not_finish_and_the_next_one_goes_on(offsite):
    rclone = subprocess.run(
        ["which", "rclone"], env=offsite.environment, check=True, capture_output=True, text=True
    ).stdout.strip()
    marker = offsite.folder / "second"
    offsite.backup.replace(
        "rclone", f'if [[ $* == *{OLD}*.0001* ]]; then touch {marker}; exec sleep 30; fi; exec {rclone} "$@"'
    )
    process = offsite.start()
    deadline = time.monotonic() + 60
    while not marker.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    begin = time.monotonic()
    process.send_signal(signal.SIGTERM)
    result = finish(process)
    assert json.loads(result.stderr.splitlines()[-1]) == {"event": "offsite_failed", "reason": "stopped by a signal"}
    assert time.monotonic() - begin < 20
    assert list(offsite.tmp.iterdir()) == []
    assert offsite.noted() == [f"shop-{NEW}"]
    (offsite.folder / "bin" / "rclone").unlink()
    assert offsite.succeed()["copied"] == 1


def test_a_server_that_refuses_once_is_asked_again(offsite):
    assert offsite.bucket.objects(account=ROOT) == {}
    offsite.bucket.stop()
    process = offsite.start()
    time.sleep(1)
    offsite.bucket.start()
    assert finish(process).returncode == 0
    assert sorted(offsite.held()) == [f"shop-{OLD}", f"shop-{NEW}"]


@pytest.mark.parametrize(
    ("account", "reason"),
    [
        (Account(WRITER.name, "wrong-s3cr3t"), "SignatureDoesNotMatch"),
        (Account("nobody", WRITER.secret), "InvalidAccessKeyId"),
    ],
)
def test_wrong_credentials_are_said_but_never_shown(offsite, account, reason):
    offsite.log_in(account)
    said = offsite.fail()
    assert reason in said
    assert account.secret not in said
    assert offsite.noted() == []


def test_a_missing_right_is_said(offsite):
    offsite.bucket.allow(WRITER, "s3:ListBucket")
    assert "AccessDenied" in offsite.fail()
    assert offsite.noted() == []
    offsite.bucket.allow(WRITER, "s3:PutObject")
    assert "AccessDenied" in offsite.fail()


def test_a_missing_bucket_is_named(offsite):
    assert offsite.fail(BUCKET="absent") == f"there is no bucket absent at {offsite.bucket.endpoint}"


def test_an_unreachable_server_is_named_after_a_while(offsite):
    offsite.bucket.stop()
    assert f"{offsite.bucket.endpoint.removeprefix('http://')}: connect: connection refused" in offsite.fail()
    assert offsite.noted() == []


@pytest.mark.parametrize(
    "text", ["", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----\n"]
)
def test_a_key_that_nothing_can_be_encrypted_to_is_said_and_nothing_is_sent(offsite, tmp_path, text):
    (tmp_path / "broken").write_text(text)
    assert offsite.fail(PUBLIC_KEY=str(tmp_path / "broken")).startswith(f"encrypting shop-{NEW} failed: gpg: ")
    assert (offsite.held(), offsite.noted()) == ({}, [])


def test_a_backup_that_cannot_be_read_to_its_end_is_no_copy(offsite):
    offsite.backup.replace("tar", '/bin/tar "$@" | head --bytes 300000; echo "tar: input error" >&2; exit 2')
    assert offsite.fail() == f"encrypting shop-{NEW} failed: tar: input error"
    assert offsite.noted() == []


def test_two_runs_do_not_send_the_same(offsite):
    with held(offsite.notes / ".lock"):
        assert offsite.fail() == "another run copies backups"


@pytest.mark.parametrize(
    "name", ["PGDATABASE", "NOTES_DIRECTORY", "OFFSITE", "ENDPOINT", "BUCKET", "PUBLIC_KEY", "PIECE_BYTES"]
)
def test_a_missing_variable_is_named(offsite, name):
    del offsite.environment[name]
    assert offsite.fail() == f"the environment variable {name} is not set"


def test_missing_credentials_are_named(offsite, tmp_path):
    assert offsite.fail(SECRETS_DIRECTORY=str(tmp_path)).startswith(
        f"cannot read {tmp_path}/offsite/ACCESS_KEY_ID as uid "
    )
