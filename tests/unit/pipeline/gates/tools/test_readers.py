"""What each tool prints, as findings. The outputs are small pieces of real ones."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.gates.context import GateBroke
from pipeline.gates.tools import (
    bidi,
    cfn_lint,
    checkov,
    import_linter,
    mypy,
    nag,
    ruff,
    shellcheck,
    workflow_schema,
    zizmor,
)
from pipeline.gates.waivers import rule_of
from pipeline.record.verdict import Finding

RUFF = json.dumps(
    [
        {
            "code": "F401",
            "filename": "/src/api/x.py",
            "location": {"row": 3, "column": 8},
            "message": "`os` imported but unused",
            "url": "https://docs.astral.sh/ruff/rules/unused-import",
            "fix": None,
        },
        {
            "code": None,
            "filename": "/src/api/y.py",
            "location": {"row": 1, "column": 1},
            "message": "SyntaxError: x",
            "url": None,
        },
    ]
)


def test_ruff() -> None:
    assert ruff.findings_in(RUFF, Path("/src"), "run scripts/fix") == (
        Finding(
            "api/x.py:3",
            "F401 `os` imported but unused",
            "run scripts/fix, or see https://docs.astral.sh/ruff/rules/unused-import",
        ),
        Finding("api/y.py:1", "syntax SyntaxError: x", "run scripts/fix"),
    )


MYPY = """pipeline/a.py:6:12: error: Incompatible return value type (got "int", expected "str")  [return-value]
pipeline/a.py:6:12: note: Perhaps you meant str(x)
api/b.py:2: error: Name "x" is not defined  [name-defined]
Found 2 errors in 2 files (checked 518 source files)
"""


def test_mypy_with_the_notes_that_explain_an_error() -> None:
    assert mypy.findings_in(MYPY) == (
        Finding(
            "pipeline/a.py:6",
            'Incompatible return value type (got "int", expected "str")  [return-value]',
            "Perhaps you meant str(x)",
        ),
        Finding("api/b.py:2", 'Name "x" is not defined  [name-defined]'),
    )


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (MYPY, 518),
        ("Success: no issues found in 1 source file\n", 1),
        ("Success: no issues found in 42 source files\n", 42),
        ("Found 1 error in 1 file (errors prevented further checking)\n", 0),
    ],
)
def test_mypy_counts_what_it_checked(text: str, count: int) -> None:
    assert mypy.checked_in(text) == count


IMPORTS = """
Contracts: 1 kept, 1 broken.


----------------
Broken contracts
----------------

the domain is the standard library only
---------------------------------------

api.domain is not allowed to import pydantic:

- api.domain.model -> api.domain.odd (l.3)
  api.domain.odd -> pydantic (l.7, l.9)
