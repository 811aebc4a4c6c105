from django.test import Client, TestCase, override_settings

from guestbook.models import Entry

WORDS = {"author": "Ada", "text": "Good morning"}


class PageTest(TestCase):
    def test_reads(self):
        Entry.objects.create(**WORDS)
        response = self.client.get("/")
        self.assertContains(response, "Good morning")
        self.assertContains(response, "Ada")

    @override_settings(SITE_NAME="Visitors")
    def test_shows_the_name_of_the_site(self):
        self.assertContains(self.client.get("/"), "<h1>Visitors</h1>", html=True)

    def test_names_static_files_by_their_content(self):
        self.assertRegex(self.client.get("/").text, r'href="/static/site\.[0-9a-f]{12}\.css"')

    def test_writes_and_redirects(self):
        response = self.client.post("/", WORDS)
        self.assertRedirects(response, "/")
        self.assertEqual(Entry.objects.values("author", "text").get(), WORDS)

    def test_thanks_once(self):
        self.assertContains(self.client.post("/", WORDS, follow=True), "Thank you")
        self.assertNotContains(self.client.get("/"), "Thank you")

    def test_shows_newest_first(self):
        for text in ("earlier", "later"):
            Entry.objects.create(author="Ada", text=text)
        content = self.client.get("/").text
        self.assertLess(content.index("later"), content.index("earlier"))

    def test_escapes_what_visitors_write(self):
        Entry.objects.create(author="Eve", text="<script>alert(1)</script>")
        self.assertNotContains(self.client.get("/"), "<script>alert")

    def test_says_what_is_missing(self):
        response = self.client.post("/", {"author": "Ada", "text": ""})
        self.assertContains(response, "This field is required.")
        self.assertFalse(Entry.objects.exists())

    def test_refuses_other_methods(self):
        with self.assertLogs("django.request", "WARNING"):
            self.assertEqual(self.client.delete("/").status_code, 405)


class CsrfTest(TestCase):
    def setUp(self):
        self.client = Client(enforce_csrf_checks=True, headers={"Host": "testserver", "X-Forwarded-Proto": "https"})

    def post(self, token, origin):
        return self.client.post("/", {**WORDS, "csrfmiddlewaretoken": token}, headers={"Origin": origin})

    def token(self):
        self.client.get("/")
        return self.client.cookies["csrftoken"].value

    def test_refuses_a_post_without_token(self):
        with self.assertLogs("django.security.csrf", "WARNING"):
            self.assertEqual(self.client.post("/", WORDS).status_code, 403)
        self.assertFalse(Entry.objects.exists())

    def test_accepts_its_own_origin(self):
        self.assertRedirects(self.post(self.token(), "https://testserver"), "/", fetch_redirect_response=False)

    def test_refuses_a_strange_origin(self):
        with self.assertLogs("django.security.csrf", "WARNING"):
            self.assertEqual(self.post(self.token(), "https://elsewhere.example").status_code, 403)

    @override_settings(CSRF_TRUSTED_ORIGINS=["https://elsewhere.example"])
    def test_accepts_a_trusted_origin(self):
        response = self.post(self.token(), "https://elsewhere.example")
        self.assertRedirects(response, "/", fetch_redirect_response=False)
