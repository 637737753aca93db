"""Addresses that are answered on this machine instead: the owner writes them down, the emulator reads them.

Standard library only, as both sides use it.
"""

import json
from collections.abc import Mapping
from pathlib import Path

_FILE = "stand-ins.json"


def write(folder: Path, addresses: Mapping[str, str]) -> None:
    """Keep local addresses by those they stand in for, in the emulator's folder, for functions started from now on."""
    part = folder / f".{_FILE}"
    part.write_text(json.dumps(dict(addresses)), encoding="utf-8")
    part.replace(folder / _FILE)


def read(folder: Path) -> Mapping[str, str]:
    """What was written last; empty if nothing was."""
    try:
        found: dict[str, str] = json.loads((folder / _FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return found


def replaced(environment: Mapping[str, str], addresses: Mapping[str, str]) -> dict[str, str]:
    """Those variables that are an address with a stand-in, or a path under one, with the local address instead."""
    return {
        name: local + value.removeprefix(address)
        for name, value in environment.items()
        for address, local in addresses.items()
        if value == address or value.startswith(f"{address.rstrip('/')}/")
    }
