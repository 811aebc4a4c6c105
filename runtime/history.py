"""The migrations that were applied since a time, by the rows of django_migrations, each with its verdict."""

from __future__ import annotations

from datetime import datetime
from typing import Dict, Tuple

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState

import ways
from tables import Tables, bare
from verdicts import Verdict

Found = Dict[Tuple[str, str], Verdict]

ROWS = """
    select app, name, to_char(applied at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), applied > %s
    from django_migrations order by applied desc, id desc"""

NO_FILE = "its file is not in this image, so nobody can tell what it does; safe: the image that it came with"
IN_PART = "it replaces others, and some were applied before, but it goes back as a whole; safe: the backup before it"
NEEDED = "{} needs it, and was applied before that time; safe: take that one back by hand"


def since(executor: MigrationExecutor, moment: datetime) -> Found:
    """Newest first; one that replaces others stands for their rows, and its own row tells nothing."""
    if not executor.recorder.has_table():
        return {}
    with connection.cursor() as cursor:
        cursor.execute(ROWS, [moment])
        rows = cursor.fetchall()
    nodes, replacements = executor.loader.graph.nodes, executor.loader.replacements
    stands_for = {part: key for key, migration in replacements.items() for part in migration.replaces}
    times: dict[tuple[str, str], list[tuple[str, bool]]] = {}
    for app, name, at, is_since in rows:
        key = (app, name)
        if key in replacements:
            continue
        while key not in nodes and key in stands_for:
            key = stands_for[key]
        times.setdefault(key, []).append((at, is_since))
    found = {}
    for key, parts in times.items():
        if any(is_since for _, is_since in parts):
            found[key] = Verdict(".".join(key), parts[0][0])
            if not all(is_since for _, is_since in parts):
                found[key].one_way.append(IN_PART)
    return found


def judge(moment: datetime) -> Found:
    """A verdict for each migration that was applied since, the newest first."""
    executor = MigrationExecutor(connection)
    graph, applied = executor.loader.graph, executor.loader.applied_migrations
    found = since(executor, moment)
    later = {other for key in found if key in graph.nodes for other in graph.backwards_plan(key)}
    for key, verdict in found.items():
        if key not in graph.nodes:
            verdict.one_way.append(NO_FILE)
            continue
        needing = [other for other in graph.backwards_plan(key) if other in applied and other not in found]
        verdict.one_way += [NEEDED.format(".".join(other)) for other in needing]

    before, state = (ProjectState(real_apps=executor.loader.unmigrated_apps) for _ in range(2))
    steps = []
    for migration, _ in executor.migration_plan(graph.leaf_nodes(), clean_start=True):
        key = (migration.app_label, migration.name)
        if key in found:
            steps += [(found[key], step) for step in ways.steps_of(migration, state)]
        elif key in applied:
            migration.mutate_state(state, preserve=False)
            if key not in later:
                migration.mutate_state(before, preserve=False)
    there, back = Tables(of_models(before)), Tables()
    for verdict, step in steps:
        verdict.judge(step, there)
    for verdict, step in reversed(steps):
        verdict.judge_way_back(step, back)
    return found


def of_models(state: ProjectState) -> set[tuple[str, str]]:
    """The tables of all models, and their columns."""
    models = state.apps.get_models(include_auto_created=True, include_swapped=True)
    names = {(model._meta.db_table, field.column or "") for model in models for field in model._meta.local_fields}
    return {(bare(table), bare(column)) for table, one in names for column in (one, "")}