- api.domain.odd -> pydantic (l.7, l.9)
"""


def test_import_linter_names_each_arrow_once_with_its_contract() -> None:
    files = import_linter.modules([Path("api/domain/odd.py"), Path("api/domain/__init__.py")])
    assert files == {"api.domain.odd": "api/domain/odd.py", "api.domain": "api/domain/__init__.py"}
    contract = "against “the domain is the standard library only”"
    fix = "turn the arrow round, or pass the thing in"
    assert import_linter.findings_in(IMPORTS, files) == (
        Finding("api.domain.model:3", f"api.domain.model imports api.domain.odd, {contract}", fix),
        Finding("api/domain/odd.py:7", f"api.domain.odd imports pydantic, {contract}", fix),
    )


def test_shellcheck() -> None:
    comment = {"file": "scripts/x", "line": 3, "level": "info", "code": 2086, "message": "Double quote.", "fix": None}
    assert shellcheck.findings_in(json.dumps({"comments": [comment]})) == (
        Finding("scripts/x:3", "SC2086 Double quote.", "see https://www.shellcheck.net/wiki/SC2086"),
    )


@pytest.mark.parametrize(
    ("path", "text", "is_one"),
    [
        ("scripts/setup", "#!/usr/bin/env bash\n", True),
        ("scripts/environment.sh", "# shellcheck shell=bash\n", True),
        (".ci/run", "#!/bin/sh\n", True),
        ("scripts/tool.py", "#!/usr/bin/env python\n", False),
        ("scripts/notes.md", "shell\n", False),
        ("api/x.sh", "#!/bin/sh\n", False),
    ],
)
def test_what_is_a_shell_script(tmp_path: Path, path: str, text: str, *, is_one: bool) -> None:
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_text(text)
    assert shellcheck.is_shell(tmp_path, Path(path)) is is_one


def test_bidirectional_controls_are_named_by_line_and_code_point() -> None:
    text = f"ok = 1\nif x:{chr(0x202E)} # {chr(0x2066)}\nä = '🍵 “quotes”'\n"
    found = bidi.findings_in("api/x.py", text)
    assert [(one.where, one.what) for one in found] == [
        ("api/x.py:2", "bidirectional control U+202E"),
        ("api/x.py:2", "bidirectional control U+2066"),
    ]


def test_cfn_lint() -> None:
    told = {
        "Filename": "cdk.out/assembly-beta/beta.template.json",
        "Level": "Warning",
        "Location": {"Path": ["Resources", "Fn", "DependsOn", 1], "Start": {"LineNumber": 3, "ColumnNumber": 1}},
        "Message": "dependency already enforced",
        "Rule": {"Id": "W3005", "Description": "x"},
    }
    informational = {**told, "Level": "Informational", "Location": {"Path": None}, "Rule": {"Id": "I1022"}}
    decoy = {**told, "Filename": f"x/{cfn_lint.DECOY}"}
    assert cfn_lint.findings_in(json.dumps([told, decoy, informational])) == (
        Finding("beta.template.json:Resources/Fn/DependsOn/1", "W3005 dependency already enforced", "", "high"),
        Finding("beta.template.json:", "I1022 dependency already enforced", "", "low"),
    )
    for nothing in ("", "[]", json.dumps([told])):
        with pytest.raises(GateBroke, match="cfn-lint sees nothing"):
            cfn_lint.findings_in(nothing)


CHECKOV: dict[str, Any] = {
    "check_type": "cloudformation",
    "results": {
        "passed_checks": [],
        "failed_checks": [
            {
                "check_id": "CKV_AWS_18",
                "check_name": "Ensure the S3 bucket has access logging enabled",
                "file_path": "/cdk.out/pipeline.template.json",
                "file_line_range": [83, 129],
                "resource": "AWS::S3::Bucket.Artifacts82DD59A1",
                "severity": None,
            }
        ],
        "skipped_checks": [],
        "parsing_errors": [],
    },
    "summary": {"passed": 12, "failed": 1, "skipped": 0, "parsing_errors": 0, "resource_count": 4},
}


def test_checkov() -> None:
    assert checkov.findings_in(checkov.read_report(json.dumps(CHECKOV))) == (
        Finding(
            "pipeline.template.json:AWS::S3::Bucket.Artifacts82DD59A1",
            "CKV_AWS_18 Ensure the S3 bucket has access logging enabled",
            "",
            "high",
        ),
    )


def test_checkov_that_looked_at_nothing_gives_bare_counts_and_is_not_believed() -> None:
    with pytest.raises(GateBroke, match="looked at nothing"):
        checkov.read_report('{"passed": 0, "failed": 0, "skipped": 0, "parsing_errors": 0, "resource_count": 0}')


def test_cdk_nag_s_rules_end_with_a_colon() -> None:
    told = {
        "resources": 427,
        "templates": 4,
        "findings": [
            {"rule": "AwsSolutions-S1", "where": "beta/B", "what": "no logs: none", "severity": "error"},
            {"rule": "AwsSolutions-IAM5[Resource::*] for a:B", "where": "beta/C", "what": "all", "severity": "note"},
        ],
    }
    part = nag.part_of(json.dumps(told))
    assert part.checked == 427
    assert part.findings == (
        Finding("beta/B", "AwsSolutions-S1: no logs: none", "", "high"),
        Finding("beta/C", "AwsSolutions-IAM5[Resource::*] for a:B: all", "", "low"),
    )
    assert [rule_of("cdk-nag", one) for one in part.findings] == [
        "AwsSolutions-S1",
        "AwsSolutions-IAM5[Resource::*] for a:B",
    ]


def zizmor_told(severity: str) -> dict[str, object]:
    def place(kind: str, row: int) -> dict[str, object]:
        return {
            "symbolic": {
                "key": {"Local": {"verbatim_path": ".github/workflows/pr.yml"}},
                "annotation": "action is not pinned",
                "kind": kind,
            },
            "concrete": {"location": {"start_point": {"row": row, "column": 8}}},
        }

    return {
        "ident": "unpinned-uses",
        "desc": "unpinned action reference",
        "url": "https://docs.zizmor.sh/audits/#unpinned-uses",
        "determinations": {"confidence": "High", "severity": severity, "persona": "Regular"},
        "locations": [place("Hidden", 0), place("Primary", 6)],
        "ignored": False,
    }


@pytest.mark.parametrize(("theirs", "ours"), [("High", "high"), ("Medium", "high"), ("Low", "low")])
def test_zizmor(theirs: str, ours: str) -> None:
    assert zizmor.findings_in(json.dumps([zizmor_told(theirs)])) == (
        Finding(
            ".github/workflows/pr.yml:7",
            "unpinned-uses unpinned action reference: action is not pinned",
            "see https://docs.zizmor.sh/audits/#unpinned-uses",
            ours,
        ),
    )


def test_a_workflow_that_zizmor_cannot_load_is_a_finding() -> None:
    refused = "failed to load file://.github/workflows/bad.yml as workflow"
    text = f"fatal: no audit was performed\n{refused}\n\nCaused by:\n    0: invalid YAML\n"
    assert zizmor.unloadable_in(text) == (
        Finding(".github/workflows/bad.yml:1", "unreadable: 0: invalid YAML", "mend the file", "high"),
    )


def test_workflows_against_their_schema() -> None:
    told = {
        "status": "fail",
        "errors": [
            {
                "filename": ".github/workflows/a.yml",
                "path": "$.jobs.a",
                "message": "not valid",
                "best_deep_match": {"path": "$.jobs.a['runs-on']", "message": "3 is not of type 'string'"},
            }
        ],
        "parse_errors": [{"filename": ".github/workflows/b.yml", "message": "Failed to parse"}],
    }
    part = workflow_schema.part_of(json.dumps(told), given=2)
    assert (part.checked, part.findings) == (
        2,
        (
            Finding(".github/workflows/b.yml:1", "unreadable Failed to parse", "", "high"),
            Finding(".github/workflows/a.yml:1", "schema $.jobs.a['runs-on']: 3 is not of type 'string'", "", "high"),
        ),
    )


def test_workflows_that_keep_their_schema_are_counted_by_the_tool_itself() -> None:
    good = json.dumps({"status": "ok", "errors": [], "checked_paths": ["a.yml", "b.yml"]})
    assert workflow_schema.part_of(good, given=2).checked == 2
    with pytest.raises(GateBroke, match="names 0 of the 2 workflows as checked"):
        workflow_schema.part_of(json.dumps({"status": "ok", "errors": []}), given=2)


@pytest.mark.parametrize(
    "read",
    [
        lambda text: ruff.findings_in(text, Path("/"), ""),
        shellcheck.findings_in,
        cfn_lint.findings_in,
        checkov.read_report,
        nag.part_of,
        zizmor.findings_in,
        lambda text: workflow_schema.part_of(text, 1),
    ],
    ids=["ruff", "shellcheck", "cfn-lint", "checkov", "nag", "zizmor", "workflow schema"],
)
@pytest.mark.parametrize("text", ["Traceback (most recent call last):", '{"a": 1}', "[1]"])
def test_output_of_another_form_is_our_failure_and_never_a_pass(read: Callable[[str], object], text: str) -> None:
    with pytest.raises(GateBroke):
        read(text)
