"""Run the project's own manage.py with the environment of the web process: for `kubectl exec`."""

from __future__ import annotations

import os
import sys

import environment

environment.load()
environment.enter_project()
os.execv(sys.executable, [sys.executable, "manage.py", *sys.argv[1:]])
