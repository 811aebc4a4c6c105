import os
import tempfile
from pathlib import Path
from unittest import mock

from django.test import SimpleTestCase

from guestbook import gpu


class GpuTest(SimpleTestCase):
    """Every test has a device directory, a PATH and a NVIDIA_VISIBLE_DEVICES of its own."""

    def setUp(self):
        self.directory = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.enterContext(mock.patch.object(gpu, "DEVICE_DIRECTORY", self.directory))
        environment = {"PATH": str(self.directory), "NVIDIA_VISIBLE_DEVICES": "all"}
        self.enterContext(mock.patch.dict(os.environ, environment))

    def nvidia_smi(self, body):
        program = self.directory / "nvidia-smi"
        program.write_text(f"#!/bin/sh\n{body}\n")
        program.chmod(0o755)

    def test_none(self):
        (self.directory / "nvidiactl").touch()
        response = self.client.get("/gpu/")
        self.assertContains(response, "No GPU is visible")
        self.assertContains(response, "<dd>all</dd>", html=True)

    def test_none_and_nothing_set(self):
        del os.environ["NVIDIA_VISIBLE_DEVICES"]
        self.assertContains(self.client.get("/gpu/"), "not set")

    def test_device_file(self):
        (self.directory / "nvidia0").touch()
        response = self.client.get("/gpu/")
        self.assertContains(response, "A GPU is visible")
        self.assertContains(response, self.directory / "nvidia0")

    def test_driver(self):
        self.nvidia_smi('echo "GPU 0: $1"')
        response = self.client.get("/gpu/")
        self.assertContains(response, "A GPU is visible")
        self.assertContains(response, "GPU 0: -L")

    def test_driver_fails(self):
        self.nvidia_smi("echo no driver; exit 9")
        with self.assertLogs("guestbook.gpu", "WARNING"):
            self.assertContains(self.client.get("/gpu/"), "No GPU is visible")
