"""What `make setup` does: everything the server needs, in `.venv` and `web/`, and nothing twice.

    python3 scripts/setup.py [--tests]

`--tests` adds what the tests and checks need. Each step leaves a digest of what it was made from;
it is done again only when that changed. Standard library only: it runs before anything is there.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from display import Failed, Step, run

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
SERVER = ROOT / "server"
WEB = ROOT / "web"
MADE = VENV / "made"
BUILT = (
    SERVER / "openbook" / "collect" / "sdk" / "collector.js",
    SERVER / "openbook" / "collect" / "sdk" / "collector-chat.js",
    SERVER / "openbook" / "static" / "manifest.json",
    SERVER / "openbook" / "dashboard" / "index.html",
)
MADE_BY_THE_BUILD = {"node_modules", "built", "schema.d.ts"}
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 20
TEST_PROGRAMS = {
    "chromium": ("chromium", "fonts-liberation", "fonts-dejavu-core"),
    "haproxy": ("haproxy",),
    "strace": ("strace",),
}


def main() -> None:
    """Do what is missing."""
    if sys.version_info < OLDEST_PYTHON:
        raise Failed("openbook needs Python 3.11 or newer; name one: make setup PYTHON=python3.11")
    make_environment()
    install("the server's packages", "server.txt")
    install_server()
    build_browser_parts()
    fetch_places()
    if "--tests" in sys.argv[1:]:
        install("the packages for the tests", "dev.txt")
        install_test_programs()


def make_environment() -> None:
    """`.venv`, from the Python that runs this."""
    if PYTHON.exists() and _succeeds(PYTHON, "-m", "pip", "--version"):
        return
    if not _succeeds(sys.executable, "-c", "import venv, ensurepip; ensurepip.version()"):
        version = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        install_debian("Python's venv module", version)
    with Step("creating the environment"):
        run([sys.executable, "-m", "venv", "--clear", VENV])


def install(what: str, lock: str) -> None:
    """The packages of a lock file, each with its hash."""
    path = SERVER / "requirements" / lock
    made, digest = MADE / lock, _digest([path, VENV / "pyvenv.cfg"])
    if _is(made, digest):
        return
    with Step(f"installing {what}") as step:
        step.total = len(re.findall(r"^\S+==", path.read_text(), re.MULTILINE))

        def count(line: str) -> None:
            step.done += line.startswith(("Collecting ", "Requirement already satisfied: "))

        command = [*_pip(), "--require-hashes", "--only-binary", ":all:", "-r", path]
        run(command, seen=count)
    _keep(made, digest)


def install_server() -> None:
    """The package itself, in place: its files are the ones in `server/`."""
    made, digest = MADE / "openbook", _digest([SERVER / "pyproject.toml", VENV / "pyvenv.cfg"])
    if _is(made, digest) and (VENV / "bin" / "openbook").exists():
        return
    with Step("installing openbook"):
        run([*_pip(), "--no-deps", "--no-build-isolation", "--editable", SERVER])
    _keep(made, digest)


def build_browser_parts() -> None:
    """`npm ci` and the build, each only when its sources changed."""
    lock = WEB / "package-lock.json"
    packages, built = WEB / "node_modules" / ".installed", WEB / "node_modules" / ".built"
    digest = _digest([lock])
    if not _is(packages, digest):
        _require_node()
        with Step("installing the browser parts' packages"):
            quiet = ["--no-audit", "--no-fund", "--loglevel=error"]
            run(["npm", "ci", *quiet], cwd=WEB)
        _keep(packages, digest)
    digest = _digest([*_sources(WEB), ROOT / "spec" / "openapi.json"])
    if not _is(built, digest) or not all(path.exists() for path in BUILT):
        _require_node()
        with Step("building the browser parts"):
            run(["npm", "run", "build", "--silent"], cwd=WEB)
        _keep(built, digest)


def fetch_places() -> None:
    """Geolocation data. Without it the fields of place stay empty and all else works."""
    current = "import sys; from openbook.geo import INSTALLED, is_current as is_;"
    if _succeeds(PYTHON, "-c", f"{current} sys.exit(not is_(INSTALLED))"):
        return
    print("fetching the geolocation data, once (about 110 MB)", file=sys.stderr, flush=True)
    # It draws its own progress on standard error.
    done = subprocess.run([PYTHON, "-m", "openbook.geo"], stdout=subprocess.PIPE, check=False)
    if done.returncode:
        print(
            "The geolocation data is not there: the fields of place and provider stay empty. "
            "Everything else works. To try again: make setup",
            file=sys.stderr,
        )


def install_test_programs() -> None:
    """From Debian: the browser that the tests drive, and what watches that no call goes outside."""
    missing = [name for name in TEST_PROGRAMS if shutil.which(name) is None]
    if missing:
        packages = [package for name in missing for package in TEST_PROGRAMS[name]]
        install_debian(f"{' and '.join(missing)} for the tests", *packages)


def install_debian(what: str, *packages: str) -> None:
    """Debian packages, where this user may install them; else a sentence that says how."""
    by_hand = f"apt-get install {' '.join(packages)}"
    if os.geteuid() == 0:
        prefix = []
    elif shutil.which("sudo") and _succeeds("sudo", "-n", "true"):
        prefix = ["sudo", "-n"]
    else:
        raise Failed(f"{what} is missing. Let an administrator run: {by_hand}")
    if shutil.which("apt-get") is None:
        raise Failed(f"{what} is missing. On Debian it comes with: {by_hand}")
    get = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y"]
    with Step(f"installing {what}"):
        try:
            run([*get, "update"])
            run([*get, "install", "--no-install-recommends", *packages])
        except Failed as error:
            raise Failed(f"{error}\n{what} could not be installed. By hand: {by_hand}") from None


def _require_node() -> None:
    found = shutil.which("node") and shutil.which("npm")
    if not found:
        raise Failed("The browser parts are built with Node 20 or newer and npm. Install both.")
    told = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
    if int((re.findall(r"\d+", told) or ["0"])[0]) < OLDEST_NODE:
        raise Failed(f"The browser parts need Node {OLDEST_NODE} or newer; this is {told.strip()}.")


def _pip() -> list[str | Path]:
    return [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input",
            "--progress-bar", "off", "--root-user-action", "ignore"]  # fmt: skip


def _succeeds(*command: str | Path) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _sources(folder: Path) -> Iterable[Path]:
    for path in sorted(folder.rglob("*")):
        if not MADE_BY_THE_BUILD & set(path.parts) and path.is_file():
            yield path


def _digest(paths: Iterable[Path]) -> str:
    found = hashlib.sha256()
    for path in paths:
        found.update(f"{path.relative_to(ROOT)}\0".encode())
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def _is(made: Path, digest: str) -> bool:
    return made.exists() and made.read_text() == digest


def _keep(made: Path, digest: str) -> None:
    made.parent.mkdir(parents=True, exist_ok=True)
    made.write_text(digest)


if __name__ == "__main__":
    try:
        main()
    except Failed as error:
        sys.exit(f"{error}")
    except KeyboardInterrupt:
        sys.exit(130)
