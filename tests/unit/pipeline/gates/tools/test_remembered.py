"""A scanner is not asked twice of templates in which only digests have changed, and is asked of all others."""

import gzip
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.gates.context import Context, GateBroke
from pipeline.gates.tools import kept_answers
from pipeline.gates.tools.remembered import neutral, scanned
from tests.unit.pipeline.gates.world import context

ASSET, OTHER_ASSET = "5b" * 32, "ab" * 32
VERSION, OTHER_VERSION = "577f" * 8, "b290" * 8
WELL = gzip.compress(b"0\nAll is well", mtime=0)
SAID = "AWS::Lambda::Version.FunctionCurrentVersion4A160B19{} in {}.zip"


def template(asset: str = ASSET, version: str = VERSION, memory: int = 512) -> str:
    properties = {"Code": {"S3Key": f"{asset}.zip"}, "MemorySize": memory}
    publish = f'publish "{asset}:444444444444-eu-west-1-{asset[:8]}"'
    resources = {
        "Function": {"Type": "AWS::Lambda::Function", "Properties": properties},
        f"FunctionCurrentVersion4A160B19{version}": {"Type": "AWS::Lambda::Version"},
        "Publish": {"Type": "AWS::CodeBuild::Project", "Properties": {"BuildSpec": json.dumps({"run": publish})}},
    }
    return json.dumps({"Resources": resources}, indent=1)


class Scanner:
    """Says where it found the version and the asset, and counts how often it was asked."""

    def __init__(self, tmp_path: Path) -> None:
        self.context: Context = context(tmp_path)
        self.asked = 0

    def scan(self, paths: tuple[Path, ...]) -> str:
        self.asked += 1
        resources = json.loads(paths[0].read_text())["Resources"]
        version = next(name for name in resources if "CurrentVersion" in name)
        key = resources["Function"]["Properties"]["Code"]["S3Key"]
        return SAID.format(version.removeprefix("FunctionCurrentVersion4A160B19"), key.removesuffix(".zip"))

    def ask(self, *templates: str) -> tuple[str, bool]:
        """What it says, and whether that was remembered."""
        paths = []
        for number, text in enumerate(templates):
            path = self.context.assembly / f"stage-{number}" / "orders.template.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            paths.append(path)
        told, notes = scanned(self.context, "checkov", tuple(paths), self.scan, lambda text: text)
        return told, bool(notes)


@pytest.fixture
def scanner(tmp_path: Path) -> Scanner:
    return Scanner(tmp_path)


def test_other_digests_need_no_other_scan_and_findings_stand_at_the_true_names(scanner: Scanner) -> None:
    assert scanner.ask(template()) == (SAID.format(VERSION, ASSET), False)
    told = scanner.ask(template(OTHER_ASSET, OTHER_VERSION))
    assert (told, scanner.asked) == ((SAID.format(OTHER_VERSION, OTHER_ASSET), True), 1)


def test_any_other_difference_is_scanned(scanner: Scanner) -> None:
    scanner.ask(template())
    assert [scanner.ask(template(memory=128))[1], scanner.ask(template(), template())[1]] == [False, False]
    assert scanner.asked == 3


def test_a_change_of_what_the_scanner_looks_at_besides_is_scanned(scanner: Scanner) -> None:
    source = scanner.context.root / "cloud" / "stack.py"
    source.parent.mkdir()

    def ask() -> bool:
        (scanner.context.root / "cdk.json").write_text("{}")
        path = scanner.context.assembly / "a.template.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(template())
        sources = ("cloud", "cdk.json", "gone.txt")
        return bool(scanned(scanner.context, "checkov", (path,), scanner.scan, str, sources)[1])

    source.write_text("one")
    assert [ask(), ask()] == [False, True]
    source.write_text("two")
    assert [ask(), ask()] == [False, True]
    source.rename(source.with_name("other.py"))
    assert not ask()


def test_which_places_share_a_digest_is_a_difference() -> None:
    same = neutral({"a": f"{ASSET} {ASSET}"})
    assert same.digest == neutral({"a": f"{OTHER_ASSET} {OTHER_ASSET}"}).digest
    assert same.digest != neutral({"a": f"{ASSET} {OTHER_ASSET}"}).digest


def test_templates_of_one_name_in_two_folders_are_two(scanner: Scanner) -> None:
    scanner.ask(template(), template(memory=128))
    assert not scanner.ask(template(memory=128), template())[1]


def test_an_answer_that_can_not_be_read_is_not_remembered(scanner: Scanner) -> None:
    def unreadable(_: str) -> str:
        raise GateBroke("no JSON")

    scanner.ask(template(memory=1))
    path = scanner.context.assembly / "stage-0" / "orders.template.json"
    path.write_text(template())
    with pytest.raises(GateBroke):
        scanned(scanner.context, "checkov", (path,), scanner.scan, unreadable)
    assert not scanner.ask(template())[1]


@pytest.mark.parametrize(
    "spoiled",
    [b"", b"x", WELL, WELL[:-9], gzip.compress(b"\xff", mtime=0)],
    ids=["nothing", "not packed", "another digest", "cut off", "no text"],
)
def test_an_answer_that_was_spoiled_is_asked_for_again(scanner: Scanner, spoiled: bytes) -> None:
    scanner.ask(template())
    (kept,) = (scanner.context.cache / "scan").iterdir()
    kept.write_bytes(spoiled)
    assert scanner.ask(template()) == (SAID.format(VERSION, ASSET), False)


def test_what_was_needed_last_is_kept_longest(scanner: Scanner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_answers, "KEPT", 2)
    folder = scanner.context.cache / "scan"
    for moment, memory in enumerate((1, 2)):
        before = {*folder.glob("*")}
        scanner.ask(template(memory=memory))
        (kept,) = {*folder.iterdir()} - before
        os.utime(kept, (moment, moment))
    scanner.ask(template(memory=1))
    scanner.ask(template(memory=3))
    assert [scanner.ask(template(memory=memory))[1] for memory in (1, 3, 2)] == [True, True, False]


@given(st.text(st.sampled_from('0123456789abcdefAZ-:"\\ '), max_size=200))
def test_restoring_gives_back_all_but_the_marks_of_destinations(text: str) -> None:
    copies = neutral({"a": text})
    restored = copies.restored(copies.texts["a"])
    assert len(restored) == len(text)
    assert neutral({"a": restored}).digest == copies.digest
