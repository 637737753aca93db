"""The npm shim answers for exactly what is here, and leaves everything else to npm."""

import hashlib
import json
import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.rehearsal.errors import Broke
from pipeline.rehearsal.shims import NodeTools, write_shims
from pipeline.rehearsal.shims.folder import installed
from pipeline.rehearsal.shims.npm import Package, asked_for, here

ROOT = Path(__file__).parents[5]
CDK = Package("2.1148.1", {"cdk": "/tools/cdk"})
SCOPED = Package("1.0.0", {"tool": "/tools/tool"})
PACKAGES = {"aws-cdk": CDK, "@scope/tool": SCOPED}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("install -g aws-cdk@2.1148.1", (CDK,)),
        ("i --global aws-cdk@2.1148.1 --no-audit", (CDK,)),
        ("install aws-cdk@2.1148.1 -g", (CDK,)),
        ("--silent install -g @scope/tool@1.0.0 aws-cdk@2.1148.1", (SCOPED, CDK)),
        ("install -g aws-cdk@2", ()),
        ("install -g aws-cdk@^2.1148.1", ()),
        ("install -g aws-cdk@latest", ()),
        ("install -g aws-cdk", ()),
        ("install -g aws-cdk@2.1148.1 other@1.0.0", ()),
        ("install -g aws-cdk@2.1148.1 --registry=https://example.com", ()),
        ("install aws-cdk@2.1148.1", ()),
        ("uninstall -g aws-cdk@2.1148.1", ()),
        ("install -g", ()),
        ("ci", ()),
        ("", ()),
    ],
)
def test_only_a_global_install_of_exactly_what_is_here_is_answered(line: str, expected: tuple[Package, ...]) -> None:
    assert here(asked_for(line.split()), PACKAGES) == expected


@given(st.lists(st.text(max_size=12), max_size=5))
def test_nothing_is_answered_by_chance(arguments: list[str]) -> None:
    named = {"aws-cdk@2.1148.1", "@scope/tool@1.0.0"}
    if here(asked_for(arguments), PACKAGES):
        assert named & set(arguments)


@pytest.fixture
def fake(tmp_path: Path) -> NodeTools:
    """A node that prints how it was called, an npm, and one installed package."""
    node = tmp_path / "node" / "bin" / "node"
    npm = tmp_path / "node" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    package = tmp_path / "tools" / "node_modules" / "aws-cdk" / "package.json"
    for path in (node, npm, package):
        path.parent.mkdir(parents=True)
    node.write_text('#!/bin/sh\necho "node $(basename "$1") $2 $3 $4"\n')
    node.chmod(0o755)
    npm.touch()
    package.write_text(json.dumps({"name": "aws-cdk", "version": "2.1148.1", "bin": {"cdk": "bin/cdk"}}))
    (tmp_path / "tools" / "package.json").write_text(json.dumps({"dependencies": {"aws-cdk": "2.1148.1"}, "name": "t"}))
    return NodeTools(node, tmp_path / "tools")


def npm(tools: NodeTools, folder: Path, *arguments: str) -> str:
    """What `npm` prints when the shims stand on PATH."""
    shims = write_shims(folder / "shims", tools)
    environment = {"PATH": f"{shims}:/usr/bin:/bin", "NPM_CONFIG_PREFIX": str(folder / "prefix")}
    command = [str(shims / "npm"), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


def test_the_shim_says_that_it_answered_and_puts_the_real_command_into_the_build_s_prefix(
    fake: NodeTools, tmp_path: Path
) -> None:
    said = npm(fake, tmp_path, "install", "-g", "aws-cdk@2.1148.1")
    assert said == "npm (shim): aws-cdk@2.1148.1 is here already, pinned by package-lock.json: nothing was fetched\n"
    cdk = tmp_path / "prefix" / "bin" / "cdk"
    assert (
        subprocess.run([str(cdk), "deploy", "a b"], capture_output=True, text=True).stdout == "node cdk deploy a b \n"
    )


def test_every_other_call_reaches_the_real_npm_unchanged(fake: NodeTools, tmp_path: Path) -> None:
    assert npm(fake, tmp_path, "install", "-g", "aws-cdk@2") == "node npm-cli.js install -g aws-cdk@2\n"
    assert not (tmp_path / "prefix").exists()


def test_a_version_is_what_the_files_say_and_not_what_was_promised(fake: NodeTools) -> None:
    manifest = fake.folder / "node_modules" / "aws-cdk" / "package.json"
    manifest.write_text(json.dumps({"name": "aws-cdk", "version": "3.0.0", "bin": "bin/cdk"}))
    found = installed(fake)
    assert found["aws-cdk"] == {"version": "3.0.0", "commands": {"aws-cdk": str(manifest.parent / "bin" / "cdk")}}


def test_tools_that_are_not_installed_are_named(fake: NodeTools, tmp_path: Path) -> None:
    (fake.folder / "node_modules" / "aws-cdk" / "package.json").unlink()
    with pytest.raises(Broke, match=r"aws-cdk/package\.json can't be read: .*run scripts/setup"):
        write_shims(tmp_path / "shims", fake)
    fake.npm.unlink()
    with pytest.raises(Broke, match=r"npm-cli\.js is not there; run scripts/setup"):
        write_shims(tmp_path / "shims", fake)


def real_tools() -> NodeTools:
    """The tools that scripts/setup installed."""
    digest = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()[:12]
    folder = os.environ.get("SLIPWAY_NPM") or f"{os.environ['SLIPWAY_HOME']}/npm/{digest}"
    return NodeTools(Path(os.environ["JSII_NODE"]), Path(folder))


@pytest.mark.parametrize(("name", "command"), [("aws-cdk", "cdk"), ("cdk-assets", "cdk-assets")])
def test_the_real_tools_of_cdk_s_own_buildspecs_run(name: str, command: str, tmp_path: Path) -> None:
    version = json.loads((ROOT / "package.json").read_text())["dependencies"][name]
    package = f"{name}@{version}"
    tools = real_tools()
    assert npm(tools, tmp_path, "install", "-g", package).startswith(f"npm (shim): {package} is here already")
    program = [str(tmp_path / "prefix" / "bin" / command), "--version"]
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "CDK_DISABLE_CLI_TELEMETRY": "true"}
    said = subprocess.run(program, env=environment, capture_output=True, text=True, check=True).stdout
    assert said.split()[0] == version
