"""Licences: how packages say theirs, and which the team takes."""

from email.message import Message

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.gates.dependencies import licences
from pipeline.gates.dependencies.licences import Taken, is_taken, licence_of, refused, taken_in
from tests.unit.pipeline.gates.dependencies.making import locked

ALLOWED = {"MIT": "asks for its notice", "Apache-2.0": "grants patents", "MPL-2.0": "we change nothing"}


def said(expression: str = "", words: str = "", *classifiers: str) -> Message:
    told = Message()
    if expression:
        told["License-Expression"] = expression
    if words:
        told["License"] = words
    for one in classifiers:
        told["Classifier"] = f"License :: {one}"
    return told


@pytest.mark.parametrize(
    ("metadata", "expression"),
    [
        (said("MIT OR Apache-2.0", "whatever"), "MIT OR Apache-2.0"),
        (said("", "MIT"), "MIT"),
        (said("", "Apache License 2.0"), "Apache-2.0"),
        (said("", "MIT OR AFL-2.1"), "MIT OR AFL-2.1"),
        (said("", "", "OSI Approved :: MIT License"), "MIT"),
        (
            said("", "Dual License", "OSI Approved :: MIT License", "OSI Approved :: BSD License"),
            "LicenseRef-BSD AND MIT",
        ),
        (said("", "UNKNOWN", "OSI Approved", "OSI Approved :: MIT License"), "MIT"),
        (said("", "see LICENSE.txt"), ""),
        (said("", "see LICENSE.txt", "OSI Approved :: Some Licence"), ""),
        (said("", "", "OSI Approved :: MIT License", "OSI Approved :: Some Licence"), ""),
        (said(), ""),
    ],
)
def test_a_licence_is_read_from_what_the_package_says(metadata: Message, expression: str) -> None:
    assert licence_of(metadata) == expression


@pytest.mark.parametrize(
    ("expression", "taken"),
    [
        ("MIT", True),
        ("MIT OR GPL-3.0-only", True),
        ("MIT AND GPL-3.0-only", False),
        ("MPL-2.0 AND (GPL-3.0-only OR Apache-2.0)", True),
        ("GPL-2.0-only WITH Classpath-exception-2.0", False),
        ("GPL-3.0-or-later", False),
        ("LicenseRef-Proprietary", False),
        ("MIT AND", False),
        ("", False),
    ],
)
def test_all_of_an_and_and_one_of_an_or_must_be_allowed(expression: str, taken: bool) -> None:
    assert is_taken(expression, ALLOWED) is taken


def test_a_licence_that_is_unknown_or_not_taken_is_a_finding() -> None:
    pins = [locked("requests==1.0"), locked("gpl==1.0"), locked("silent==1.0"), locked("told==1.0")]
    expressions = {"requests==1.0": "Apache-2.0", "gpl==1.0": "GPL-3.0-only", "silent==1.0": ""}
    found = refused(pins, expressions, Taken(ALLOWED, {"told": "MIT"}))
    assert [(one.what, one.severity) for one in found] == [
        ("LICENCE gpl==1.0 comes under GPL-3.0-only", "high"),
        ("LICENCE nobody knows under which silent==1.0 comes", "high"),
    ]


@given(st.text())
def test_no_words_stop_the_reading(words: str) -> None:
    is_taken(words, ALLOWED)
    if "\n" not in words and "\r" not in words:
        licence_of(said("", words))


def test_the_committed_list_gives_a_reason_for_each() -> None:
    taken = taken_in(licences.FILE.read_text())
    assert {"MIT", "Apache-2.0"} <= taken.allowed.keys()
    assert all(len(reason.split()) > 2 for reason in taken.allowed.values())
    assert not any(name.startswith(("GPL", "AGPL")) for name in taken.allowed)
