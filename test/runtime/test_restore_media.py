"""restore-media.sh: what is missing comes back, and what is there stays."""

from __future__ import annotations

import os
import stat
import subprocess
import time

import pytest

from backups import reason
from media import ODD, SCRIPT, files
from pods import finish, kill, start_program
from restores import event


def test_files_that_are_missing_come_back_with_their_times_and_can_be_read_and_written(media):
    media.write("2026/11/a.jpg", "one")
    media.write("b", "two")
    expected = files(media.folder)
    made, _ = media.back_up()
    before = (media.folder / "2026/11/a.jpg").stat().st_mtime_ns
    (media.folder / "2026/11/a.jpg").unlink()
    (media.folder / "2026/11").rmdir()
    said, differing = media.restored()
    assert (said["from"], said["files"], said["differing"], differing) == (made.name, 1, 0, [])
    assert files(media.folder) == expected
    back = (media.folder / "2026/11/a.jpg").stat()
    assert (back.st_mtime_ns, stat.S_IMODE(back.st_mode), back.st_nlink) == (before, 0o644, 1)
    assert stat.S_IMODE((media.folder / "2026/11").stat().st_mode) == 0o755
    assert sorted(path.name for path in media.folder.iterdir()) == ["2026", "b"]
    # The next backup has it in common with the one before.
    assert media.back_up()[0].joinpath("media/2026/11/a.jpg").stat().st_nlink == 2


def test_what_differs_is_named_and_stays_and_nothing_goes(media):
    names = ["content", "size", "time", "folder", "fifo", "link", "parent/x"]
    for name in names:
        media.write(name, "old")
    media.back_up()
    media.write("content", "new")
    media.write("size", "longer")
    os.utime(media.folder / "time", (1, 1))
    media.write("since", "since")
    for name in ("folder", "fifo", "link", "parent/x"):
        (media.folder / name).unlink()
    (media.folder / "folder").mkdir()
    os.mkfifo(media.folder / "fifo")
    (media.folder / "link").symlink_to("time")
    (media.folder / "parent").rmdir()
    media.write("parent", "a file by now")
    before = {path: (path.lstat().st_ino, path.lstat().st_mtime_ns) for path in media.folder.rglob("*")}
    said, differing = media.restored()
    assert sorted(differing) == [f"'{name}'" for name in sorted(set(names) - {"time"})]
    assert (said["files"], said["differing"]) == (0, 6)
    assert {path: (path.lstat().st_ino, path.lstat().st_mtime_ns) for path in media.folder.rglob("*")} == before


def test_no_link_leads_it_out_of_the_volume(media, tmp_path):
    media.write("d/a")
    media.back_up()
    (media.folder / "d/a").unlink()
    (media.folder / "d").rmdir()
    (tmp_path / "outside").mkdir()
    (media.folder / "d").symlink_to(tmp_path / "outside")
    said, differing = media.restored()
    assert (said["files"], differing) == (0, ["'d/a'"])
    assert list((tmp_path / "outside").iterdir()) == []


def test_names_may_be_any(media):
    for name in ODD:
        media.write(name)
        media.write(b"folder" + name + b"/x")
    expected = files(media.folder)
    media.back_up()
    subprocess.run(["find", media.folder, "-mindepth", "1", "-delete"], check=True)
    assert media.restored()[0]["files"] == len(expected)
    assert files(media.folder) == expected


def test_it_takes_the_newest_that_has_files_or_the_newest_that_is_not_younger(media):
    path = media.write("a", "old")
    first, _ = media.back_up()
    path.unlink()
    media.back_up()
    media.without()
    assert media.restored()[0]["files"] == 0
    later = media.backup.dumps / f"{media.backup.database}-29991231T235959Z"
    (later / "media").mkdir(parents=True)
    assert media.restored(first.name.rpartition("-")[2])[0]["from"] == first.name
    assert path.read_text() == "old"
    assert media.not_restored("20200101T000000Z").startswith(
        f"there is no backup of {media.backup.database} before 2020"
    )


def test_without_any_backup_of_files_it_says_so(media):
    media.without()
    said = media.not_restored()
    assert (
        said
        == f"there is no backup of {media.backup.database} that has uploaded files; those before a migration have none"
    )


