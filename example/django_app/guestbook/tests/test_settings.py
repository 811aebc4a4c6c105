import os
import runpy
from unittest import mock

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.test import SimpleTestCase

POSTGRES = {
    "POSTGRES_HOST": "db",
    "POSTGRES_DB": "app",
    "POSTGRES_USER": "ada",
    "POSTGRES_PASSWORD": "secret",
}


def load(**environment):
    """The settings as they would be in a process with exactly this environment."""
    with mock.patch.dict(os.environ, environment, clear=True):
        return runpy.run_path(str(settings.BASE_DIR / "main_app" / "settings.py"))


class SettingsTest(SimpleTestCase):
    def test_debug_needs_nothing(self):
        loaded = load(DJANGO_DEBUG="true")
        self.assertTrue(loaded["DEBUG"])
        self.assertFalse(loaded["CSRF_COOKIE_SECURE"])
        self.assertEqual(loaded["DATABASES"]["default"]["ENGINE"], "django.db.backends.sqlite3")

    def test_production_needs_a_secret_key(self):
        for environment in ({}, {"DJANGO_SECRET_KEY": ""}, {"DJANGO_DEBUG": "false"}):
            with self.subTest(environment), self.assertRaisesMessage(ImproperlyConfigured, "DJANGO_SECRET_KEY"):
                load(**environment)

    def test_other_keys_are_accepted(self):
        self.assertEqual(
            load(DJANGO_DEBUG="true", DJANGO_SECRET_KEY_FALLBACKS="new\nold\n")["SECRET_KEY_FALLBACKS"], ["new", "old"]
        )
        for environment in ({}, {"DJANGO_SECRET_KEY_FALLBACKS": ""}):
            self.assertEqual(load(DJANGO_DEBUG="true", **environment)["SECRET_KEY_FALLBACKS"], [])

    def test_production_is_the_default(self):
        loaded = load(DJANGO_SECRET_KEY="k")
        self.assertFalse(loaded["DEBUG"])
        self.assertTrue(loaded["CSRF_COOKIE_SECURE"])
        self.assertTrue(loaded["SESSION_COOKIE_SECURE"])
        self.assertEqual(loaded["ALLOWED_HOSTS"], [])

    def test_lists(self):
        loaded = load(
            DJANGO_DEBUG="true",
            DJANGO_ALLOWED_HOSTS="a.example, b.example,",
            DJANGO_CSRF_TRUSTED_ORIGINS="https://a.example",
        )
        self.assertEqual(loaded["ALLOWED_HOSTS"], ["a.example", "b.example"])
        self.assertEqual(loaded["CSRF_TRUSTED_ORIGINS"], ["https://a.example"])

    def test_postgres(self):
        database = load(DJANGO_DEBUG="true", **POSTGRES)["DATABASES"]["default"]
        self.assertEqual(database["ENGINE"], "django.db.backends.postgresql")
        self.assertEqual((database["HOST"], database["PORT"]), ("db", "5432"))
        self.assertEqual((database["CONN_MAX_AGE"], database["CONN_HEALTH_CHECKS"]), (60, True))

    def test_a_pool_in_place_of_connections_that_stay_open(self):
        database = load(DJANGO_DEBUG="true", POSTGRES_POOL_SIZE="3", **POSTGRES)["DATABASES"]["default"]
        self.assertEqual(database["CONN_MAX_AGE"], 0)
        self.assertEqual(database["OPTIONS"]["pool"]["max_size"], 3)
        self.assertNotIn("pool", load(DJANGO_DEBUG="true", **POSTGRES)["DATABASES"]["default"]["OPTIONS"])

    def test_postgres_needs_all_its_names(self):
        for name in POSTGRES.keys() - {"POSTGRES_HOST"}:
            with self.subTest(name), self.assertRaisesMessage(ImproperlyConfigured, name):
                load(DJANGO_DEBUG="true", **{key: value for key, value in POSTGRES.items() if key != name})
