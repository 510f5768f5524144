"""Makes .venv and keeps it whole: `python3 tools/venv.py requirements.txt`.

Runs on any Python 3, so that one that is too old can be told so. Answers at once when nothing is to
do. An installation that was interrupted, a virtual environment whose Python is gone, and packages
that went missing are noticed and mended.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys

OLDEST = (3, 11)
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
# There while pip is at work: what an interrupted pip leaves behind is not to be trusted.
UNFINISHED = os.path.join(VENV, "unfinished")


def main(requirements):
    if sys.version_info < OLDEST:
        found = "{}.{}".format(*sys.version_info[:2])
        sys.exit(
            "Python 3.11 or newer is needed; python3 here is {}. Debian: apt-get install python3 "
            "python3-venv; or name another one: make PYTHON=/path/to/python3.12 …".format(found)
        )
    with open(os.path.join(ROOT, ".venv.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two makes at once: the second waits and finds it done
        if is_whole(requirements):
            return
        if not works() or os.path.exists(UNFINISHED):
            create()
        install(requirements)


def works():
    """Whether the environment's Python starts, is new enough, and has pip."""
    check = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    try:
        done = subprocess.run([PYTHON, "-c", check], stderr=subprocess.DEVNULL, check=False)
    except OSError:
        return False
    return done.returncode == 0


def is_whole(requirements):
    """Whether all that the file pins was installed from it and is still there."""
    try:
        with open(stamp(requirements)) as held:
            if held.read() != fingerprint(requirements):
                return False
    except OSError:
        return False
    return works() and not os.path.exists(UNFINISHED) and not missing(requirements)


def fingerprint(requirements):
    with open(os.path.join(ROOT, requirements), "rb") as text:
        return hashlib.sha256(text.read()).hexdigest()


def stamp(requirements):
    return os.path.join(VENV, "installed-" + requirements)


def missing(requirements):
    """The pins of the file that the environment does not hold."""
    lib = os.path.join(VENV, "lib")
    held = set()
    for python in os.listdir(lib):
        packages = os.path.join(lib, python, "site-packages")
        for name in os.listdir(packages):
            if name.endswith(".dist-info") and os.path.exists(
                os.path.join(packages, name, "RECORD")
            ):
                held.add(normal(name[: -len(".dist-info")].replace("-", "==", 1)))
    with open(os.path.join(ROOT, requirements)) as text:
        pins = [normal(line) for line in text if re.match(r"[A-Za-z0-9]", line) and ";" not in line]
    return [pin for pin in pins if pin not in held]


def normal(pin):
    name, _, version = pin.strip().partition("==")
    return re.sub(r"[-_.]+", "-", name).lower() + "==" + version


def create():
    print("Making the virtual environment .venv", flush=True)
    if os.path.islink(VENV) or os.path.isfile(VENV):
        os.unlink(VENV)
    shutil.rmtree(VENV, ignore_errors=True)
    if subprocess.run([sys.executable, "-m", "venv", VENV], check=False).returncode:
        sys.exit(
            "python3 could not make a virtual environment (see above). "
            "Debian: apt-get install python3-venv"
        )


def install(requirements):
    print("Installing " + requirements, flush=True)
    open(UNFINISHED, "w").close()
    command = [PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    done = subprocess.run([*command, "-r", os.path.join(ROOT, requirements)], check=False)
    lost = missing(requirements) if done.returncode == 0 else []
    if lost:
        # pip trusts what claims to be installed; name what is not, and it is laid anew.
        again = ["--force-reinstall", "--no-deps", *lost]
        done = subprocess.run([*command, *again], check=False)
    if done.returncode:
        sys.exit("The packages of " + requirements + " could not be installed (see above).")
    with open(stamp(requirements), "w") as out:
        out.write(fingerprint(requirements))
    os.unlink(UNFINISHED)


if __name__ == "__main__":
    for each in sys.argv[1:]:
        main(each)