@pytest.mark.parametrize("name", ["a", "back\\slash\nline"])
def test_damaged_files_do_not_come_back_are_named_and_hold_up_no_others(media, name):
    for one in (name, "b", "c"):
        media.write(one, f"content of {one}")
    made, _ = media.back_up()
    (made / "media" / name).write_text("odd")
    (made / "media/c").write_text("odd")
    for one in (name, "b"):
        (media.folder / one).unlink()
    said = media.not_restored()
    assert said.startswith(f"{made.name} is damaged: SHA256SUMS does not hold for ")
    assert said.endswith("; all other missing files are back")
    assert "'c'" not in said, "it is there, so nobody needs it"
    assert files(media.folder) == {b"b": b"content of b", b"c": b"content of c"}


def test_killed_at_any_moment_each_file_is_whole_or_not_there_and_the_next_run_ends_it(media, tmp_path):
    media.backup.environment["TMPDIR"] = str(tmp_path)  # where killed ones leave what is theirs
    content = {f"{number % 9}/{number}".encode(): b"x" * 20_000 for number in range(300)}
    for name, text in content.items():
        media.write(name, text.decode())
    media.back_up()
    empty = ["find", media.folder, "-mindepth", "1", "-delete"]
    subprocess.run(empty, check=True)
    begin = time.monotonic()
    media.restored()
    duration = time.monotonic() - begin
    killed = 0
    for moment in range(10):
        subprocess.run(empty, check=True)
        process = start_program(SCRIPT, "newest", **media.backup.environment)
        took = kill(process, duration * moment / 10)
        killed += took is None
        duration = min(duration, took or duration)  # the first may have been a slow one
        there = {name: text for name, text in files(media.folder).items() if not name.startswith(b".restoring/")}
        assert there.items() <= content.items()
        # What is on its way is no upload.
        if moment == 5:
            assert media.back_up(KEEP_DAILY="9")[1]["media"]["files"] == len(there)
            media.backup.dumps.joinpath(max(path.name for path in media.backup.dumps.glob("*Z"))).rename(
                media.folder.parent / "x"
            )
        assert media.restored()[0]["files"] == len(content) - len(there)
        assert files(media.folder) == content
    assert killed > 3


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a small disk")
def test_on_a_full_volume_nothing_comes_back_by_half(media):
    media.write("a", "x" * 3_000_000)
    media.back_up()
    (media.folder / "a").unlink()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "small", media.folder], check=True)
    try:
        assert "No space left on device" in media.not_restored()
        assert list(media.folder.iterdir()) == []
    finally:
        subprocess.run(["umount", media.folder], check=True)


def test_an_upload_of_the_same_name_meanwhile_stays(media):
    path = media.write("a", "old")
    media.back_up()
    path.unlink()
    media.backup.replace("mv", f'echo new >{path}; exec /bin/mv "$@"')
    said, differing = media.restored()
    assert (said["files"], differing, path.read_text()) == (0, ["'a'"], "new\n")


def test_a_copy_comes_through_a_pipe(media, tmp_path):
    media.write("a")
    made, _ = media.back_up()
    (media.folder / "a").unlink()
    (tmp_path / "volume").mkdir()
    incoming = tmp_path / "incoming"
    environment = {**media.backup.environment, "BACKUP_DIRECTORY": str(tmp_path / "volume"), "INCOMING": str(incoming)}

    def send(which, *exclude: str) -> subprocess.CompletedProcess:
        process = start_program(SCRIPT, "copy", **environment)
        command = ["tar", "--create", *exclude, "--directory", which.parent, "--", which.name]
        archive = subprocess.run(command, check=True, capture_output=True).stdout
        write = ["bash", "-c", f"until [[ -p {incoming} ]]; do sleep 0.1; done; cat >{incoming}; rm {incoming}"]
        subprocess.run(write, input=archive, timeout=30, check=True)
        return finish(process)

    without = media.without()
    assert "that has uploaded files; those before a migration have none" in reason(send(without), "restore_media")
    assert event(send(made, f"--exclude={made.name}/database.dump"), "restore_media_ok")["files"] == 1
    assert files(media.folder) == {b"a": b"uploaded"}


@pytest.mark.parametrize("name", ["PGDATABASE", "BACKUP_DIRECTORY", "MEDIA_DIRECTORY"])
def test_a_missing_variable_is_named(media, name):
    del media.backup.environment[name]
    assert media.not_restored() == f"the environment variable {name} is not set"
