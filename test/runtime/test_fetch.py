"""fetch.sh: a copy comes back from a real S3 server, decrypted, as the backup that it was."""

from __future__ import annotations

import pytest

from backups import ROWS
from buckets import BUCKET, READER, WRITER, Account
from page import PREFIX


@pytest.fixture
def made(backup, offsite, fetch):
    """Two backups of a real database, of which the bucket has copies."""
    offsite.environment["PGDATABASE"] = fetch.environment["PGDATABASE"] = backup.database
    both = [backup.succeed(), backup.succeed()]
    offsite.environment["PIECE_BYTES"] = "50000"
    offsite.succeed()
    return both


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def piece(made, number):
    return f"{PREFIX}/{made.name}/{made.name}.tar.gpg.{number:04}"


def damage(bucket, name):
    before = bucket.get(name)
    bucket.put(name, bytes([before[0] ^ 1]) + before[1:])


@pytest.mark.usefixtures("made")
class TestComesBack:
    def test_the_newest_as_it_was(self, fetch, made):
        said = fetch.succeed()
        assert said["backup"] == made[1].name
        assert said["bytes"] > (made[1] / "database.dump").stat().st_size > 2 * 50_000
        assert [path.name for path in fetch.fetched.iterdir()] == [made[1].name]
        assert content(fetch.fetched / made[1].name) == content(made[1])

    def test_the_newest_before_a_time(self, fetch, made):
        assert fetch.succeed(made[0].name.split("-")[-1])["backup"] == made[0].name
        too_early = f"there is no backup of {fetch.environment['PGDATABASE']} before 20200101T000000Z: the oldest is "
        assert fetch.fail("20200101T000000Z") == too_early + made[0].name

    def test_the_newest_that_came_to_its_end(self, fetch, made):
        fetch.offsite.bucket.delete(f"{PREFIX}/{made[1].name}/MD5SUMS")
        assert fetch.succeed()["backup"] == made[0].name

    def test_to_a_pod_that_has_only_the_key_that_decrypts(self, fetch, made, key, tmp_path):
        assert len(key.subkeys) < len(key.private)
        (tmp_path / "subkeys").write_text(key.subkeys)
        fetch.environment["PRIVATE_KEY"] = str(tmp_path / "subkeys")
        assert fetch.succeed()["backup"] == made[1].name

    def test_to_somebody_with_a_keyring(self, fetch, made, key):
        fetch.as_person(key)
        fetch.succeed()
        assert content(fetch.fetched / made[1].name) == content(made[1])

    def test_and_is_rehearsed(self, fetch, drill):
        fetch.succeed()
        drill.environment.update(BACKUP_DIRECTORY=str(fetch.fetched), SOURCE="off-site")
        said = drill.succeed()
        assert (said["source"], said["rows"]) == ("off-site", ROWS)


class TestIsDamaged:
    @pytest.mark.parametrize("number", [0, 1])
    def test_in_a_piece(self, fetch, made, number):
        damage(fetch.offsite.bucket, piece(made[1], number))
        name = piece(made[1], number).split("/")[-1]
        assert fetch.fail() == f"{made[1].name} is damaged in the bucket: MD5SUMS does not hold for {name}"

    def test_by_somebody_who_may_put(self, fetch, made):
        sums = f"{PREFIX}/{made[1].name}/MD5SUMS"
        fetch.offsite.bucket.put(sums, b"d41d8cd98f00b204e9800998ecf8427e  ../../../etc/passwd\n")
        assert fetch.fail() == f"{made[1].name} is damaged in the bucket: MD5SUMS names ../../../etc/passwd"

    def test_at_its_end(self, fetch, made):
        sums = f"{PREFIX}/{made[1].name}/MD5SUMS"
        fetch.offsite.bucket.put(sums, fetch.offsite.bucket.get(sums).splitlines(keepends=True)[0])
        assert fetch.fail().startswith(f"decrypting {made[1].name} failed: ")


@pytest.mark.usefixtures("made")
class TestSays:
    def test_everything_that_is_missing_at_once(self, fetch, key, tmp_path):
        fetch.as_person(key)
        (tmp_path / "empty").mkdir(mode=0o700)
        for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY"):
            del fetch.environment[f"RCLONE_CONFIG_OFFSITE_{name}"]
        path = fetch.environment["PATH"].split(":")
        reason = fetch.fail(GNUPGHOME=str(tmp_path / "empty"), PATH=":".join(path[:1] + path[2:]))
        assert reason.split("; ") == [
            "rclone cannot be run: install it",
            f"the private key of offsite.publicKey, {key.fingerprint}, is not in the keyring",
            "who may read the bucket is not said: set "
            "RCLONE_CONFIG_OFFSITE_ACCESS_KEY_ID and RCLONE_CONFIG_OFFSITE_SECRET_ACCESS_KEY",
        ]

    def test_a_missing_key_and_what_is_wrong_with_the_bucket_at_once(self, fetch, key, tmp_path):
        fetch.as_person(key)
        (tmp_path / "empty").mkdir(mode=0o700)
        place = f"at {fetch.offsite.bucket.endpoint} in {BUCKET}/{PREFIX}"
        assert fetch.fail(GNUPGHOME=str(tmp_path / "empty"), PGDATABASE="other").split("; ") == [
            f"the private key of offsite.publicKey, {key.fingerprint}, is not in the keyring",
            f"there is no backup of other that is whole {place}",
        ]

    @pytest.mark.parametrize(
        ("account", "reason"),
        [(Account(READER.name, "wrong"), "SignatureDoesNotMatch"), (WRITER, "Forbidden")],
    )
    def test_who_may_not_read(self, fetch, key, tmp_path, account, reason):
        fetch.secrets = tmp_path / "others" / "offsite"
        fetch.log_in(account, key.private)
        said = fetch.fail(SECRETS_DIRECTORY=str(tmp_path / "others"))
        assert reason in said
        assert account.secret not in said

    def test_that_a_key_is_none(self, fetch, tmp_path):
        (tmp_path / "none").write_text("no key")
        said = fetch.fail(PRIVATE_KEY=str(tmp_path / "none"))
        assert "the private key cannot be read: gpg: no valid OpenPGP data found" in said

    def test_that_there_is_no_bucket(self, fetch):
        assert fetch.fail(BUCKET="absent") == f"there is no bucket absent at {fetch.environment['ENDPOINT']}"

    @pytest.mark.parametrize("name", ["PGDATABASE", "BACKUP_DIRECTORY", "PUBLIC_KEY", "ENDPOINT", "PREFIX"])
    def test_a_missing_variable(self, fetch, name):
        del fetch.environment[name]
        assert fetch.fail() == f"the environment variable {name} is not set"
