"""Gunicorn's settings: numbers from the environment, where the stack writes them; here what holds for every project."""

from __future__ import annotations

import os
import sys

RUNTIME = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, RUNTIME)

import environment  # noqa: E402
import going_away  # noqa: E402

# The project may have modules of these names: its imports must not find ours.
sys.path.remove(RUNTIME)
del sys.modules["environment"], sys.modules["going_away"]

environment.load()


def whole_number(name: str) -> int:
    """The value of a required variable, which must be a whole number."""
    value = environment.required(name)
    if not value.isdecimal():
        raise SystemExit(f"the environment variable {name} must be a whole number, got {value!r}")
    return int(value)


threads = whole_number("GUNICORN_THREADS")
timeout = whole_number("GUNICORN_TIMEOUT")  # seconds without a heartbeat; the front limits a request
graceful_timeout = whole_number("GUNICORN_GRACEFUL_TIMEOUT")  # seconds
keepalive = whole_number("GUNICORN_KEEP_ALIVE")  # seconds; above the front's idle time, or it gets sporadic 502s
max_requests = whole_number("GUNICORN_MAX_REQUESTS")  # 0: never restart a worker
max_requests_jitter = max_requests // 10

worker_class = "gthread"  # the `sync` worker closes the connection after every response
preload_app = False  # CUDA does not survive a fork: each worker must import the project itself
worker_tmp_dir = "/dev/shm"  # the heartbeat is a file: on a disk, a slow write gets a healthy worker killed

forwarded_allow_ips = "*"  # only the front reaches this port: the NetworkPolicy sees to it
forwarder_headers = ""  # the front never sends PATH_INFO or SCRIPT_NAME, so nobody may

control_socket_disable = True  # its place is $HOME, and nothing here uses it
accesslog = None  # the front writes the access log
errorlog = "-"


def post_worker_init(worker) -> None:
    """What a worker of `-k asgi` needs besides."""
    if hasattr(worker, "asgi"):
        going_away.watch(worker)
