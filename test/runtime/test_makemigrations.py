"""makemigrations.py: migrations of sources that the image does not have. It is no file of the pod."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from pods import REPOSITORY, Pod

PROGRAM = (REPOSITORY / "runtime/makemigrations.py").read_text()
MODELS = "shop/models.py"


def call(pod: Pod, *words: str, sent: bytes = b"") -> subprocess.CompletedProcess:
    """Run the program in the pod as `kubectl exec` does."""
    variables = {**pod.environment, "RUNTIME_DIRECTORY": str(pod.runtime), "TMPDIR": str(pod.folder)}
    command = [sys.executable, "-c", PROGRAM, *words]
    return subprocess.run(command, input=sent, env=variables, cwd=pod.folder, check=False, capture_output=True)


def working_tree(pod: Pod, **changed: str) -> bytes:
    """An archive of the project of the image, with files of another text."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as writing:
        for path in sorted(pod.project.rglob("*.py")):
            name = str(path.relative_to(pod.project))
            writing.writestr(name, changed.get(name, path.read_text()))
    return archive.getvalue()


@pytest.fixture
def folder(pod: Pod) -> str:
    """Sources with one field more, in the pod."""
    models = (pod.project / MODELS).read_text()
    sent = working_tree(pod, **{MODELS: f"{models}    mood = models.CharField(max_length=10, default='')\n"})
    return call(pod, "receive", sent=sent).stdout.decode().strip()


def test_what_is_new_is_told_and_the_project_of_the_image_stays(pod, folder):
    before = sorted(pod.project.rglob("*"))
    result = call(pod, "run", folder, "shop", "--name", "mood")
    assert (result.returncode, b"0002_mood" in result.stdout) == (0, True), result.stderr.decode()
    made = json.loads(call(pod, "made", folder).stdout)
    assert list(made) == ["shop/migrations/0002_mood.py"]
    assert "mood" in made["shop/migrations/0002_mood.py"]
    assert sorted(pod.project.rglob("*")) == before


def test_nothing_is_new_where_nothing_has_changed(pod):
    there = call(pod, "receive", sent=working_tree(pod)).stdout.decode().strip()
    assert call(pod, "run", there).returncode == 0
    assert json.loads(call(pod, "made", there).stdout) == {}


def test_a_file_that_django_changed_is_told_too(pod, folder):
    call(pod, "run", folder, "shop", "--name", "mood", "--update")
    assert len(json.loads(call(pod, "made", folder).stdout)) == 1


def test_the_exit_code_is_that_of_django(pod, folder):
    assert call(pod, "run", folder, "--check").returncode == 1


def test_all_of_it_can_be_removed(pod, folder):
    assert os.path.isdir(folder)
    assert call(pod, "remove", folder).returncode == 0
    assert not Path(folder).exists()


def test_what_is_no_archive_is_refused(pod):
    result = call(pod, "receive", sent=b"nothing of the kind")
    assert result.returncode == 1
    assert b"not a zip file" in result.stderr
