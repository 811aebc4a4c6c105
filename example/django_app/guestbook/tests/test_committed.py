"""What is generated and committed is what would be generated now."""

import json
import tempfile
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.test import SimpleTestCase, TestCase

MANIFEST = "staticfiles.json"


def contents(directory):
    files = {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()}
    if MANIFEST in files:
        # Django writes it in the order in which the file system lists the sources.
        files[MANIFEST] = json.loads(files[MANIFEST])
    return files


class StaticFilesTest(SimpleTestCase):
    def test_are_fresh(self):
        committed = contents(settings.STATIC_ROOT)
        with tempfile.TemporaryDirectory() as directory, self.settings(STATIC_ROOT=directory):
            call_command("collectstatic", interactive=False, verbosity=0)
            collected = contents(Path(directory))
        names = committed.keys() | collected.keys()
        stale = sorted(name for name in names if committed.get(name) != collected.get(name))
        if stale:
            command = "DJANGO_DEBUG=true python3 manage.py collectstatic --clear --no-input"
            self.fail(f"static/ is stale ({', '.join(stale)}); run: {command}")


class MigrationsTest(TestCase):
    def test_are_complete(self):
        output = StringIO()
        try:
            call_command("makemigrations", check=True, dry_run=True, stdout=output)
        except SystemExit:
            self.fail(f"Models have changed; run: python3 manage.py makemigrations\n{output.getvalue()}")
