"""What must hold of the locks together, one rule at a time."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement

from pipeline.gates.dependencies import advisories, cooldown, lookalikes, rules
from pipeline.gates.dependencies.advisories import advisories_in
from pipeline.gates.dependencies.locked import Locked
from pipeline.gates.tools.locks import well_known
from pipeline.record.verdict import Finding
from tests.unit.pipeline.gates.dependencies.making import OTHER, locked

TODAY = date(2026, 11, 26)
PROJECT = """[project]
dependencies = [
    "requests==2.34.2",
]
[dependency-groups]
lint = ["ruff", {include-group = "x"}]
"""
REQUESTS, RUFF = locked("requests==2.34.2"), locked("ruff==0.17.6")
KNOWN = frozenset({"requests", "urllib3", "python-dateutil", "numpy", "boto3", "six"})


def said(findings: object) -> list[tuple[str, str]]:
    assert isinstance(findings, list)
    assert all(isinstance(one, Finding) and one.severity == "high" for one in findings)
    return [(one.where, one.what) for one in findings]


def test_the_same_version_has_the_same_hashes_everywhere() -> None:
    other = locked("requests==2.34.2", "locks/b.txt:7", OTHER)
    assert list(rules.same_hashes([REQUESTS, RUFF, locked("requests==2.33.0", "locks/b.txt:1", OTHER)])) == []
    assert said(list(rules.same_hashes([REQUESTS, RUFF, other]))) == [
        ("locks/b.txt:7", "LOCK requests==2.34.2 has other hashes than in locks/a.txt:1")
    ]


def test_what_is_asked_for_is_locked_so() -> None:
    assert list(rules.as_asked(PROJECT, [REQUESTS, RUFF])) == []
    found = list(rules.as_asked(PROJECT, [locked("requests==2.3.0", "locks/a.txt:5")]))
    assert said(found) == [
        ("locks/a.txt:5", "LOCK requests is asked for as ==2.34.2, and locked as 2.3.0"),
        ("pyproject.toml:6", "LOCK ruff is in no lock"),
    ]


def test_what_is_asked_for_at_an_address_is_said() -> None:
    project = '[project]\ndependencies = ["requests @ git+https://example.org/requests.git"]\n'
    (found,) = rules.as_asked(project, [REQUESTS])
    assert found.what == "LOCK requests is asked for at an address and not from the index"


@pytest.mark.parametrize("project", ["[project", '[project]\ndependencies = ["requests=2"]\n'])
def test_what_is_no_project_is_said(project: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        rules.asked_for(project)


ROOTS = [Requirement("requests[socks]"), Requirement("ruff")]
NEEDS: dict[str, list[Requirement]] = {
    "requests": [Requirement(each) for each in ("idna", "pysocks; extra == 'socks'", "black; extra == 'dev'")],
    "idna": [Requirement("requests"), Requirement("colorama; sys_platform == 'win32'")],
    **{name: [] for name in ("ruff", "pysocks", "black", "colorama", "stranger")},
}


def pinned(*names: str) -> list[Locked]:
    return [locked(f"{name}==1.0") for name in names]


def test_what_nobody_asks_for_is_not_locked() -> None:
    needed = pinned("requests", "ruff", "idna", "pysocks", "colorama")
    assert list(rules.asked_by_nobody(ROOTS, needed, NEEDS)) == []
    found = rules.asked_by_nobody(ROOTS, [*needed, *pinned("black", "stranger")], NEEDS)
    assert [what for _, what in said(list(found))] == ["LOCK nobody asks for black", "LOCK nobody asks for stranger"]


def test_where_a_package_s_needs_are_unknown_nobody_can_tell() -> None:
    known = {name: needed for name, needed in NEEDS.items() if name != "idna"}
    assert list(rules.asked_by_nobody(ROOTS, pinned("requests", "idna", "stranger"), known)) == []


def test_npm_is_asked_for_exact_versions_and_runs_nothing() -> None:
    cdk = Locked("npm", "cdk", "1.2.3", frozenset({"sha512-x"}), "package-lock.json:3")
    assert list(rules.npm_as_asked({"dependencies": {"cdk": "1.2.3"}}, [cdk])) == []
    asked = {"dependencies": {"cdk": "^1.2.3"}, "scripts": {"postinstall": "sh"}}
    assert [what for _, what in said(list(rules.npm_as_asked(asked, [cdk])))] == [
        "LOCK cdk is asked for as ^1.2.3, and locked as 1.2.3",
        "LOCK has scripts, which npm runs when it installs",
    ]


@given(st.integers(-3, 400))
def test_a_release_may_be_locked_when_it_is_a_week_old(days: int) -> None:
    day = TODAY - timedelta(days=days)
    found = said(list(cooldown.too_young([REQUESTS], {REQUESTS.pin: day}, TODAY)))
    assert found == ([] if days >= 7 else [(REQUESTS.where, f"COOLDOWN requests==2.34.2 was published on {day}")])


def test_a_version_that_nobody_knows_the_day_of_and_a_day_of_nothing_are_findings() -> None:
    found = cooldown.too_young([REQUESTS], {"requests==2.3.0": TODAY}, TODAY)
    assert [(one.what, one.severity) for one in found] == [
        ("COOLDOWN locks/released.txt does not say when requests==2.34.2 was published", "high"),
        ("COOLDOWN requests==2.3.0 is in no lock any more", "low"),
    ]


def test_the_days_are_read_and_anything_else_is_not() -> None:
    assert cooldown.released_in("# days\nrequests==2.34.2 2026-05-14\n\n") == {"requests==2.34.2": date(2026, 5, 14)}
    with pytest.raises(ValueError, match=r"locks/released.txt:2: not"):
        cooldown.released_in("a==1 2026-05-14\nb==2 yesterday\n")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("requets", "requests"),
        ("reqeusts", "requests"),
        ("requestss", "requests"),
        ("rrequests", "requests"),
        ("requesta", "requests"),
        ("urlib3", "urllib3"),
        ("urllib", "urllib3"),
        ("dateutil", "python-dateutil"),
        ("pythondateutil", "python-dateutil"),
        ("requests-py", "requests"),
        ("python-numpy", "numpy"),
    ],
)
def test_a_name_that_is_one_slip_away_is_found(name: str, meant: str) -> None:
    (found,) = lookalikes.lookalikes([locked(f"{name}==1.0")], KNOWN)
    assert found.what == f"LOOKALIKE {name} is one slip away from {meant}"


@pytest.mark.parametrize(
    "name", ["requests", "types-requests", "requests-toolbelt", "sax", "boto4x", "ruff", "botocore"]
)
def test_a_name_of_its_own_is_not(name: str) -> None:
    assert list(lookalikes.lookalikes([locked(f"{name}==1.0")], KNOWN)) == []


@given(st.text("abc", min_size=1, max_size=8), st.data())
def test_every_slip_is_one(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word) - 1))
    longer, shorter = word[:at] + "x" + word[at:], word[:at] + word[at + 1 :]
    other, swapped = word[:at] + "x" + word[at + 1 :], word[:at] + word[at : at + 2][::-1] + word[at + 2 :]
    assert not lookalikes.slips(word, word)
    for slip in {longer, shorter, other, swapped} - {word}:
        assert lookalikes.slips(word, slip)
        assert lookalikes.slips(slip, word)


def test_a_version_that_an_advisory_is_about_is_found() -> None:
    known = advisories_in('[pyjwt]\nA-1 = ">=1.5,<2.4"\n[urllib3]\nB-2 = ["<1.26.19", ">=2,<2.2.2"]\n')
    pins = ("pyjwt==2.3.0", "pyjwt==2.4.0", "urllib3==1.27", "urllib3==2.2.1", "requests==1.0")
    assert [what for _, what in said(list(advisories.vulnerable(map(locked, pins), known)))] == [
        "ADVISORY pyjwt==2.3.0: A-1 is about <2.4,>=1.5",
        "ADVISORY urllib3==2.2.1: B-2 is about <2.2.2,>=2",
    ]


def test_the_committed_lists_can_be_read() -> None:
    known = advisories_in(advisories.FILE.read_text())
    assert {"CVE-2022-29217"} <= {advisory.name for advisory in known if advisory.package == "pyjwt"}
    assert {"requests", "boto3", "pyjwt"} <= well_known()
