"""The virtual environment with PyTorch and the peers, in which the scripts of this folder run."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENT = Path(os.environ.get("DLC_VENV", Path.home() / ".cache" / "dlc" / "venv"))
COMPILER = ROOT / ".build" / "release" / "dlc"


def enter() -> None:
    """Goes on with this script inside the environment, which the first call makes."""
    sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tools" / "reference")]
    if Path(sys.prefix) == ENVIRONMENT:
        return
    python = ENVIRONMENT / "bin" / "python"
    if not python.exists():
        print(f"{Path(sys.argv[0]).name}: making the virtual environment {ENVIRONMENT}", file=sys.stderr)
        subprocess.run([ROOT / "tools" / "reference" / "setup", ENVIRONMENT], check=True)
    os.execv(python, [python, *sys.argv])


def ensure_built(compiler: Path) -> None:
    """Builds dlc where the program isn't there yet."""
    if not compiler.exists():
        command = ["swift", "build", "-c", "release", "--product", "dlc", "--package-path", ROOT]
        subprocess.run(command, check=True, stdout=sys.stderr)
