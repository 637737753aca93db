"""Cloud assemblies: stacks, nested assemblies and assets from the manifest, and nothing from outside the folder."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.rehearsal.errors import Unreadable
from pipeline.rehearsal.read.assembly import Destination, read_assembly
from tests.unit.pipeline.rehearsal.making import write_assembly, write_manifest

EMPTY: dict[str, Any] = {"Resources": {}}


def said(folder: Path) -> list[str]:
    with pytest.raises(Unreadable) as refused:
        read_assembly(folder)
    root = f"{folder.resolve()}"
    return [f"{problem.file.removeprefix(root)} {problem.path}: {problem.what}" for problem in refused.value.problems]


def stack(template: str, environment: str = "aws://111111111111/eu-west-1", **more: Any) -> dict[str, Any]:
    told = {"templateFile": template, **more}
    return {"type": "aws:cloudformation:stack", "environment": environment, "properties": told}


def test_stacks_of_nested_assemblies_are_read_too(tmp_path: Path) -> None:
    write_assembly(tmp_path / "assembly-beta", {"orders": EMPTY})
    nested = {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-beta"}}
    tree = {"type": "cdk:tree", "properties": {"file": "tree.json"}}
    write_manifest(tmp_path, {"beta": nested, "pipeline": stack("pipeline.template.json", stackName="p"), "Tree": tree})
    (tmp_path / "pipeline.template.json").write_text(json.dumps(EMPTY))
    found = read_assembly(tmp_path)
    assert [(item.id, item.name, item.folder.name) for item in found.stacks] == [
        ("pipeline", "p", tmp_path.name),
        ("orders", "orders", "assembly-beta"),
    ]


def test_an_environment_that_synth_was_not_told_is_none(tmp_path: Path) -> None:
    write_assembly(tmp_path, {"a": EMPTY})
    write_manifest(tmp_path, {"a": stack("a.template.json", "aws://unknown-account/unknown-region")})
    assert [(item.account, item.region) for item in read_assembly(tmp_path).stacks] == [(None, None)]


def test_a_stack_has_the_assets_of_the_manifest_it_depends_on(tmp_path: Path) -> None:
    write_assembly(tmp_path, {"a": EMPTY})
    (tmp_path / "asset.1").mkdir()
    to = {"bucketName": "b", "objectKey": "1.zip", "region": "eu-west-1", "assumeRoleArn": "role"}
    files = {"1": {"displayName": "Code", "source": {"path": "asset.1", "packaging": "zip"}, "destinations": {"d": to}}}
    (tmp_path / "a.assets.json").write_text(json.dumps({"version": "54.0.0", "files": files, "dockerImages": {}}))
    assets = {"type": "cdk:asset-manifest", "properties": {"file": "a.assets.json"}}
    needs = {**stack("a.template.json"), "dependencies": ["a.assets"]}
    write_manifest(tmp_path, {"a.assets": assets, "a": needs, "alone": stack("a.template.json")})
    with_assets, alone = read_assembly(tmp_path).stacks
    (asset,) = with_assets.assets
    assert (asset.id, asset.source, asset.packaging, asset.name) == ("1", tmp_path.resolve() / "asset.1", "zip", "Code")
    assert asset.destinations == {"d": Destination("b", "1.zip", "eu-west-1", "role")}
    assert alone.assets == ()


def test_a_template_is_known_by_the_digest_of_its_bytes(tmp_path: Path) -> None:
    write_assembly(tmp_path, {"a": EMPTY})
    (found,) = read_assembly(tmp_path).stacks
    content = (tmp_path / "a.template.json").read_bytes()
    assert (found.template.digest, found.template.size) == (hashlib.sha256(content).hexdigest(), len(content))


def test_an_artifact_of_an_unknown_type_is_refused(tmp_path: Path) -> None:
    write_manifest(tmp_path, {"odd": {"type": "cdk:surprise"}})
    assert said(tmp_path) == ["/manifest.json artifacts.odd.type: cdk:surprise is not known"]


def test_a_schema_that_nobody_has_looked_at_is_refused(tmp_path: Path) -> None:
    write_manifest(tmp_path, {}, version="55.0.0")
    assert said(tmp_path) == ["/manifest.json version: assembly schema 55.0.0, this reader knows 36 to 54"]


def test_lookups_that_were_never_answered_are_named(tmp_path: Path) -> None:
    write_manifest(tmp_path, {}, missing=[{"key": "vpc-provider:1", "provider": "vpc", "props": {}}])
    assert said(tmp_path) == [
        "/manifest.json missing: the app asked for lookups that were never answered: vpc-provider:1"
    ]


def test_docker_images_are_refused(tmp_path: Path) -> None:
    document = {"version": "54.0.0", "files": {}, "dockerImages": {"1": {}}}
    (tmp_path / "a.assets.json").write_text(json.dumps(document))
    write_manifest(tmp_path, {"a": {"type": "cdk:asset-manifest", "properties": {"file": "a.assets.json"}}})
    assert said(tmp_path) == ["/a.assets.json dockerImages: Docker images 1 can't be built here"]


def test_nothing_outside_the_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_text(json.dumps(EMPTY))
    inside = tmp_path / "cdk.out"
    write_manifest(inside, {"a": stack("../secret.json")})
    assert said(inside) == [
        f"/manifest.json : {inside.resolve()}/../secret.json lies outside the assembly {inside.resolve()}"
    ]


def test_an_asset_that_is_not_there_is_named(tmp_path: Path) -> None:
    files = {"1": {"source": {"path": "asset.1", "packaging": "zip"}, "destinations": {}}}
    (tmp_path / "a.assets.json").write_text(json.dumps({"version": "54.0.0", "files": files}))
    write_manifest(tmp_path, {"a": {"type": "cdk:asset-manifest", "properties": {"file": "a.assets.json"}}})
    assert said(tmp_path) == ["/a.assets.json files.1.source.path: asset.1 is not there"]


def test_what_is_no_assembly_says_what_to_do(tmp_path: Path) -> None:
    assert said(tmp_path / "nowhere") == [" : there is no such folder"]
    assert said(tmp_path) == ["/manifest.json : No such file or directory"]
    (tmp_path / "manifest.json").write_text('{"version": ')
    assert said(tmp_path) == ["/manifest.json line 1 column 13: not JSON: Expecting value"]
    (tmp_path / "manifest.json").write_text('{"artifacts": {"a": {}}}')
    assert said(tmp_path) == [
        "/manifest.json version: it is missing",
        "/manifest.json artifacts.a.type: it is missing",
    ]


@pytest.mark.parametrize("template", ["[]", '{"Resources": []}', '{"Resources": {"A": {}}}', "{}", "\xff"])
def test_what_is_no_template_is_refused(tmp_path: Path, template: str) -> None:
    write_assembly(tmp_path, {"a": EMPTY})
    (tmp_path / "a.template.json").write_bytes(template.encode("latin-1"))
    assert said(tmp_path)
