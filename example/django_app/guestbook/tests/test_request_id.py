import asyncio
import logging

from django.test import AsyncClient, SimpleTestCase

from main_app.request_id import RequestIdFilter


class Lines(logging.Handler):
    """Keeps the ids of the records that come."""

    def __init__(self):
        super().__init__()
        self.ids = []
        self.addFilter(RequestIdFilter())

    def emit(self, record):
        self.ids.append(record.request_id)


class RequestIdTest(SimpleTestCase):
    def setUp(self):
        self.lines = Lines()
        logger = logging.getLogger("django.request")
        logger.addHandler(self.lines)
        self.addCleanup(logger.removeHandler, self.lines)

    def test_is_in_lines_that_are_logged_meanwhile(self):
        self.client.get("/nothing/", headers={"X-Request-ID": "a1b2c3"})
        self.assertEqual(self.lines.ids, ["a1b2c3"])

    def test_is_that_of_each_request(self):
        for value in ("one", "two"):
            self.client.get("/nothing/", headers={"X-Request-ID": value})
        self.client.get("/nothing/")
        self.assertEqual(self.lines.ids, ["one", "two", "-"])

    def test_is_not_that_of_another_request_at_the_same_time(self):
        async def both():
            requests = [AsyncClient().get("/nothing/", headers={"X-Request-ID": value}) for value in ("one", "two")]
            await asyncio.gather(*requests)

        asyncio.run(both())
        self.assertEqual(sorted(self.lines.ids), ["one", "two"])
