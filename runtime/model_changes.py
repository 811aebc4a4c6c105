"""Changes of the project's own models that no migration file has: the image's code and its database would disagree."""

from __future__ import annotations

import argparse
import io
from pathlib import Path

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.management import CommandError, call_command


def add_argument(parser: argparse.ArgumentParser) -> None:
    """Let a program take what such a change leads to."""
    parser.add_argument("--missing-migrations", choices=("fail", "warn"), required=True)


def check(arguments: argparse.Namespace) -> None:
    """Say which of the project's own models changed without a migration file, and stop if that is to fail."""
    changes = wanted()
    if not changes:
        return
    message = (
        f"model changes without a migration file:\n{changes}\n"
        "run `python3 manage.py makemigrations`, commit the new file and build the image again"
    )
    if arguments.missing_migrations == "fail":
        raise SystemExit(f"{message}; or set migrate.missingMigrations: warn to go on without it")
    print(f"warning: {message}")


def wanted() -> str:
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
