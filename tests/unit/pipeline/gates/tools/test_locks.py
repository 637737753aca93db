"""The locks of a source: what is refused of them, and that ours are in order."""

import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pipeline.gates.dependencies.released import days_of_npm, days_of_pylock
from pipeline.gates.tools import locks
from tests.unit.pipeline.gates.dependencies.making import line, well_locked
from tests.unit.pipeline.gates.world import Toolbox, context

ROOT = Path(__file__).parents[5]
WHEN_LOCKED = date(2026, 11, 26)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A source whose locks are in order."""
    well_locked(tmp_path)
    return tmp_path


def said(root: Path) -> list[str]:
    return [finding.what for finding in locks.check(context(root)).findings]


@pytest.fixture(autouse=True)
def index(tools: Toolbox) -> Toolbox:
    """An index that gives no answer."""
    tools.say("uv", code=2, err="error: no connection")
    return tools


def test_the_index_is_asked_for_the_days_that_nobody_wrote_down(root: Path, index: Toolbox) -> None:
    with (root / "locks/development.txt").open("a") as lock:
        lock.write(line("idna==3.18"))
    assert said(root) == ["COOLDOWN locks/released.txt does not say when idna==3.18 was published"]
    for day, found in (("2026-11-20", ["COOLDOWN idna==3.18 was published on 2026-11-20"]), ("2026-11-01", [])):
        answer = f'[[packages]]\nname = "idna"\nversion = "3.18"\nwheels = [{{ upload-time = {day}T20:16:12Z }}]\n'
        index.say("uv", also=f"cat > \"${{10}}\" <<'END'\n{answer}END")
        assert said(root) == found


def test_locks_in_order_are_counted(root: Path) -> None:
    part = locks.check(context(root))
    assert (part.findings, part.checked, part.what) == ((), 2, "locked versions")


def test_our_own_locks_are_in_order_since_they_were_made(tmp_path: Path) -> None:
    part = locks.check(replace(context(tmp_path), root=ROOT, today=WHEN_LOCKED, environ=dict(os.environ)))
    assert part.findings == ()
    assert part.checked > 150


@pytest.mark.parametrize("name", ["locks/lambda.txt", "locks/released.txt", "package-lock.json"])
def test_a_lock_that_is_gone_or_empty_is_a_finding(root: Path, name: str) -> None:
    (root / name).write_text("")
    emptied = said(root)
    (root / name).unlink()
    assert emptied
    assert said(root)


def test_locks_that_are_all_gone_leave_nothing_to_check(tmp_path: Path) -> None:
    part = locks.check(context(tmp_path))
    assert (part.checked, part.findings, part.blind) == (0, (), True)


@pytest.mark.parametrize(
    ("added", "rule"),
    [
        ("six==1.17.0\n", "LOCK six has no hash"),
        ("--extra-index-url https://example.org/simple\n", "LOCK holds an option"),
        (line("pyjwt==2.3.0"), "ADVISORY pyjwt==2.3.0: CVE-2022-29217"),
        (line("reqeusts==1.0"), "LOOKALIKE reqeusts"),
        (line("idna==3.18"), "COOLDOWN locks/released.txt does not say when idna==3.18"),
        (line("certifi==2026.1.1") + line("numpy==2.5.5"), "LOCK nobody asks for numpy"),
        (line("requests==2.34.2", "f" * 64), "LOCK requests==2.34.2 has other hashes"),
    ],
)
def test_what_is_added_to_a_lock_is_held_to_the_rules(root: Path, added: str, rule: str) -> None:
    with (root / "locks/development.txt").open("a") as lock:
        lock.write(added)
    assert any(what.startswith(rule) for what in said(root))


def test_a_script_that_takes_the_hashes_away_is_found(root: Path) -> None:
    (root / "scripts").mkdir()
    (root / "scripts/setup").write_text('"$UV" pip sync -q locks/development.txt\n')
    assert said(root) == ["LOCK installs packages without their hashes"]


def test_the_day_of_a_release_is_that_of_its_last_file() -> None:
    text = """
[[packages]]
name = "requests"
version = "2.34.2"
sdist = { upload-time = 2026-05-14T20:16:13Z }
wheels = [{ upload-time = 2026-05-14T20:16:12Z }, { upload-time = 2026-06-01T00:00:00Z }]
"""
    assert days_of_pylock(text) == {"requests==2.34.2": "2026-06-01"}
    assert days_of_npm("cdk", '{"1.2.3": "2026-11-11T11:32:50.1Z"}', {"cdk": "1.2.3"}) == {"cdk@1.2.3": "2026-11-11"}
