"""The linters on everything that is Python or shell."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from pods import REPOSITORY

FOLDERS = [name for name in ("runtime", "test/runtime", "example") if (REPOSITORY / name).is_dir()]


@pytest.mark.parametrize("command", [("check",), ("format", "--check")], ids=" ".join)
def test_ruff_finds_nothing(command):
    arguments = [sys.executable, "-m", "ruff", *command, "--no-cache", *FOLDERS]
    result = subprocess.run(arguments, cwd=REPOSITORY, check=False, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr


def test_shellcheck_finds_nothing():
    scripts = sorted((REPOSITORY / "runtime").glob("*.sh"))
    shellcheck = Path(sys.executable).with_name("shellcheck")
    result = subprocess.run(
        [shellcheck, "--external-sources", "--source-path=SCRIPTDIR", *scripts],
        check=False,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("path", sorted((REPOSITORY / "runtime").glob("*.py")), ids=lambda path: path.name)
def test_the_runtime_can_be_read_by_python_3_8(path):
    ast.parse(path.read_text(), feature_version=(3, 8))


@pytest.mark.parametrize("path", sorted((REPOSITORY / "runtime").glob("*.*")), ids=lambda path: path.name)
def test_a_file_of_the_runtime_is_short_and_shadows_no_module_of_python(path):
    assert len(path.read_text().splitlines()) < 120
    assert path.stem not in sys.stdlib_module_names
