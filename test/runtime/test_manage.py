"""manage.py: the project's own manage.py in the environment of the web process."""

from __future__ import annotations


def test_arguments_and_environment_reach_the_projects_own_manage_py(bare_pod):
    code = "import os; print(os.environ['SECRET_KEY'], os.environ['DATABASE_URL'][:11], os.getcwd())"
    result = bare_pod.python("manage.py", "shell", "--no-imports", "-c", code)
    assert result.stdout == f"not so secret postgres:// {bare_pod.project}\n"


def test_the_exit_code_is_that_of_the_command(bare_pod):
    result = bare_pod.python("manage.py", "no such command")
    assert result.returncode == 1
    assert "Unknown command: 'no such command'" in result.stderr


def test_a_missing_variable_is_named(bare_pod):
    del bare_pod.environment["DJANGO_DIRECTORY"]
    result = bare_pod.python("manage.py", "check")
    assert result.returncode == 1
    assert result.stderr.startswith("the environment variable DJANGO_DIRECTORY is not set")


def test_a_folder_that_the_image_does_not_have_is_named(bare_pod):
    result = bare_pod.python("manage.py", "check", DJANGO_DIRECTORY="elsewhere")
    assert result.returncode == 1
    assert result.stderr.startswith(f"DJANGO_DIRECTORY is {bare_pod.folder}/elsewhere: No such file or directory")
