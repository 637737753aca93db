"""The scanners as tools: one that crashed or saw nothing is never taken for a clean one."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.gates import scan, waivers
from pipeline.gates.context import Context
from pipeline.gates.judge import Asked, judge
from pipeline.gates.tools import secrets
from pipeline.gates.tools.nag import PYTHON
from pipeline.plan.delivery import SCAN
from pipeline.record.verdict import Outcome
from tests.unit.pipeline.gates.tools.test_readers import CHECKOV
from tests.unit.pipeline.gates.tools.test_secrets import DECOY_FOUND, told
from tests.unit.pipeline.gates.world import Toolbox, context

TEMPLATE = json.dumps({"Resources": {f"R{number}": {"Type": "AWS::SNS::Topic"} for number in range(120)}})
NAG = {"resources": 120, "templates": 1, "findings": [], "acknowledged": [], "unused": []}
WORKFLOW = ".github/workflows/pr.yml"


def clean_checkov() -> dict[str, Any]:
    results: dict[str, list[object]] = {
        "passed_checks": [],
        "failed_checks": [],
        "skipped_checks": [],
        "parsing_errors": [],
    }
    return {"results": results, "summary": {"passed": 99, "failed": 0, "resource_count": 120}}


@pytest.fixture
def source(tmp_path: Path) -> Context:
    """A source of two files, and an assembly with one template."""
    files = {"cdk.out/beta/beta.template.json": TEMPLATE, WORKFLOW: "on: push\n", "README.md": "Orders\n"}
    for name, text in files.items():
        path = tmp_path / "src" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return context(tmp_path / "src", SCAN)


@pytest.fixture
def quiet(tools: Toolbox) -> Toolbox:
    """Scanners that all find nothing. Checkov answers for secrets if it is asked for them."""
    say_nag(tools, NAG)
    say_checkov(tools, clean_checkov())
    tools.say("cfn-lint", "[]")
    return tools


def say_nag(tools: Toolbox, document: object) -> None:
    """cdk-nag writes into the file after --output, which is the sixth argument."""
    tools.say(PYTHON, also=f"cat > \"$6\" <<'END'\n{json.dumps(document)}\nEND")


def say_checkov(tools: Toolbox, templates: object, found: str | None = None) -> None:
    answer = found or told(DECOY_FOUND)
    case = f"case \"$*\" in *secrets*) cat <<'END'\n{answer}\nEND\n;;"
    case += f" *) cat <<'END'\n{json.dumps(templates)}\nEND\n;; esac"
    tools.say("checkov", also=case)


def forget(source: Context) -> None:
    """Let no scanner remember what it said of these templates."""
    shutil.rmtree(source.cache / "scan")


def outcome(source: Context) -> Outcome:
    return judge(SCAN, scan.gather(source), Asked("again")).outcome


def test_a_clean_change_passes_and_everything_is_counted(source: Context, quiet: Toolbox) -> None:
    evidence = scan.gather(source)
    assert (evidence.findings, evidence.broken) == ((), ())
    counted = {part.tool: part.checked for part in evidence.parts}
    assert counted == {"cdk-nag": 120, "secrets": 2, "checkov": 120, "cfn-lint": 120}
    assert quiet
    assert judge(SCAN, evidence, Asked("again")).outcome is Outcome.PASSED


def test_a_finding_of_any_scanner_refuses(source: Context, quiet: Toolbox) -> None:
    say_checkov(quiet, clean_checkov(), told(DECOY_FOUND, ("README.md", 1, "b" * 40)))
    assert outcome(source) is Outcome.REFUSED
    forget(source)
    say_checkov(quiet, CHECKOV | {"summary": {"passed": 12, "failed": 1, "resource_count": 120}})
    assert {finding.where for finding in scan.gather(source).findings} == {
        "pipeline.template.json:AWS::S3::Bucket.Artifacts82DD59A1",
    }


def test_what_is_waived_is_counted_beside_its_tool_and_is_no_cross(source: Context, quiet: Toolbox) -> None:
    say_checkov(quiet, CHECKOV | {"summary": {"passed": 12, "failed": 1, "resource_count": 120}})
    waiver = 'tool="checkov"\nrule="CKV_AWS_18"\nwhere=["*"]\nreason="nobody reads it here"\nexpires=2027-01-01\n'
    (source.root / waivers.FILE).parent.mkdir(parents=True)
    (source.root / waivers.FILE).write_text(f"[[waiver]]\n{waiver}")
    said: list[str] = []
    evidence = scan.gather(replace(source, say=said.append))
    assert (evidence.findings, evidence.broken) == ((), ())
    (told,) = (line for line in said if line.startswith("  checkov  "))
    assert (told.split()[1], told.rsplit("s  ", 1)[1]) == ("✓", "120 resources, 1 waived")


@pytest.mark.parametrize("name", ["cfn-lint", "checkov"])
def test_a_scanner_that_crashes_or_is_lost_is_our_failure(source: Context, quiet: Toolbox, name: str) -> None:
    quiet.say(name, "Traceback (most recent call last):", 1)
    assert outcome(source) is Outcome.BROKE
    quiet.lose(name)
    assert outcome(source) is Outcome.BROKE


def test_a_scanner_that_leaves_out_resources_is_our_failure(source: Context, quiet: Toolbox) -> None:
    say_checkov(quiet, clean_checkov() | {"summary": {"passed": 99, "failed": 0, "resource_count": 119}})
    (broken,) = scan.gather(source).broken
    assert broken.startswith("checkov: checkov left out 1 of the resources")


@pytest.mark.parametrize("name", ["cfn-lint", "checkov"])
def test_what_a_crash_left_out_is_asked_for_again(source: Context, quiet: Toolbox, name: str) -> None:
    quiet.say(name, "", 1)
    assert outcome(source) is Outcome.BROKE
    quiet.say("cfn-lint", "[]")
    say_checkov(quiet, clean_checkov())
    assert outcome(source) is Outcome.PASSED


@pytest.mark.parametrize("template", [None, '{"Resources": {}}'])
def test_an_assembly_with_nothing_in_it_is_the_change_s_failure(
    source: Context, quiet: Toolbox, template: str | None
) -> None:
    (source.assembly / "manifest.json").write_text("{}")
    path = source.assembly / "beta/beta.template.json"
    path.write_text(template) if template else path.unlink()
    for name in ("cfn-lint", PYTHON):  # nothing is there that they could be asked of
        quiet.say(name, "Traceback", 9)
    verdict = judge(SCAN, scan.gather(source), Asked("again"))
    assert verdict.outcome is Outcome.REFUSED
    assert verdict.summary.endswith("; checked too few: 0 resources, at least 100 expected")


def test_cdk_nag_that_looked_at_none_of_the_resources_is_our_failure(source: Context, quiet: Toolbox) -> None:
    say_nag(quiet, NAG | {"resources": 0})
    assert scan.gather(source).broken == ("cdk-nag: cdk-nag looked at none of the resources",)


def test_without_an_assembly_it_says_what_to_do(source: Context, quiet: Toolbox) -> None:
    assert quiet
    (source.assembly / "beta/beta.template.json").unlink()
    broken = scan.gather(source).broken
    assert len(broken) == 3
    assert all("synthesize first (scripts/slipway synth)" in one for one in broken)


def test_a_template_that_silences_a_scanner_by_itself_is_a_finding(source: Context, quiet: Toolbox) -> None:
    skipped = {**CHECKOV["results"]["failed_checks"][0], "check_id": "CKV_AWS_59"}
    report = clean_checkov()
    report["results"]["skipped_checks"] = [skipped]
    say_checkov(quiet, report)
    (finding,) = scan.gather(source).findings
    assert finding.what == "CKV_AWS_59 is skipped by the template itself"


def test_a_secret_is_found_by_its_place_and_stays_found(source: Context, quiet: Toolbox) -> None:
    say_checkov(quiet, clean_checkov(), told(DECOY_FOUND, (WORKFLOW, 1, "a" * 40)))
    for _ in range(2):  # what was found is never remembered as clean
        assert [one.where for one in scan.gather(source).findings] == [f"{WORKFLOW}:1"]


def test_what_was_clean_is_not_looked_at_twice_but_the_decoy_is(source: Context, quiet: Toolbox) -> None:
    assert secrets.check(source).warnings[0].what == "2 files looked at, 0 known to be clean from before"
    part = secrets.check(source)
    assert (part.checked, part.warnings[0].what) == (2, "0 files looked at, 2 known to be clean from before")
    say_checkov(quiet, clean_checkov(), told((WORKFLOW, 1, "a" * 40)))
    assert [one.split(":")[0] for one in scan.gather(source).broken] == ["secrets"]
