import socket

from django.test import SimpleTestCase, override_settings


@override_settings(ALLOWED_HOSTS=["guestbook.example"], SITE_NAME="Visitors")
class RequestTest(SimpleTestCase):
    def test_behind_the_front(self):
        headers = {
            "Host": "guestbook.example",
            "X-Real-IP": "203.0.113.7",
            "X-Forwarded-For": "203.0.113.7",
            "X-Forwarded-Proto": "https",
            "X-Request-ID": "a1b2c3",
        }
        response = self.client.get("/request/", headers=headers, REMOTE_ADDR="10.0.0.5")
        self.assertEqual(
            response.json(),
            {
                "scheme": "https",
                "is_secure": True,
                "host": "guestbook.example",
                "remote_addr": "10.0.0.5",
                "x_real_ip": "203.0.113.7",
                "x_forwarded_for": "203.0.113.7",
                "x_forwarded_proto": "https",
                "request_id": "a1b2c3",
                "user": "",
                "pod": socket.gethostname(),
                "site_name": "Visitors",
            },
        )

    def test_without_the_front(self):
        answer = self.client.get("/request/", headers={"Host": "guestbook.example"}).json()
        self.assertEqual((answer["scheme"], answer["is_secure"]), ("http", False))
        self.assertIsNone(answer["x_forwarded_for"])

    def test_is_never_cached(self):
        response = self.client.get("/request/", headers={"Host": "guestbook.example"})
        self.assertIn("no-store", response.headers["Cache-Control"])
