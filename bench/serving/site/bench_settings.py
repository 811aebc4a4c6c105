"""The example's settings, with pages to measure, and with or without its persistent database connections."""

import os
from pathlib import Path

from main_app.settings import *  # noqa: F403
from main_app.settings import DATABASES, TEMPLATES

ROOT_URLCONF = "bench_pages"
TEMPLATES[0]["DIRS"] = [Path(__file__).with_name("templates")]

if os.environ.get("BENCH_PERSISTENT") == "false":
    for name in ("CONN_MAX_AGE", "CONN_HEALTH_CHECKS"):
        del DATABASES["default"][name]
