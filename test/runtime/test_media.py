"""backup.sh: the uploaded files beside the dump."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path

import pytest

from backups import SCRIPT, reason
from media import ODD, checked, files, inode
from pods import finish
from servers import PASSWORD


def test_every_file_is_in_it_with_its_sum_and_its_time(media):
    media.write("2026/11/a.jpg", "one")
    media.write("b.pdf", "three")
    (media.folder / "empty").mkdir()
    made, said = media.back_up()
    assert files(made / "media") == files(media.folder)
    assert (made / "media/b.pdf").stat().st_mtime_ns == (media.folder / "b.pdf").stat().st_mtime_ns
    amount = {"files": 2, "bytes": 8}
    assert (said["media"], said["left_out"]) == (amount, 0)
    assert json.loads((made / "manifest.json").read_text())["media"] == amount
    checked(made)


def test_a_backup_without_the_volume_says_nothing_of_it(media):
    media.write("a")
    made, said = media.back_up(MEDIA_DIRECTORY="")
    assert "media" not in {**said, **json.loads((made / "manifest.json").read_text())}
    assert not (made / "media").exists()


def test_an_empty_volume_is_backed_up_as_such(media):
    made, said = media.back_up()
    assert said["media"] == {"files": 0, "bytes": 0}
    assert (made / "media").is_dir()
    assert media.back_up()[1]["media"] == {"files": 0, "bytes": 0}


def test_what_has_not_changed_is_one_file_with_that_of_the_backup_before_and_what_has_is_another(media):
    names = ["same", "content", "time", "d/gone", "size"]
    for name in names:
        media.write(name, "old")
    first, _ = media.back_up()
    before = files(first)
    media.write("content", "new")
    media.write("size", "longer")
    os.utime(media.folder / "time")
    shutil.rmtree(media.folder / "d")
    media.write("d", "now a file")
    media.write("new/one")
    second, _ = media.back_up()
    assert files(second / "media") == files(media.folder)
    linked = [
        name
        for name in ("same", "content", "time", "size")
        if inode(first / "media" / name) == inode(second / "media" / name)
    ]
    assert linked == ["same"]
    assert files(first) == before, "nothing is written through a link"
    checked(second)
    assert inode(media.back_up()[0] / "media/content") == inode(second / "media/content")


def test_what_has_not_changed_is_not_read_again(media):
    path = media.write("a", "old")
    first, _ = media.back_up()
    media.write("b")
    line = next(line for line in (first / "SHA256SUMS").read_text().splitlines() if line.endswith("  media/a"))
    time = path.stat().st_mtime_ns
    for changed in (first / "media/a", path):
        changed.write_text("odd")
        os.utime(changed, ns=(time, time))
    second, _ = media.back_up()
    assert line in (second / "SHA256SUMS").read_text().splitlines()
    # Unless somebody asks for it.
    third, _ = media.back_up(ANEW="yes")
    assert inode(third / "media/a") != inode(second / "media/a")
    checked(third)


def test_a_backup_before_a_migration_comes_between_and_is_passed_over(media):
    media.write("a")
    first, _ = media.back_up()
    media.without()
    second, _ = media.back_up()
    assert inode(first / "media/a") == inode(second / "media/a")


def test_backups_before_migrations_do_not_take_the_places_of_those_with_files(media):
    media.write("a")
    media.backup.environment |= {"KEEP_DAILY": "1", "KEEP_WEEKLY": "0", "KEEP_MONTHLY": "0"}
    made, _ = media.back_up()
    media.backup.older(*[f"2099010{day}T0{hour}0000Z" for day in (1, 2) for hour in range(8)])
    media.without()
    assert made.exists()
    assert len(media.backup.times()) == 10 + 1 + 1


@pytest.mark.parametrize("name", ODD, ids=repr)
def test_a_file_may_have_any_name(media, name):
    media.write(name)
    media.write(b"folder" + name + b"/" + name.replace(b"/", b""))
    for _ in range(2):
        made, _ = media.back_up()
        assert files(made / "media") == files(media.folder)
        checked(made)
    assert all(path.stat().st_nlink == 2 for path in (made / "media").rglob("*") if path.is_file())


def test_links_and_what_is_no_file_are_left_out_and_named(media, tmp_path):
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret/key").write_text("secret")
    media.write("a")
    (media.folder / "out").symlink_to(tmp_path / "secret")
    (media.folder / "in").symlink_to("a")
    os.mkfifo(media.folder / "pi pe")
    result = media.backup.run()
    assert result.returncode == 0, result.stderr
    made = media.backup.dumps / json.loads(result.stdout.splitlines()[-1])["backup"]
    left = [
        line.partition(": ")[2]
        for line in result.stdout.splitlines()
        if line.startswith("left out, as it is no file: ")
    ]
    assert sorted(left) == ["'in'", "'out'", "'pi pe'"]
    assert json.loads(result.stdout.splitlines()[-1])["left_out"] == 3
    assert files(made / "media") == {b"a": b"uploaded"}
    assert not [path for path in (made / "media").rglob("*") if path.is_symlink()]


def test_what_a_file_system_keeps_for_itself_is_no_upload(media):
    media.write("lost+found/x")
    media.write("folder/lost+found/x")
    assert files(media.back_up()[0] / "media") == {b"folder/lost+found/x": b"uploaded"}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_all_that_it_cannot_read_is_named_and_nothing_is_left(media):
    folder = Path(tempfile.mkdtemp())
    try:
        for name in ("media/fine", "media/a b", "media/closed/x", "backup/none", "postgres/POSTGRES_PASSWORD"):
            media.write(name, PASSWORD, folder)
        for path in (folder, *folder.rglob("*")):
            os.chown(path, 54321, 54321)
        for name in ("media/a b", "media/closed"):
            (folder / name).chmod(0)
        places = {
            "BACKUP_DIRECTORY": folder / "backup",
            "MEDIA_DIRECTORY": folder / "media",
            "SECRETS_DIRECTORY": folder,
        }
        environment = {**media.backup.environment, **{name: str(place) for name, place in places.items()}}
        account = {"user": 54321, "group": 54321, "extra_groups": []}
        command = ["bash", SCRIPT]
        result = subprocess.run(
            command, env=environment, cwd="/", check=False, capture_output=True, text=True, **account
        )
        named = reason(result).partition("as uid 54321: ")[2].split(", ")
        assert sorted(named) == ["'a b'", "'closed'"]
        assert sorted(path.name for path in (folder / "backup").iterdir()) == [".lock", "none"]
    finally:
        shutil.rmtree(folder)


def test_a_volume_that_is_not_there_is_named(media):
    assert media.backup.fail(MEDIA_DIRECTORY="/no/media").startswith("cannot read the directory /no/media as uid ")


def test_files_that_come_go_and_grow_meanwhile_fail_nothing_and_none_is_torn(media):
    end = threading.Event()
    steady = {f"steady/{number}".encode(): b"x" * 1000 for number in range(300)}
    for name, content in steady.items():
        media.write(name, content.decode())

    def upload() -> None:
        number = 0
        while not end.is_set():
            number += 1
            with media.write(f"coming/{number % 7}/{number % 50}", "a" * 50_000).open("a") as file:
                file.write("b" * 50_000)
            shutil.rmtree(media.folder / f"coming/{(number + 3) % 7}", ignore_errors=True)

    uploader = threading.Thread(target=upload)
    uploader.start()
    try:
        made, said = media.back_up()
    finally:
        end.set()
        uploader.join()
    found = files(made / "media")
    assert steady.items() <= found.items()
    assert said["media"]["files"] == len(found)
    checked(made)


def test_a_file_that_grows_while_it_is_copied_is_copied_again_when_it_is_whole(media):
    path = media.write("video", "half")
    once = media.backup.folder / "once"
    media.backup.replace("cp", f'/bin/cp "$@"; [[ -e {once} ]] || echo whole >>{path}; touch {once}')
    made, said = media.back_up()
    assert (made / "media/video").read_text() == "halfwhole\n"
    assert said["left_out"] == 0
    checked(made)


def test_a_file_that_never_rests_is_left_out_and_named(media):
    path = media.write("log")
    media.write("b")
    media.backup.replace("cp", f'/bin/cp "$@"; echo more >>{path}')
    media.backup.replace("sleep", "exec /bin/sleep 0")
    result = finish(media.backup.start())
    assert result.returncode == 0, result.stderr
    assert "left out, as it changes whenever it is copied: 'log'" in result.stdout
    said = json.loads(result.stdout.splitlines()[-1])
    assert (said["media"]["files"], said["left_out"]) == (1, 1)


def test_without_hard_links_every_file_is_copied(media):
    media.write("a")
    first, _ = media.back_up()
    media.backup.replace(
        "cp", '[[ $* != *--link* ]] || { echo "cp: cannot create hard link: nope" >&2; exit 1; }; exec /bin/cp "$@"'
    )
    result = media.backup.run()
    made = media.backup.dumps / json.loads(result.stdout.splitlines()[-1])["backup"]
    assert inode(made / "media/a") != inode(first / "media/a")
    assert "cannot link to files of" in result.stdout
    checked(made)


def test_sums_that_the_backup_before_has_lost_are_made_again(media):
    media.write("a")
    media.write("b")
    first, _ = media.back_up()
    sums = [line for line in (first / "SHA256SUMS").read_text().splitlines(keepends=True) if "media/a" not in line]
    (first / "SHA256SUMS").write_text("".join(sums))
    checked(media.back_up()[0])
