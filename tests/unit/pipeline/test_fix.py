"""`scripts/fix` mends the checkout, so it does so only if it is asked in the one way there is."""

import subprocess
from pathlib import Path

import pytest

FIX = Path(__file__).parents[3] / "scripts" / "fix"


def fix(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([FIX, *arguments], capture_output=True, text=True, timeout=30)


@pytest.mark.parametrize("arguments", [("--check",), ("--dry-run",), ("api",)])
def test_whoever_asks_for_something_else_is_told_and_nothing_is_touched(arguments: tuple[str, ...]) -> None:
    done = fix(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"it takes no arguments, but was given: {arguments[0]}" in done.stderr


def test_it_says_what_it_does() -> None:
    done = fix("--help")
    assert done.returncode == 0
    assert "writes api/openapi.json and the guard's table of rules anew" in done.stdout
