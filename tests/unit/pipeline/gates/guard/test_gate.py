"""The gate `guard`: the release as it is passes, with and without a base; nothing to look at never does."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.gates import waivers
from pipeline.gates.breaking import PROMISE
from pipeline.gates.context import GateBroke
from pipeline.gates.evidence import Evidence
from pipeline.gates.guard import doors, gate
from pipeline.gates.guard.assembly import Assembly
from pipeline.gates.guard.looking import must_see
from pipeline.gates.guard.registry import all_rules
from pipeline.gates.guard.rule import Looked, Rule
from pipeline.gates.guard.subject import Subject
from tests.unit.pipeline.gates.guard.templates import ROOT, release
from tests.unit.pipeline.gates.world import context, put


def ask(assembly: Assembly, tmp_path: Path, base: str = "") -> Evidence:
    asked = context(tmp_path, SLIPWAY_ASSEMBLY=str(assembly.folder), SLIPWAY_BASE=base)
    for known in (waivers.FILE, doors.FILE, PROMISE):
        (tmp_path / known).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / known, tmp_path / known)
    return gate.gather(asked)


def released_with(real: Assembly, tmp_path: Path, waived: bool = True) -> str:
    """The folder of the release as it is, with its waivers or without."""
    base = tmp_path / "base"
    (base / waivers.FILE).parent.mkdir(parents=True)
    (base / "cdk.out").symlink_to(real.folder)
    if waived:
        shutil.copy(ROOT / waivers.FILE, base / waivers.FILE)
    return str(base)


def test_the_release_as_it_is_passes_and_says_that_nothing_was_compared(real: Assembly, tmp_path: Path) -> None:
    evidence = ask(real, tmp_path)
    assert (evidence.findings, evidence.broken, evidence.measured) == ((), (), {"findings": 0})
    assert gate.FIRST_RELEASE in evidence.summary
    assert evidence.checked == sum(part.checked for part in evidence.parts) > 0


def test_a_release_that_changes_nothing_passes_against_its_base(real: Assembly, tmp_path: Path) -> None:
    evidence = ask(real, tmp_path, base=released_with(real, tmp_path))
    assert (evidence.findings, evidence.broken) == ((), ())
    assert f"compared with {real.resources:,} of the base release" in evidence.summary


@pytest.mark.parametrize(
    "rule", [rule for rule in all_rules() if rule.about.needs != "nothing"], ids=lambda rule: rule.id
)
def test_a_rule_finds_what_it_needs_in_the_release_as_it_is(rule: Rule, real: Assembly) -> None:
    assert must_see(rule, release(real)) <= {looked.stage for looked in rule.look(release(real))}


def test_without_waivers_what_they_waive_refuses(real: Assembly, tmp_path: Path) -> None:
    evidence = gate.gather(context(tmp_path, SLIPWAY_ASSEMBLY=str(real.folder)))
    assert evidence.measured["findings"] == len(evidence.findings) > 0


def test_no_change_excuses_itself(real: Assembly, tmp_path: Path) -> None:
    """The base release has no waivers, so none of them counts: what they waive refuses, and none is called unneeded."""
    waived = {each.what for part in ask(real, tmp_path / "first").parts for each in part.waived}
    evidence = ask(real, tmp_path, base=released_with(real, tmp_path, waived=False))
    assert {each.what for each in evidence.findings} == waived
    told = [each.what for each in evidence.warnings if each.where == str(waivers.FILE)]
    new = "the waiver of guard no_function_feeds_itself at */orders:ImporterFunction* is new"
    assert f"{new}: it counts once it is released, and not before" in told


def test_the_committed_waivers_name_rules_that_there_are() -> None:
    named = {rule for waiver in waivers.read(ROOT) if waiver.tool == gate.OWN for rule in waiver.rule}
    assert named
    assert named <= {rule.id for rule in all_rules()}


def test_an_assembly_without_a_template_is_nothing_to_look_at(tmp_path: Path) -> None:
    evidence = gate.gather(context(put(tmp_path, cdk_dot_out__manifest_dot_json="{}")))
    assert (evidence.checked, evidence.findings) == (0, ())
    assert all(part.blind for part in evidence.parts)


def test_without_an_assembly_the_gate_has_broken(tmp_path: Path) -> None:
    with pytest.raises(GateBroke, match="synthesize first"):
        gate.gather(context(tmp_path))


def test_a_rule_that_crashes_breaks_the_gate(real: Assembly, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(_: Subject) -> Iterator[Looked]:
        raise TypeError("no")

    broken = replace(all_rules()[0], look=crash)
    monkeypatch.setattr(gate, "all_rules", lambda: (broken, *all_rules()[1:]))
    evidence = ask(real, tmp_path)
    assert [told.splitlines()[0] for told in evidence.broken] == [
        f"{broken.about.kind}: rule {broken.id} crashed: TypeError: no"
    ]
