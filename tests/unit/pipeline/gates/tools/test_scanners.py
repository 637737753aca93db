"""The scanners as tools: one that crashed or saw nothing is never taken for a clean one."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.gates import scan, waivers
from pipeline.gates.context import Context
from pipeline.gates.history import NONE_HERE
from pipeline.gates.judge import Asked, judge
from pipeline.gates.tools import cfn_lint, checkov, secrets
from pipeline.gates.tools.cfn_lint import DECOY, decoy_template
from pipeline.gates.tools.nag import PYTHON
from pipeline.plan.delivery import DELIVERY
from pipeline.record.verdict import NOT_RUN, Outcome
from tests.unit.pipeline.gates.dependencies.making import well_locked
from tests.unit.pipeline.gates.test_history import commit, git
from tests.unit.pipeline.gates.tools.test_readers import CHECKOV
from tests.unit.pipeline.gates.tools.test_secret_encodings import ACCESS_KEY, b64
from tests.unit.pipeline.gates.tools.test_secrets import DECOY_FOUND, told
from tests.unit.pipeline.gates.world import Toolbox, context

TEMPLATE = json.dumps({"Resources": {f"R{number}": {"Type": "AWS::SNS::Topic"} for number in range(120)}})
NAG = {"resources": 120, "templates": 1, "findings": []}
WORKFLOW = ".github/workflows/pr.yml"
CFN_LINT = json.dumps(
    [{"Filename": DECOY, "Level": "Error", "Location": {"Path": []}, "Message": "x", "Rule": {"Id": "E3002"}}]
)


def clean_checkov() -> dict[str, Any]:
    results: dict[str, list[object]] = {
        "passed_checks": [],
        "failed_checks": [],
        "skipped_checks": [],
        "parsing_errors": [],
    }
    return {"results": results, "summary": {"passed": 99, "failed": 0, "resource_count": 120}}


SMALL = replace(DELIVERY.gate("scan"), checked_at_least=100)
"""The plan's, for an assembly that holds less than the delivered one."""


@pytest.fixture
def source(tmp_path: Path) -> Context:
    """A source of two files, and an assembly with one template."""
    files = {"cdk.out/beta/beta.template.json": TEMPLATE, WORKFLOW: "on: push\n", "README.md": "Orders\n"}
    for name, text in files.items():
        path = tmp_path / "src" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    well_locked(tmp_path / "src")
    return context(tmp_path / "src", SMALL, AWS_ENDPOINT_URL="http://127.0.0.1:9")


@pytest.fixture
def quiet(tools: Toolbox) -> Toolbox:
    """Scanners that all find nothing. Checkov answers for secrets if it is asked for them."""
    say_nag(tools, NAG)
    say_checkov(tools, clean_checkov())
    tools.say("cfn-lint", CFN_LINT)
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
    return judge(SMALL, scan.gather(source), Asked("again")).outcome


def test_a_clean_change_passes_and_everything_is_counted(source: Context, quiet: Toolbox) -> None:
    evidence = scan.gather(source)
    assert (evidence.findings, evidence.broken) == ((), ())
    counted = {part.tool: part.checked for part in evidence.parts}
    resources = dict.fromkeys(("cdk-nag", "checkov", "cfn-lint", "settings"), 120)
    assert counted == resources | {
        "secrets": 12,
        "locks": 2,
        "materials": 2,
        "audit": 0,
        "characters": 11,
        "binaries": 11,
        "silencers": 12,
    }
    assert quiet
    assert judge(SMALL, evidence, Asked("again")).outcome is Outcome.PASSED


def test_a_finding_of_any_scanner_refuses(source: Context, quiet: Toolbox) -> None:
    say_checkov(quiet, clean_checkov(), told(DECOY_FOUND, (f"0/{WORKFLOW}", 1, "b" * 40)))
    assert outcome(source) is Outcome.REFUSED
    forget(source)
    say_checkov(quiet, CHECKOV | {"summary": {"passed": 12, "failed": 1, "resource_count": 120}})
    assert {finding.where for finding in scan.gather(source).findings} == {
        "pipeline.template.json:AWS::S3::Bucket.Artifacts82DD59A1",
    }


def test_what_is_waived_is_counted_beside_its_tool_and_is_no_cross(source: Context, quiet: Toolbox) -> None:
    say_checkov(quiet, CHECKOV | {"summary": {"passed": 12, "failed": 1, "resource_count": 120}})
    what = 'tool="checkov"\nrule="CKV_AWS_18"\nwhere=["*:*Bucket*"]\n'
    waiver = f'{what}reason="nobody reads it"\nowner="us"\nexpires=2027-01-01\n'
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


def test_cfn_lint_that_misses_the_decoy_is_our_failure(source: Context, quiet: Toolbox) -> None:
    quiet.say("cfn-lint", "[]")
    (broken,) = scan.gather(source).broken
    assert broken == "cfn-lint: the planted decoy was not found: cfn-lint sees nothing"


