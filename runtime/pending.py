"""Before the migration: is a migration file missing, what is pending, and is there anything to back up first?"""

from __future__ import annotations

import argparse
import io
from pathlib import Path

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

import project

TABLES = "select exists (select from pg_tables where schemaname not in ('pg_catalog', 'information_schema'))"


def main() -> None:
    """Check the model changes, print what is pending, and write the marker that asks for a backup."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wait", type=int, required=True, metavar="SECONDS", help="for the database")
    parser.add_argument("--marker", type=Path, required=True, help="file that is there when a backup is due")
    parser.add_argument("--missing-migrations", choices=("fail", "warn"), required=True)
    arguments = parser.parse_args()

    project.setup()
    project.wait_for_database(arguments.wait)
    check_model_changes(fail=arguments.missing_migrations == "fail")
    mark(arguments.marker, project.pending())


def check_model_changes(fail: bool) -> None:
    """Say which of the project's own models changed without a migration file, and stop if `fail`."""
    changes = model_changes()
    if not changes:
        return
    message = (
        f"model changes without a migration file:\n{changes}\n"
        "run `python3 manage.py makemigrations`, commit the new file and build the image again"
    )
    if fail:
        raise SystemExit(f"{message}; or set migrate.missingMigrations: warn to go on without it")
    print(f"warning: {message}")


def model_changes() -> str:
    """What `makemigrations` would write for the project's own apps."""
    labels = [config.label for config in apps.get_app_configs() if is_own(config)]
    output = io.StringIO()
    if labels:  # without a label it would check every app
        try:
            call_command("makemigrations", "--check", "--dry-run", "--noinput", *labels, stdout=output, stderr=output)
        except SystemExit:
            return output.getvalue().strip()
        except CommandError as error:
            raise SystemExit(f"makemigrations: {error}") from None
    return ""


def is_own(config: AppConfig) -> bool:
    """Whether the app's code lies in the project's folder, not installed, with its migrations not turned off."""
    home, path = Path.cwd(), Path(config.path).resolve()
    if home not in path.parents or settings.MIGRATION_MODULES.get(config.label, "") is None:
        return False
    return not {"site-packages", "dist-packages"} & set(path.relative_to(home).parts)


def mark(marker: Path, names: list[str]) -> None:
    """Print the pending migrations, and write them to `marker` if the database holds tables that they could harm."""
    if marker.exists():
        marker.unlink()
    if not names:
        print("nothing to migrate")
        return
    print(f"{len(names)} pending:", *names, sep="\n  ")
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        (has_tables,) = cursor.fetchone()
    if has_tables:
        marker.write_text("".join(f"{name}\n" for name in names))
        print(f"a backup comes first: {marker} asks for it")
    else:
        print("the database holds no tables yet: there is nothing to back up")


if __name__ == "__main__":
    main()
