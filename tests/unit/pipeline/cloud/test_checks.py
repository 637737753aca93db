"""What the scan is told: findings of both checkers, templates that were not the ones checked, and the counts."""

import json

from pipeline.cloud.checks import Checked, differences, validator_findings
from pipeline.cloud.findings import Finding

ROLE = {
    "ruleName": "F3031",
    "description": "Role: 'r' does not match",
    "severity": "warning",
    "violatingConstructs": [{"constructPath": "x/f"}, {"constructPath": "x/g"}],
}
REPORT = {
    "pluginReports": [
        {"pluginName": "AwsSolutions", "violations": [{**ROLE, "ruleName": "AwsSolutions-S1"}]},
        {"pluginName": "CloudFormation Validate", "violations": [ROLE]},
    ]
}


def test_the_validators_findings_are_read_once_per_construct_and_cdk_nags_left_out() -> None:
    assert validator_findings(REPORT) == [
        Finding("F3031", "x/f", "Role: 'r' does not match", "warning"),
        Finding("F3031", "x/g", "Role: 'r' does not match", "warning"),
    ]


def test_a_report_of_nothing_holds_no_findings() -> None:
    assert validator_findings({"pluginReports": []}) == []


def test_equal_templates_do_not_differ() -> None:
    assert differences({"a": b"1"}, {"a": b"1"}) == []


def test_templates_that_were_not_checked_are_findings() -> None:
    found = differences({"changed": b"1", "new": b"1", "same": b"1"}, {"changed": b"2", "gone": b"1", "same": b"1"})
    assert [(finding.rule, finding.where) for finding in found] == [
        ("assembly", "changed"),
        ("assembly", "gone"),
        ("assembly", "new"),
    ]


def test_the_object_says_what_was_found() -> None:
    told = Checked(12, 2, (Finding("R1", "x/a", "is open", "error", "s3:PutObject"),)).to_json()
    assert json.loads(told) == {
        "resources": 12,
        "templates": 2,
        "findings": [{"rule": "R1 for s3:PutObject", "where": "x/a", "what": "is open", "severity": "error"}],
    }
