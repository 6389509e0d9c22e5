"""Running a process and asking the system what it took."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass


@dataclass
class Outcome:
    output: str
    seconds: float
    """From the start of the process to its end."""
    peak_bytes: int
    """The most memory that was resident, mapped files included."""


def run(command: list) -> Outcome:
    """Runs it as the child of a small process: a child's peak begins with its parent's memory, and ours is large."""
    words = [sys.executable, "-S", "-E", __file__, *(str(part) for part in command)]
    text = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout
    return Outcome(**json.loads(text))


def main():
    start = time.perf_counter()
    process = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, text=True)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    code = os.waitstatus_to_exitcode(status)
    if code != 0:
        sys.exit(f"{' '.join(sys.argv[1:])} failed with status {code}")
    print(json.dumps({"output": output, "seconds": seconds, "peak_bytes": usage.ru_maxrss * 1024}))


if __name__ == "__main__":
    main()
