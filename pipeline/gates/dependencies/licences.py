"""Under which licence a package comes, as its metadata says it, and whether that is one that the team takes. Pure.

`License-Expression` is SPDX (core metadata 2.4). What is older says it in words of its own, in `License` or in
classifiers: those are read by the tables here, and what no table has is unknown, which is a finding.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

from license_expression import AND, OR, ExpressionError, LicenseSymbol, get_spdx_licensing

from pipeline.gates.dependencies.locked import Locked
from pipeline.record.verdict import Finding

FILE = Path(__file__).with_name("licences.toml")
_SPDX = get_spdx_licensing()
_WORDS = {
    "apache 2.0": "Apache-2.0",
    "apache license": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd 2-clause license": "BSD-2-Clause",
    "mit license": "MIT",
    "mit no attribution license (mit-0)": "MIT-0",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "psf license": "PSF-2.0",
    "psfl": "PSF-2.0",
    "python software foundation license": "PSF-2.0",
    "the mit license": "MIT",
    "the mit license (mit)": "MIT",
    # Which of them it is stands in the text of the licence alone.
    "bsd": "LicenseRef-BSD",
    "bsd license": "LicenseRef-BSD",
}
_NOTHING = frozenset({"osi approved", "freely distributable"})
_LICENCE = "License :: "


@dataclass(frozen=True)
class Taken:
    """Licences by SPDX id with the reason why the team takes them; and packages whose metadata does not say theirs."""

    allowed: Mapping[str, str]
    packages: Mapping[str, str]


def taken_in(text: str) -> Taken:
    """The list `licences.toml`."""
    document = tomllib.loads(text)
    return Taken(document["allowed"], {name: told["licence"] for name, told in document.get("packages", {}).items()})


def licence_of(metadata: Message) -> str:
    """The SPDX expression of a distribution's metadata, or nothing if it does not say it in words that we know."""
    if expression := metadata.get("License-Expression"):
        return str(expression)
    said = str(metadata.get("License") or "").strip()
    if known := _known(said):
        return known
    classifiers = [str(one) for one in metadata.get_all("Classifier") or [] if str(one).startswith(_LICENCE)]
    names = [one.rpartition(" :: ")[2].strip() for one in classifiers]
    found = [_known(name) for name in names if name.lower() not in _NOTHING]
    return " AND ".join(sorted(set(found))) if found and all(found) else ""


def _known(words: str) -> str:
    if words.lower() in _WORDS:
        return _WORDS[words.lower()]
    try:
        return str(_SPDX.parse(words, validate=True)) if words and len(words) < 200 else ""
    except ExpressionError:
        return ""


def refused(locked: Iterable[Locked], expressions: Mapping[str, str], taken: Taken) -> Iterator[Finding]:
    """Packages whose licence is unknown, or is none that the team takes. `expressions` are by pin."""
    for one in locked:
        expression = taken.packages.get(one.name) or expressions.get(one.pin, "")
        if not expression:
            fix = f"read it, and say it in {FILE.name}"
            yield Finding(one.where, f"LICENCE nobody knows under which {one.pin} comes", fix, "high")
        elif not is_taken(expression, taken.allowed):
            fix = f"take another package, or say in {FILE.name} why the team takes it"
            yield Finding(one.where, f"LICENCE {one.pin} comes under {expression}", fix, "high")


def is_taken(expression: str, allowed: Mapping[str, str]) -> bool:
    """Whether the team may use what comes under the expression: all of an AND, and one of an OR, is allowed."""
    try:
        return _is_taken(_SPDX.parse(expression), allowed)
    except ExpressionError:
        return False


def _is_taken(parsed: object, allowed: Mapping[str, str]) -> bool:
    match parsed:
        case OR():
            return any(_is_taken(each, allowed) for each in parsed.args)
        case AND():
            return all(_is_taken(each, allowed) for each in parsed.args)
        case LicenseSymbol():
            return parsed.key in allowed
    return False
