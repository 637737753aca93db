"""The places of ministack that we hold on to, checked before anything is served.

A seam is a module attribute that we wrap, call or read. ministack's own modules promise none of them, so each is named
once, with the parameters that we rely on, and a missing or changed one ends the start with a sentence that names it.
"""

import importlib
import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

TESTED_VERSION = "1.5.33"


@dataclass(frozen=True)
class Seam:
    """`name` in `module`; `parameters` are those of the callable, in order, or None where it isn't called by us."""

    module: str
    name: str
    parameters: tuple[str, ...] | None = None

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"

    def get(self) -> Any:
        """What stands there now."""
        return getattr(importlib.import_module(self.module), self.name)

    def put(self, value: object) -> None:
        """Let something else stand there."""
        setattr(importlib.import_module(self.module), self.name, value)

    def wrap(self, wrapper: Callable[[Any], Any]) -> None:
        """Let `wrapper(what stood there)` stand there."""
        self.put(wrapper(self.get()))


class SeamMissing(Exception):
    """ministack isn't the one that our extension was written for."""


def check(seams: Iterable[Seam]) -> None:
    """Raise SeamMissing with every seam that isn't there or has other parameters than expected."""
    faults = [fault for fault in map(_fault, seams) if fault]
    if faults:
        raise SeamMissing(
            f"ministack {ministack_version()} lacks what the extension holds on to: {'; '.join(faults)}. "
            f"It was written for ministack {TESTED_VERSION}: install that, or move the named seams."
        )


@cache
def ministack_version() -> str:
    """The installed version."""
    try:
        return version("ministack")
    except PackageNotFoundError:
        return "(not installed)"


def _fault(seam: Seam) -> str | None:
    try:
        found = seam.get()
    except (ImportError, AttributeError):
        return f"{seam} is not there"
    if seam.parameters is None:
        return None
    if not callable(found):
        return f"{seam} can't be called"
    actual = tuple(inspect.signature(found).parameters)
    if actual != seam.parameters:
        return f"{seam} takes ({', '.join(actual)}), not ({', '.join(seam.parameters)})"
    return None
