"""Every way to keep a scanner quiet besides the list of waivers is a finding."""

import json
from pathlib import Path, PurePath

import pytest

from pipeline.gates.tools import silencers
from pipeline.gates.tools.silencers import metadata_in, silencers_in
from tests.unit.pipeline.gates.world import context, put

# Put together here, so that this file itself silences nothing.
LOOK_AWAY = ("checkov:" + "skip=CKV_AWS_18", "pragma: " + "allowlist secret", "zizmor: " + "ignore[unpinned-uses]")


@pytest.mark.parametrize("name", [".cfnlintrc", "a/.cfnlintrc.yaml", ".checkov.yml", "zizmor.yml", ".secrets.baseline"])
def test_settings_of_a_scanner_are_found(name: str) -> None:
    assert [one.what for one in silencers_in(PurePath(name), "")] == ["SILENCED settings of a scanner"]


@pytest.mark.parametrize("comment", LOOK_AWAY)
def test_a_comment_that_tells_a_scanner_to_look_away_is_found(comment: str) -> None:
    (found,) = silencers_in(PurePath("a.py"), f"x = 1\ny = 2  # {comment}\n")
    assert (found.where, found.severity) == ("a.py:2", "high")


@pytest.mark.parametrize(
    "text", ["checkov skips what it can't parse", "a pragma for the allow list", "zizmor ignores it"]
)
def test_a_sentence_about_scanners_is_none(text: str) -> None:
    assert list(silencers_in(PurePath("README.md"), text)) == []


def test_metadata_that_a_scanner_takes_for_settings_is_found() -> None:
    quiet = {"Type": "AWS::SNS::Topic", "Metadata": {"checkov": {"skip": []}, "aws:asset:path": "x"}}
    template = {"Metadata": {"cfn-lint": {}}, "Resources": {"A": quiet, "B": {"Type": "AWS::SNS::Topic"}}}
    assert [(one.where, one.what) for one in metadata_in("beta.template.json", template)] == [
        ("beta.template.json:the template", "SILENCED metadata for cfn-lint"),
        ("beta.template.json:A", "SILENCED metadata for checkov"),
    ]


def test_every_file_and_template_is_counted(tmp_path: Path) -> None:
    put(tmp_path, a_dot_py="x = 1\n", cdk_dot_out__beta_dot_template_dot_json=json.dumps({"Resources": {}}))
    part = silencers.check(context(tmp_path))
    assert (part.checked, part.findings) == (2, ())
