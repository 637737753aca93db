"""Ways to tell a scanner to keep quiet, besides the list of waivers: files of settings, comments, metadata.

A scanner obeys them without a word, and its report is as clean as one that found nothing. What we live with stands in
one list, with a reason, an owner and an end, so every other way is a finding.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Any

from pipeline.gates import waivers
from pipeline.gates.context import Context
from pipeline.gates.files import source_files, text_of
from pipeline.gates.part import Part
from pipeline.gates.tools.templates import templates_of
from pipeline.record.verdict import Finding

_FILES = re.compile(
    r"\.cfnlintrc(?:\.\w+)?|\.checkov\.(?:ya?ml|baseline)|\.?zizmor\.ya?ml|\.secrets\.baseline|\.gitleaks(?:ignore|\.toml)"
    r"|\.trivyignore(?:\.\w+)?|\.snyk|\.bandit|\.semgrepignore|\.cfn_nag\S*"
)
# With an end that no sentence about them has.
MARKS = re.compile(
    r"(?:checkov|bridgecrew):skip=|pragma: ?(?:allow|white)list (?:next)?|zizmor: ?ignore\[|gitleaks:(?:allow)\b"
)
_METADATA = ("cfn-lint", "cfn_nag", "checkov", "guard", "cdk_nag")
_FIX = f"take it out; what the team lives with stands in {waivers.FILE}"


def check(context: Context) -> Part:
    """Every file of the source and every template; `checked` counts them."""
    files, templates = source_files(context.root), templates_of(context)
    found: list[Finding] = []
    for path in files:
        text = text_of(context.root / path)
        found += silencers_in(path, text or "")
    for template in templates:
        found += metadata_in(template.name, json.loads(template.read_text()))
    return Part("silencers", len(files) + len(templates), "files", tuple(found))


def silencers_in(path: PurePath, text: str) -> Iterator[Finding]:
    """The file itself, if it is a scanner's settings, and every comment in it that tells one to look away."""
    if _FILES.fullmatch(path.name):
        yield Finding(f"{path}:1", "SILENCED settings of a scanner", _FIX, "high")
    for found in MARKS.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        yield Finding(f"{path}:{line}", f"SILENCED a scanner is told to look away: {found[0].strip()}", _FIX, "high")


def metadata_in(name: str, template: Mapping[str, Any]) -> Iterator[Finding]:
    """Metadata of the template, and of its resources, that a scanner takes for its settings."""
    holders = {"the template": template, **template.get("Resources", {})}
    for holder, told in holders.items():
        for key in sorted(set(_METADATA).intersection(told.get("Metadata") or {})):
            yield Finding(f"{name}:{holder}", f"SILENCED metadata for {key}", _FIX, "high")
