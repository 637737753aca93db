"""Locked packages for tests."""

import json
from pathlib import Path

from pipeline.gates.dependencies.locked import Locked
from pipeline.gates.tools.locks import NEEDED

DIGEST = "0123456789abcdef" * 4
INTEGRITY = f"sha512-{'A' * 86}=="
OTHER = "fedcba9876543210" * 4


def line(pin: str, *digests: str) -> str:
    """A hashed requirement, as uv writes it."""
    return " \\\n    ".join((pin, *(f"--hash=sha256:{digest}" for digest in digests or (DIGEST,)))) + "\n"


def locked(pin: str, where: str = "locks/a.txt:1", *digests: str) -> Locked:
    """A package of the index, locked well."""
    name, _, version = pin.partition("==")
    return Locked("pypi", name, version, frozenset(f"sha256:{digest}" for digest in digests or (DIGEST,)), where)


def well_locked(root: Path) -> None:
    """Locks below `root` of which nothing is to be said: one package in each, a month old."""
    files = {f"locks/{name}.txt": line("requests==2.34.2") for name in NEEDED}
    npm = {"dependencies": {"cdk": "1.2.3"}}
    packages = {"": npm, "node_modules/cdk": {"version": "1.2.3", "integrity": INTEGRITY, "license": "MIT"}}
    files |= {
        "locks/released.txt": "cdk@1.2.3 2026-10-01\nrequests==2.34.2 2026-10-01\n",
        "pyproject.toml": '[project]\ndependencies = ["requests==2.34.2"]\n',
        "package.json": json.dumps(npm),
        "package-lock.json": json.dumps({"lockfileVersion": 3, "packages": packages}, indent=1),
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
