from unittest import mock

from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import TestCase, override_settings


class HealthzTest(TestCase):
    def test_asks_no_database(self):
        with self.assertNumQueries(0):
            response = self.client.get("/healthz")
        self.assertEqual((response.status_code, response.text), (200, "ok"))
        self.assertEqual(response.headers["Content-Type"], "text/plain; charset=utf-8")

    @override_settings(ALLOWED_HOSTS=["guestbook.example"])
    def test_answers_plain_http_for_an_allowed_host_only(self):
        self.assertEqual(self.client.get("/healthz", headers={"Host": "guestbook.example"}).status_code, 200)
        with self.assertLogs("django.security.DisallowedHost", "ERROR"):
            self.assertEqual(self.client.get("/healthz", headers={"Host": "10.0.0.7"}).status_code, 400)


class ReadyzTest(TestCase):
    def test_ready(self):
        response = self.client.get("/readyz")
        self.assertEqual((response.status_code, response.text), (200, "ok"))

    def test_database_away(self):
        refused = OperationalError("connection refused by 10.0.0.9")
        with (
            mock.patch("guestbook.readiness.ping_database", side_effect=refused),
            self.assertLogs("guestbook.views", "WARNING"),
            self.assertLogs("django.request", "ERROR"),
        ):
            response = self.client.get("/readyz")
        self.assertEqual((response.status_code, response.text), (503, "The database does not answer."))

    def test_migration_not_applied(self):
        MigrationRecorder(connection).record_unapplied("guestbook", "0001_initial")
        with self.assertLogs("django.request", "ERROR"):
            response = self.client.get("/readyz")
        self.assertEqual(response.status_code, 503)
        self.assertEqual(response.text, "Migrations not applied: guestbook.0001_initial")
