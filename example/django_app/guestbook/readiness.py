from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def pending_migrations():
    """Names of the migrations that the database still lacks."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def ping_database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
