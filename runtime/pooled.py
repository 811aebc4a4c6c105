"""Behind a pooler each transaction may have another connection: refuse a project that counts on a session."""

from __future__ import annotations

import os

from django.db import connections

OFF = "POSTGRES_DISABLE_SERVER_SIDE_CURSORS"
# The pooler refuses the first of them, and the others would be there for whoever has the connection next, or gone.
OF_A_SESSION = {
    "options": "PgBouncer refuses it: ALTER ROLE ... SET, or a setting of the transaction, does the same",
    "assume_role": "the login of the application has its role already: leave it out",
    "prepare_threshold": "a prepared statement belongs to a session: leave it out, Django then prepares none",
}


def check() -> None:
    """Stop with a line for each setting that cannot work, where the stack has a pooler."""
    if os.environ.get(OFF) != "true":
        return
    problems = [problem for alias in connections if behind(alias) for problem in problems_of(alias)]
    if problems:
        raise SystemExit("\n".join(problems))


def behind(alias: str) -> bool:
    """Whether that database is the one that the pooler is in front of."""
    return connections[alias].settings_dict["HOST"] == os.environ.get("POSTGRES_HOST")


def problems_of(alias: str) -> list[str]:
    """What is wrong with the settings of one database."""
    settings, place = connections[alias].settings_dict, f"settings.DATABASES[{alias!r}]"
    found = []
    if not settings.get("DISABLE_SERVER_SIDE_CURSORS"):
        found.append(
            f"{place} uses server-side cursors, which need a session: with postgres.pooler it must have "
            f'"DISABLE_SERVER_SIDE_CURSORS": os.environ.get("{OFF}") == "true"; see docs/how-to/pool.md'
        )
    for name, reason in OF_A_SESSION.items():
        if settings["OPTIONS"].get(name) is not None:
            found.append(f"{place}['OPTIONS'][{name!r}] cannot work with postgres.pooler: {reason}")
    if "PGOPTIONS" in os.environ:
        found.append(f"the variable PGOPTIONS cannot work with postgres.pooler: {OF_A_SESSION['options']}")
    return found
