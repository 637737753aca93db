"""An assembly as rules look at it."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.gates.context import GateBroke
from pipeline.gates.guard.assembly import Assembly, read_assembly
from tests.unit.pipeline.gates.guard.templates import resource

TABLE = {"Resources": {"Table1": resource("DynamoDB::Table", TableName="orders")}}
TOLD = {"/pipeline/beta/orders/Data/Table/Resource": [{"type": "aws:cdk:logicalId", "data": "Table1"}]}


def put(file: Path, content: Any) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content))


def stack(display: str, file: str, **more: Any) -> dict[str, Any]:
    told = {"templateFile": file}
    return {"type": "aws:cloudformation:stack", "properties": told, "displayName": display, **more}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A pipeline with one stage."""
    nested = {"type": "cdk:cloud-assembly", "properties": {"directoryName": "in", "displayName": "pipeline/beta"}}
    put(tmp_path / "manifest.json", {"artifacts": {"p": stack("pipeline", "p.template.json"), "n": nested}})
    put(tmp_path / "p.template.json", {"Resources": {}})
    orders = stack("pipeline/beta/orders", "o.template.json", additionalMetadataFile="o.metadata.json")
    put(tmp_path / "in/manifest.json", {"artifacts": {"o": orders}})
    put(tmp_path / "in/o.metadata.json", TOLD)
    put(tmp_path / "in/o.template.json", TABLE)
    return tmp_path


def test_stacks_have_their_stage_and_resources_their_place(folder: Path) -> None:
    read = read_assembly(folder)
    assert [(each.stage, each.name) for each in read.stacks] == [("", "pipeline"), ("beta", "beta/orders")]
    assert (read.stages, read.resources) == (("beta",), 1)
    (table,) = read.of_stages()[0].all("AWS::DynamoDB::Table")
    assert (table.place, table.path, table.at("TableName")) == ("beta/orders:Table1", "Data/Table/Resource", "orders")


def test_paths_are_also_read_where_older_assemblies_keep_them(folder: Path) -> None:
    put(
        folder / "in/manifest.json",
        {"artifacts": {"o": stack("pipeline/beta/orders", "o.template.json", metadata=TOLD)}},
    )
    assert read_assembly(folder).of_stages()[0].resources["Table1"].path == "Data/Table/Resource"


def test_a_nested_stack_is_looked_at_though_no_manifest_names_it(folder: Path) -> None:
    put(folder / "in/data.nested.template.json", TABLE)
    read = read_assembly(folder)
    assert [each.name for each in read.of_stages()] == ["beta/orders", "beta/data.nested"]
    assert read.resources == 2


def test_a_reference_leads_to_its_resource(folder: Path) -> None:
    (orders,) = read_assembly(folder).of_stages()
    assert orders.target({"Fn::GetAtt": ["Table1", "Arn"]}) == orders.resources["Table1"]
    assert orders.target("Table1") is None


def test_without_an_assembly_it_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(GateBroke, match="synthesize first"):
        read_assembly(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]", '"x"'])
@pytest.mark.parametrize("name", ["manifest.json", "p.template.json", "in/o.template.json", "in/o.metadata.json"])
def test_a_file_that_cant_be_read_is_no_empty_one(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text)
    with pytest.raises(GateBroke, match="half written"):
        read_assembly(folder)


def test_what_is_synthesized_is_read_whole(real: Assembly) -> None:
    assert real.stages == ("beta", "gamma", "prod")
    assert [stack.name for stack in real.outside_of_stages()] == ["pipeline"]
    resources = [resource for stack in real.stacks for resource in stack.resources.values()]
    assert len(resources) == real.resources > 1_000
    assert [resource.place for resource in resources if not resource.path] == []
