"""Known holes in the pinned packages: `python tools/audit.py requirements.txt`. Findings fail.

pip-audit ends with 1 both for findings and for data it cannot reach, and with 0 when it found no
data about a package; so its report is read instead. What could not be looked up is said.
"""

import json
import subprocess
import sys
from pathlib import Path


def main(requirements):
    tool = Path(sys.executable).with_name("pip-audit")
    options = ["--no-deps", "--disable-pip", "--timeout=10", "--progress-spinner=off"]
    done = subprocess.run(
        [tool, "--format=json", *options, "--requirement", requirements],
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        last = (done.stderr.strip().splitlines() or ["no answer"])[-1]
        print(f"not looked up: pip-audit could not reach its data ({last[:120]})")
        return 0
    unknown = [one["name"] for one in packages if "skip_reason" in one]
    if unknown:
        print(
            f"{len(unknown)} of {len(packages)} packages not looked up: no data reached from here"
        )
    holes = [(one, hole) for one in packages for hole in one.get("vulns", ())]
    for one, hole in holes:
        mended = ", ".join(hole["fix_versions"]) or "nothing yet"
        print(f"{one['name']} {one['version']}: {hole['id']}, mended in {mended}")
    return 1 if holes else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
