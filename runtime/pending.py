"""Before the migration: is a file missing, what is pending, what does it risk, and is there anything to back up?"""

from __future__ import annotations

import argparse
from pathlib import Path

from django.db import connection

import model_changes
import project
import risks

TABLES = "select exists (select from pg_tables where schemaname not in ('pg_catalog', 'information_schema'))"


def main() -> None:
    """Check the model changes, print what is pending, and write the marker that asks for a backup."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wait", type=int, required=True, metavar="SECONDS", help="for the database")
    parser.add_argument("--marker", type=Path, required=True, help="file that is there when a backup is due")
    model_changes.add_argument(parser)
    risks.add_argument(parser)
    arguments = parser.parse_args()

    project.setup()
    project.wait_for_database(arguments.wait)
    model_changes.check(arguments)
    if mark(arguments.marker, project.pending()):
        risks.check(arguments)


def mark(marker: Path, names: list[str]) -> bool:
    """Print the pending migrations, and write them to `marker` if the database holds tables that they could harm."""
    if marker.exists():
        marker.unlink()
    if not names:
        print("nothing to migrate")
        return False
    print(f"{len(names)} pending:", *names, sep="\n  ")
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        (has_tables,) = cursor.fetchone()
    if has_tables:
        marker.write_text("".join(f"{name}\n" for name in names))
        print(f"a backup comes first: {marker} asks for it")
    else:
        print("the database holds no tables yet: there is nothing to back up")
    return has_tables


if __name__ == "__main__":
    main()
