"""What the machine can do at most."""

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Peak:
    flops: float
    """f32 operations a second, a multiply-add counting as two."""
    bandwidth: float
    """Bytes a second read from memory."""
    byte_operations: float
    """The same as `flops` for products of bytes; 0 where the machine has no instruction for them."""


def peak(threads: int, folder: Path) -> Peak:
    """Measures it, on some threads."""
    program = folder / "machine"
    source = Path(__file__).with_suffix(".c")
    if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
        subprocess.run(["cc", "-O2", "-march=native", "-pthread", "-o", program, source], check=True)
    numbers = subprocess.run([program, str(threads)], check=True, capture_output=True).stdout.split()
    return Peak(*(1e9 * float(number) for number in numbers))


def processor() -> str:
    """The name of the processor."""
    with open("/proc/cpuinfo") as file:
        names = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    return names[0] if names else "an unknown processor"
