"""Make the virtual environment and install the locked packages into it."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements-dev.lock"


def main() -> int:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    try:
        import ensurepip  # noqa: F401, PLC0415
        import venv  # noqa: F401, PLC0415
    except ImportError:
        print(f"Python {version} has no venv module. Install it: sudo apt install python{version}-venv")
        return 1
    python = VENV / "bin" / "python"
    if VENV.exists() and not _works(python):
        shutil.rmtree(VENV)
    if not VENV.exists():
        print(f"Making .venv with Python {version} …", flush=True)
        if subprocess.call([sys.executable, "-m", "venv", str(VENV)]):
            print(
                f"The virtual environment could not be made. On Debian or Ubuntu: sudo apt install python{version}-venv"
            )
            return 1
    print("Installing the packages of requirements-dev.lock …", flush=True)
    install = [
        str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes",
        "-r", str(LOCK),
    ]  # fmt: skip
    if subprocess.call(install):
        print("The packages could not be installed; look at the message above, then call make again.")
        return 1
    (VENV / ".installed").touch()
    return 0


def _works(python: Path) -> bool:
    """Whether an environment that is there runs at all, on a Python new enough."""
    check = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    try:
        return subprocess.call([str(python), "-c", check], stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main())
