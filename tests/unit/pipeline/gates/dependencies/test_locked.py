"""The locks, read: what is pinned and hashed, and what lets something else in."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.gates.dependencies.locked import packages_in, requirements_in
from tests.unit.pipeline.gates.dependencies.making import DIGEST, INTEGRITY, OTHER, line

NAME = st.from_regex(r"[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,4})?", fullmatch=True)
VERSION = st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,3}){0,2}", fullmatch=True)


@given(st.lists(st.tuples(NAME, VERSION), max_size=6))
def test_every_pin_with_a_hash_is_a_locked_package(pins: list[tuple[str, str]]) -> None:
    text = "".join(line(f"{name}=={version}", DIGEST, OTHER) for name, version in pins)
    found = requirements_in("locks/a.txt", text)
    assert [(one.name, one.version, len(one.hashes), one.problem) for one in found] == [
        (name, version, 2, "") for name, version in pins
    ]
    assert [one.where for one in found] == [f"locks/a.txt:{1 + 3 * number}" for number in range(len(pins))]


def test_a_marker_is_part_of_a_pin_and_a_comment_is_none() -> None:
    text = "# as resolved\n" + line("Typing_Extensions==4.1 ; python_version < '3.13'")
    (found,) = requirements_in("a.txt", text)
    assert (found.pin, found.where, found.problem) == ("typing-extensions==4.1", "a.txt:2", "")
    assert found.marker == 'python_version < "3.13"'


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("requests==2.0\n", "requests has no hash"),
        (f"requests==2.0 --hash=md5:{'0' * 32}\n", "requests has no hash"),
        ("requests==2.0 --hash=sha256:0123\n", "requests has no hash"),
        (line("requests>=2.0"), "is no pinned requirement: requests>=2.0"),
        (line("requests==2.*"), "is no pinned requirement"),
        (line("requests"), "is no pinned requirement: requests"),
        (line("requests @ https://example.org/requests.whl"), "takes requests from an address"),
        ("git+https://example.org/requests.git\n", "is no pinned requirement: git+https"),
        ("-e ./vendored\n", "holds an option"),
        ("--extra-index-url https://example.org/simple\n", "holds an option"),
        ("--index-url=https://example.org/simple\n", "holds an option"),
        ("-r more.txt\n", "holds an option"),
        ("./requests.whl\n", "is no pinned requirement"),
        ("<<<<<<< HEAD\n", "is no pinned requirement"),
    ],
)
def test_what_lets_something_else_in_says_so(text: str, problem: str) -> None:
    (found,) = requirements_in("locks/a.txt", text)
    assert problem in found.problem


@given(st.text())
def test_no_text_stops_the_reading(text: str) -> None:
    requirements_in("a.txt", text)


def npm(**told: object) -> str:
    package = {"version": "1.2.3", "integrity": INTEGRITY, "license": "MIT", **told}
    packages = {"": {"dependencies": {"cdk": "1.2.3"}}, "node_modules/cdk": package}
    return json.dumps({"lockfileVersion": 3, "packages": packages}, indent=1)


def test_npm_s_lock_is_read_with_its_licences() -> None:
    (found,) = packages_in("package-lock.json", npm())
    assert (found.pin, found.licence, found.problem) == ("cdk@1.2.3", "MIT", "")
    assert found.where == "package-lock.json:9"


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ({"integrity": ""}, "cdk has no hash"),
        ({"integrity": "sha1-x"}, "cdk has no hash"),
        ({"integrity": "sha512-x"}, "cdk has no hash"),
        ({"resolved": "https://example.org/cdk.tgz"}, "names the address"),
        ({"resolved": "git+ssh://git@example.org/cdk.git"}, "takes cdk from elsewhere"),
        ({"link": True}, "takes cdk from elsewhere"),
        ({"version": ""}, "takes cdk from elsewhere"),
        ({"hasInstallScript": True}, "runs a program of its own"),
    ],
)
def test_what_npm_s_lock_lets_in_is_said(told: dict[str, object], problem: str) -> None:
    (found,) = packages_in("package-lock.json", npm(**told))
    assert problem in found.problem


@pytest.mark.parametrize("text", ["[]", "{}", '{"packages": []}', "{"])
def test_what_is_no_lock_of_npm_s_is_said(text: str) -> None:
    with pytest.raises(ValueError, match=r"no lock|Expecting"):
        packages_in("package-lock.json", text)
