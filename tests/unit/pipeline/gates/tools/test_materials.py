"""What is shipped and what we build with: both bills are written, and the zips hold what is locked."""

import json
import zipfile
from pathlib import Path

import pytest

from pipeline.gates.context import Context, GateBroke
from pipeline.gates.tools import materials
from tests.unit.pipeline.gates.dependencies.making import well_locked
from tests.unit.pipeline.gates.world import context

METADATA = "Metadata-Version: 2.4\nName: {}\nVersion: {}\nLicense-Expression: {}\n\nAbout it.\n"


@pytest.fixture
def source(tmp_path: Path) -> Context:
    """A source with locks, and an assembly with a zip of what is locked."""
    well_locked(tmp_path)
    ship(tmp_path, requests=("2.34.2", "Apache-2.0"))
    return context(tmp_path)


def ship(root: Path, **packages: tuple[str, str]) -> None:
    (root / "cdk.out").mkdir(exist_ok=True)
    (root / "cdk.out/manifest.json").write_text("{}")
    with zipfile.ZipFile(root / "cdk.out/asset.zip", "w") as archive:
        archive.writestr("api/handler.py", "x = 1\n")
        for name, (version, licence) in packages.items():
            archive.writestr(f"{name}-{version}.dist-info/METADATA", METADATA.format(name, version, licence))


def said(given: Context) -> list[str]:
    return [finding.what for finding in materials.check(given).findings]


def test_what_is_shipped_and_what_we_build_with_have_a_bill_each(source: Context) -> None:
    part = materials.check(source)
    assert (part.findings, part.checked, part.what) == ((), 2, "packages")
    delivered = json.loads((source.out / materials.DELIVERED).read_text())
    tools = json.loads((source.out / materials.TOOLS).read_text())
    assert [each["name"] for each in delivered["components"]] == ["asset.zip", "requests"]
    assert [each["name"] for each in tools["components"]] == ["cdk", "requests"]


def test_a_package_that_nobody_locked_is_not_shipped(source: Context) -> None:
    ship(source.root, requests=("2.34.2", "Apache-2.0"), stranger=("1.0", "MIT"))
    assert said(source) == ["BILL holds stranger==1.0, which locks/lambda.txt does not have"]


def test_another_version_than_is_locked_is_not_shipped(source: Context) -> None:
    ship(source.root, requests=("2.34.1", "Apache-2.0"))
    assert said(source) == [
        "BILL holds requests==2.34.1, which locks/lambda.txt does not have",
        "BILL requests==2.34.2 is locked, and in no zip",
    ]


def test_a_licence_that_the_team_does_not_take_is_a_finding(source: Context) -> None:
    ship(source.root, requests=("2.34.2", "AGPL-3.0-only"))
    assert said(source) == ["LICENCE requests==2.34.2 comes under AGPL-3.0-only"]


def test_a_package_that_is_installed_on_other_machines_alone_is_not_asked_for_its_licence(source: Context) -> None:
    lock = source.root / "locks/world.txt"
    elsewhere = lock.read_text().replace("requests==2.34.2", "colorama==9.9 ; sys_platform == 'win32'")
    lock.write_text(lock.read_text() + elsewhere)
    assert said(source) == []
    lock.write_text(lock.read_text().replace("win32", "linux"))
    assert said(source) == ["LICENCE nobody knows under which colorama==9.9 comes"]


def test_functions_without_their_zips_are_our_failure(source: Context) -> None:
    (source.root / "cdk.out/asset.zip").unlink()
    (source.root / "cdk.out/a.template.json").write_text('{"Resources": {"F": {"Type": "AWS::Lambda::Function"}}}')
    with pytest.raises(GateBroke, match="none of their zips"):
        materials.check(source)


def test_without_locks_there_is_nothing_to_say(tmp_path: Path) -> None:
    assert materials.check(context(tmp_path)).blind
