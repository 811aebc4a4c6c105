"""The texts of a small Django project, by the paths of its files below its folder."""

SETTINGS = """
import os

SECRET_KEY = os.environ["SECRET_KEY"]
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = ["installed", "shop"]
ROOT_URLCONF = "main_app.urls"
WSGI_APPLICATION = "main_app.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {
    "default": {
        "ENGINE": os.environ.get("TEST_ENGINE", "django.db.backends.postgresql"),
        "NAME": os.environ["POSTGRES_DB"],
        "USER": os.environ["POSTGRES_USER"],
        "PASSWORD": os.environ["POSTGRES_PASSWORD"],
        "HOST": os.environ["POSTGRES_HOST"],
        "PORT": os.environ["POSTGRES_PORT"],
    }
}
"""

URLS = """
import json
import os

from django.http import HttpResponse
from django.urls import path


def answer(request):
    return HttpResponse(json.dumps({"pid": os.getpid(), "secret": os.environ["SECRET_KEY"], "path": request.path}))


urlpatterns = [path("", answer)]
"""

WSGI = """
from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
"""

MANAGE = """
import sys

from django.core.management import execute_from_command_line

execute_from_command_line(sys.argv)
"""

MODELS = """
from django.db import models


class Item(models.Model):
    name = models.CharField(max_length=50)
"""

INITIAL = """
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            "Item",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=50)),
            ],
        )
    ]
"""

LATER = """
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("shop", "{previous}")]
    operations = [migrations.RunSQL({statement!r})]
"""

INSTALLED = "venv/site-packages/installed"

FILES = {
    "main_app/__init__": "",
    "main_app/settings": SETTINGS,
    "main_app/urls": URLS,
    "main_app/wsgi": WSGI,
    "manage": MANAGE,
    "shop/__init__": "",
    "shop/models": MODELS,
    "shop/migrations/__init__": "",
    "shop/migrations/0001_initial": INITIAL,
    f"{INSTALLED}/__init__": "",
    f"{INSTALLED}/models": MODELS,
    f"{INSTALLED}/migrations/__init__": "",
}
