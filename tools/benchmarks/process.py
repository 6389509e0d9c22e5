"""Running a process and asking the system what it took."""

import os
import subprocess
import time
from dataclasses import dataclass


@dataclass
class Outcome:
    output: str
    seconds: float
    """From the start of the process to its end."""
    peak_bytes: int
    """The most memory that was resident, mapped files included."""


def run(command: list, environment: dict | None = None) -> Outcome:
    start = time.perf_counter()
    process = subprocess.Popen(
        [str(part) for part in command], stdout=subprocess.PIPE, text=True, env=os.environ | (environment or {})
    )
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Outcome(output, seconds, usage.ru_maxrss * 1024)
