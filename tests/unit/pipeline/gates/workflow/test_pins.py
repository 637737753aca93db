"""What others wrote is what was read: actions, images."""

import re
from datetime import timedelta

import pytest

from tests.unit.pipeline.gates.workflow.world import (
    DEPLOY,
    MAIN,
    PULL_REQUEST,
    edited,
    findings,
    refusals,
    rules_against,
    texts,
)
from tests.unit.pipeline.gates.world import TODAY

LOCK = ".github/actions.lock.toml"
SHA = "08c6903cd8c0fde910a37f88322edcfb5dd907a8"
NEW = "11bd71901bbe5b1630ceea73d27597364c9af683"
USES = f"actions/checkout@{SHA} # v5.0.0"


@pytest.mark.parametrize(
    "uses",
    ["actions/checkout@v5", "actions/checkout@main", "actions/checkout", f"actions/checkout@{SHA[:12]} # v5.0.0",
     f"actions/checkout@{NEW} # v5.0.0", f"actions/checkout@{SHA} # v4.2.2", f"actions/checkout@{SHA}",
     f"someone/checkout@{SHA} # v5.0.0",
     f"actions/checkout@{SHA} # v5", "docker://alpine:3", "./tools/action", f"actions/checkout@{SHA} # main"],
)  # fmt: skip
@pytest.mark.parametrize("path", [PULL_REQUEST, DEPLOY])
def test_an_action_is_the_commit_that_the_lock_names(path: str, uses: str) -> None:
    assert "action-is-not-locked" in rules_against(edited(path, USES, uses))


def test_a_bot_s_new_version_with_comment_and_lock_passes() -> None:
    whole = {path: text.replace(USES, f"actions/checkout@{NEW} # v5.1.0") for path, text in texts().items()}
    entry = f'[[action]]\nname = "actions/checkout"\nsha = "{NEW}"\nversion = "v5.1.0"\ndate = 2026-10-01\n'
    whole[LOCK] = f"{whole[LOCK]}\n{entry}"
    assert refusals(whole) == []


def test_a_reusable_workflow_is_locked_as_an_action_is() -> None:
    job = "\n  other:\n    uses: example/flows/.github/workflows/x.yml@main\n    permissions: {}\n"
    assert "action-is-not-locked" in rules_against(texts(**{MAIN: texts()[MAIN] + job}))


def test_an_image_has_a_digest() -> None:
    for given, refused in (("postgres:16", True), (f"postgres:16@sha256:{'0' * 64}", False)):
        job = f"    services:\n      db:\n        image: {given}\n    environment: prod\n"
        found = rules_against(edited(DEPLOY, "    environment: prod\n", job))
        assert ("action-is-not-locked" in found) is refused


@pytest.mark.parametrize(
    ("old", "new"), [("v5.0.0", "5"), (f'"{SHA}"', '"main"'), ("[[action]]", "[[actions]]"), ("[[", "[")]
)
def test_the_lock_is_well_formed_and_true(old: str, new: str) -> None:
    assert "action-is-not-locked" in rules_against(edited(LOCK, old, new))
    gone = {path: text for path, text in texts().items() if path != LOCK}
    assert "action-is-not-locked" in rules_against(gone)


def test_a_version_stays_the_commit_that_it_was() -> None:
    whole = {path: text.replace(SHA, NEW) for path, text in texts().items()}
    assert rules_against(whole) == {"lock-is-rewritten"}


def test_a_release_of_today_is_told_and_one_of_tomorrow_refused() -> None:
    fresh = edited(LOCK, "2025-08-11", TODAY.isoformat())
    assert any("0 days old" in one.what for one in findings(fresh) if one.severity == "low")
    assert refusals(fresh) == []
    assert rules_against(edited(LOCK, "2025-08-11", (TODAY + timedelta(days=1)).isoformat())) == {
        "action-is-not-locked"
    }


WORLD = "locks/world.txt"


def locked(text: str, number: int = 0) -> str:
    """The first hash, or another, of a lock."""
    return str(re.findall(r"--hash=sha256:[0-9a-f]{64}", text)[number])


@pytest.mark.parametrize("more", ["1" * 64, "fedcba9876543210" * 4])
def test_a_locked_version_keeps_the_files_that_it_had(more: str) -> None:
    first = locked(texts()[WORLD])
    (told,) = refusals(edited(WORLD, first, f"{first} \\\n    --hash=sha256:{more}"), only="hash-is-new")
    assert told.where.startswith(f"{WORLD}:")
    assert f"may be one more file now, sha256:{more[:12]}" in told.what


def test_so_does_one_whose_only_file_is_another_in_each_lock_and_one_of_npm() -> None:
    first = locked(texts()[WORLD])
    other = {path: text.replace(first, f"--hash=sha256:{'1' * 64}") for path, text in texts().items()}
    assert rules_against(other, only="hash-is-new") == {"hash-is-new"}
    integrity = re.findall(r"sha512-[A-Za-z0-9+/]{86}==", texts()["package-lock.json"])[0]
    npm = edited("package-lock.json", integrity, f"sha512-{'A' * 86}==")
    assert rules_against(npm, only="hash-is-new") == {"hash-is-new"}


def test_a_new_version_brings_its_own_files_and_fewer_are_welcome() -> None:
    text = texts()[WORLD]
    name, version = re.findall(r"^([\w.-]+)==(\S+)", text, re.MULTILINE)[0]
    newer = text.replace(f"{name}=={version}", f"{name}==99.0").replace(locked(text), f"--hash=sha256:{'1' * 64}")
    assert refusals(texts(**{WORLD: newer}), only="hash-is-new") == []
    assert refusals(edited(WORLD, f" \\\n    {locked(text)}", ""), only="hash-is-new") == []
