"""Hold a web pod back until its image's migrations are applied, and for good if its models lack one."""

from __future__ import annotations

import argparse

from django.db import Error, connection

import model_changes
import pooled
import project

NAMES_SHOWN = 3


def main() -> None:
    """Wait for the database and for its migrations, both on one clock."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wait", type=int, required=True, metavar="SECONDS", help="for the migrations")
    model_changes.add_argument(parser)
    arguments = parser.parse_args()

    project.setup()
    pooled.check()
    project.wait(arguments.wait, "the migrations of this image", unapplied, hint="; see the logs of the migrate Job")
    model_changes.check(arguments)
    print("migrated")


def unapplied() -> str | None:
    """What is missing in the database, or why it cannot be asked."""
    try:
        names = project.pending()
    except Error as error:
        return project.one_line(error)
    finally:
        connection.close()
    more = ", ..." if len(names) > NAMES_SHOWN else ""
    return f"{len(names)} unapplied: {', '.join(names[:NAMES_SHOWN])}{more}" if names else None


if __name__ == "__main__":
    main()
