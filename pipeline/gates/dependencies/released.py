"""Writes `locks/released.txt`: when each locked version was published, as the indexes tell it.

    python -m pipeline.gates.dependencies.released FOLDER > locks/released.txt

`FOLDER` holds what `scripts/lock` asked for: `*.toml`, the locks as `uv pip compile --format pylock.toml` writes them,
with the time at which each file was uploaded; and `NAME.json`, what `npm view NAME time --json` says.
"""

import json
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from pipeline.gates.dependencies.locked import packages_in

NPM_LOCK = Path("package-lock.json")


def days_of_pylock(text: str) -> dict[str, str]:
    """The day on which the last file of each version was uploaded: one that comes late to an old version is new."""
    days = {}
    for package in tomllib.loads(text)["packages"]:
        files = [*package.get("wheels", ()), *([package["sdist"]] if "sdist" in package else [])]
        days[f"{package['name']}=={package['version']}"] = str(max(file["upload-time"] for file in files).date())
    return days


def days_of_npm(name: str, text: str, versions: dict[str, str]) -> dict[str, str]:
    """The day on which the locked version of `name` was published."""
    return {f"{name}@{versions[name]}": json.loads(text)[versions[name]][:10]}


def _days(folder: Path, npm_lock: str) -> Iterator[dict[str, str]]:
    versions = {one.name: one.version for one in packages_in(NPM_LOCK.name, npm_lock)}
    yield from (days_of_pylock(file.read_text()) for file in sorted(folder.glob("*.toml")))
    yield from (days_of_npm(file.stem, file.read_text(), versions) for file in sorted(folder.glob("*.json")))


def main(folder: Path) -> None:
    """Print a line for each version, sorted."""
    days: dict[str, str] = {}
    for each in _days(folder, NPM_LOCK.read_text()):
        days |= each
    sys.stdout.writelines(f"{pin} {day}\n" for pin, day in sorted(days.items()))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
