"""Which NVIDIA GPUs this pod sees, asked without loading CUDA into the web process."""

import logging
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

logger = logging.getLogger(__name__)

DEVICE_DIRECTORY = Path("/dev")


@dataclass(frozen=True)
class Sight:
    offered: str | None
    devices: list[str]
    listed: list[str]

    @property
    def visible(self):
        # Not `offered`: the CUDA images set NVIDIA_VISIBLE_DEVICES=all on machines without a GPU too.
        return bool(self.devices or self.listed)


def look():
    return Sight(os.environ.get("NVIDIA_VISIBLE_DEVICES"), device_files(), driver_list())


def device_files():
    """The files of GPUs; control files such as nvidiactl are no GPU."""
    return sorted(str(path) for path in DEVICE_DIRECTORY.glob("nvidia[0-9]*"))


def driver_list():
    command = shutil.which("nvidia-smi")
    if not command:
        return []
    try:
        answer = subprocess.run([command, "-L"], capture_output=True, text=True, timeout=5, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        logger.warning("nvidia-smi does not answer: %s", error)
        return []
    return answer.stdout.splitlines()