def test_the_real_scanners_look_at_every_resource_and_find_what_was_planted(tmp_path: Path) -> None:
    made = {"Topic": {"Type": "AWS::SNS::Topic"}, "Queue": {"Type": "AWS::SQS::Queue"}}
    for name, text in {"a": {"Resources": made}, "b/b": decoy_template()}.items():
        path = tmp_path / f"cdk.out/{name}.template.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(text))
    given = context(tmp_path, SMALL)
    parts = {tool: job(given) for tool, job in (("checkov", checkov.check), ("cfn-lint", cfn_lint.check))}
    assert {tool: part.checked for tool, part in parts.items()} == {"checkov": 3, "cfn-lint": 3}
    assert [one.where for one in parts["cfn-lint"].findings] == [
        "b.template.json:Resources/Decoy/Properties/NoSuchProperty"
    ]
    assert {one.where for one in parts["checkov"].findings} == {
        "a.template.json:AWS::SNS::Topic.Topic",
        "a.template.json:AWS::SQS::Queue.Queue",
        "b.template.json:AWS::SNS::Topic.Decoy",
    }


@pytest.mark.parametrize("name", ["cfn-lint", "checkov"])
def test_what_a_crash_left_out_is_asked_for_again(source: Context, quiet: Toolbox, name: str) -> None:
    quiet.say(name, "", 1)
    assert outcome(source) is Outcome.BROKE
    quiet.say("cfn-lint", CFN_LINT)
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
    verdict = judge(SMALL, scan.gather(source), Asked("again"))
    assert verdict.outcome is Outcome.REFUSED
    assert verdict.summary.endswith("; checked too few: 0 resources, at least 100 expected")


@pytest.mark.parametrize(("looked_at", "told"), [(0, "none of the"), (119, "119 of the"), (121, "121 of the")])
def test_cdk_nag_that_looked_at_other_resources_is_our_failure(
    source: Context, quiet: Toolbox, looked_at: int, told: str
) -> None:
    say_nag(quiet, NAG | {"resources": looked_at})
    assert scan.gather(source).broken == (f"cdk-nag: cdk-nag looked at {told} 120 resources",)


def test_without_an_assembly_it_says_what_to_do(source: Context, quiet: Toolbox) -> None:
    assert quiet
    (source.assembly / "beta/beta.template.json").unlink()
    broken = scan.gather(source).broken
    assert len(broken) == 7
    assert all("synthesize first (scripts/slipway synth)" in one for one in broken)


def test_a_template_that_silences_a_scanner_by_itself_is_a_finding(source: Context, quiet: Toolbox) -> None:
    skipped = {**CHECKOV["results"]["failed_checks"][0], "check_id": "CKV_AWS_59"}
    report = clean_checkov()
    report["results"]["skipped_checks"] = [skipped]
    say_checkov(quiet, report)
    (finding,) = scan.gather(source).findings
    assert finding.what == "CKV_AWS_59 is skipped by the template itself"


def test_a_secret_is_found_by_its_place_and_stays_found(source: Context, quiet: Toolbox) -> None:
    say_checkov(quiet, clean_checkov(), told(DECOY_FOUND, (f"0/{WORKFLOW}", 1, "a" * 40)))
    for _ in range(2):  # what was found is never remembered as clean
        assert [one.where for one in scan.gather(source).findings] == [f"{WORKFLOW}:1"]


def test_a_secret_that_a_commit_took_out_again_is_found_with_the_commit_that_brought_it(
    source: Context, quiet: Toolbox
) -> None:
    assert quiet
    git(source.root, "init", "-q", "-b", DELIVERY.source.branch)
    commit(source.root, "The first")
    git(source.root, "switch", "-q", "-c", "mine")
    brought = commit(source.root, "Add it", key_dot_py=f"KEY = '{b64(f'key = {ACCESS_KEY}')}'\n")
    commit(source.root, "Take it out", key_dot_py=None)
    (finding,) = secrets.check(source).findings
    assert finding.where == "key.py:1"
    assert finding.what == f"SHAPE AWS access key, wrapped in base64, in commit {brought[:8]}"


def test_without_a_history_it_says_that_nobody_looked_there(source: Context, quiet: Toolbox) -> None:
    assert quiet
    (told,) = (warning for warning in secrets.check(source).warnings if warning.severity == NOT_RUN)
    assert (told.where, told.what) == ("secrets in the history", NONE_HERE)


def test_what_was_clean_is_not_looked_at_twice_but_the_decoy_is(source: Context, quiet: Toolbox) -> None:
    assert secrets.check(source).warnings[0].what == "12 texts looked at, 0 known to be clean from before"
    part = secrets.check(source)
    assert (part.checked, part.warnings[0].what) == (12, "0 texts looked at, 12 known to be clean from before")
    say_checkov(quiet, clean_checkov(), told((WORKFLOW, 1, "a" * 40)))
    assert [one.split(":")[0] for one in scan.gather(source).broken] == ["secrets"]
