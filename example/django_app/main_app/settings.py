"""Settings, all of them from the environment: the same image runs on a laptop and in every cluster."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def required(name):
    if value := os.environ.get(name):
        return value
    raise ImproperlyConfigured(f"{name} is not set in the environment.")


def listed(name):
    return [item.strip() for item in os.environ.get(name, "").split(",") if item.strip()]


BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = os.environ.get("DJANGO_DEBUG", "false").lower() == "true"
if DEBUG:
    SECRET_KEY = os.environ.get("DJANGO_SECRET_KEY") or "only-for-debug"
else:
    SECRET_KEY = required("DJANGO_SECRET_KEY")
# What they have signed is still good.
SECRET_KEY_FALLBACKS = os.environ.get("DJANGO_SECRET_KEY_FALLBACKS", "").split()
SITE_NAME = os.environ.get("SITE_NAME") or "Guestbook"

# Behind the front: it ends TLS, redirects to HTTPS, and always sets X-Forwarded-Proto itself.
ALLOWED_HOSTS = listed("DJANGO_ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = listed("DJANGO_CSRF_TRUSTED_ORIGINS")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = not DEBUG
CSRF_COOKIE_SECURE = not DEBUG
# W008: the front redirects. W004: HSTS is left to the owner of the site, as browsers remember it (SECURE_HSTS_SECONDS).
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "guestbook",
]
MIDDLEWARE = [
    "main_app.request_id.middleware",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "main_app.urls"
WSGI_APPLICATION = "main_app.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "guestbook.context_processors.site_name",
            ],
        },
    },
]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Of a worker with asgi.py: its requests share so many connections. With wsgi.py each thread keeps one of its own.
POOL = int(os.environ.get("POSTGRES_POOL_SIZE") or 0)
if os.environ.get("POSTGRES_HOST"):
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "HOST": required("POSTGRES_HOST"),
            "PORT": os.environ.get("POSTGRES_PORT") or "5432",
            "NAME": required("POSTGRES_DB"),
            "USER": required("POSTGRES_USER"),
            "PASSWORD": required("POSTGRES_PASSWORD"),
            "CONN_MAX_AGE": 0 if POOL else 60,
            "CONN_HEALTH_CHECKS": True,
            # A pooler lends a connection for a transaction, and a cursor of the server would outlive that.
            "DISABLE_SERVER_SIDE_CURSORS": os.environ.get("POSTGRES_DISABLE_SERVER_SIDE_CURSORS") == "true",
            "OPTIONS": {"connect_timeout": 5}
            | ({"pool": {"min_size": 1, "max_size": POOL, "max_lifetime": 60}} if POOL else {}),
        },
    }
else:
    DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "db.sqlite3"}}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"

# Hashed names: the front may let browsers keep these files for ever.
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "assets"]
MEDIA_URL = "/media/"
MEDIA_ROOT = BASE_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {request_id} {name}: {message}", "style": "{"}},
    "filters": {"request_id": {"()": "main_app.request_id.RequestIdFilter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["request_id"]}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": []},
        # Django leaves it to the server to drop the body of an answer to HEAD; Gunicorn warns of every one.
        "gunicorn.http.wsgi": {"level": "ERROR"},
    },
}
