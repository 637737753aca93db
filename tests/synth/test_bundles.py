"""What is inside the zips that the templates name."""

import io
import json
import re
import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml

from pipeline.cloud.sdk import SERVICES
from pipeline.cloud.service.route_groups import ROUTE_GROUPS
from pipeline.cloud.settings import ROOT
from pipeline.plan.delivery import DELIVERY
from tests.synth.reading import Assembly, Template

AARCH64 = 183
_DATA = "botocore/data/"
_CLIENTS = """
import json, botocore
from api.adapters import aws
from api.adapters.partner_orders import Lent
made = [each() for each in vars(aws).values() if hasattr(each, "cache_clear") and each is not aws.session]
lent = aws.dynamodb_lent(Lent("ASIA", "secret", "token", None))
services = [client.meta.service_model.service_name for client in (*made, lent)]
key = lent._request_signer._credentials.access_key
print(json.dumps({"services": services, "botocore": botocore.__file__, "lent": key}))
"""


def bundle(assembly: Assembly, template: Template, handler: str) -> zipfile.ZipFile:
    function = template.named("AWS::Lambda::Function", Handler=handler)
    digest = function["Code"]["S3Key"].removesuffix(".zip")
    return zipfile.ZipFile(assembly.folder / f"asset.{digest}.zip")


@pytest.fixture
def service(assembly: Assembly, prod: Template) -> zipfile.ZipFile:
    return bundle(assembly, prod, "api.handlers.orders.handler")


@pytest.fixture
def hooks(assembly: Assembly) -> list[zipfile.ZipFile]:
    functions = [
        function
        for function in assembly.stages["prod"].all("AWS::Lambda::Function")
        if function["Handler"].startswith("pipeline.hooks.")
    ]
    return [bundle_of(assembly, each["Code"]["S3Key"]) for each in functions]


def bundle_of(assembly: Assembly, key: str) -> zipfile.ZipFile:
    return zipfile.ZipFile(assembly.folder / f"asset.{key}")


def test_the_service_ships_its_code_its_contract_and_its_dependencies(service: zipfile.ZipFile) -> None:
    names = set(service.namelist())
    sources = {file.relative_to(ROOT).as_posix() for file in (ROOT / "api").rglob("*.py")}
    assert sources <= names
    assert {"contracts/openapi.yaml", "api/openapi.json", "requirements.txt", "pydantic/__init__.py"} <= names
    assert yaml.safe_load(service.read("contracts/openapi.yaml"))["openapi"] == "3.0.3"


def test_the_service_ships_the_sdk_that_it_is_tested_with_and_nothing_of_its_delivery(service: zipfile.ZipFile) -> None:
    packages = {name.split("/")[0] for name in service.namelist()}
    assert {"boto3", "botocore", "s3transfer", "urllib3", "jmespath"} <= packages
    assert packages.isdisjoint({"pipeline", "tests", "awslambdaric"})
    known = {parts[2] for name in service.namelist() if len(parts := name.split("/")) > 3 and name.startswith(_DATA)}
    assert known == SERVICES


def test_what_is_shipped_makes_every_client_that_a_function_asks_for(service: zipfile.ZipFile, tmp_path: Path) -> None:
    """In a process that has nothing but what is shipped, without its machine code, and the standard library."""
    service.extractall(tmp_path)
    done = subprocess.run(
        [sys.executable, "-S", "-P", "-c", _CLIENTS],
        env={"PYTHONPATH": str(tmp_path), "AWS_DEFAULT_REGION": "eu-west-1", "AWS_EC2_METADATA_DISABLED": "true"},
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout)
    assert set(told["services"]) == SERVICES
    assert Path(told["botocore"]).is_relative_to(tmp_path)
    assert told["lent"] == "ASIA"


def test_machine_code_is_built_for_the_functions_processor(service: zipfile.ZipFile) -> None:
    """By the header of each file (ELF, e_machine): a name may hold for every processor."""
    built = [name for name in service.namelist() if name.endswith(".so")]
    assert len(built) > 2
    assert {int.from_bytes(service.read(name)[18:20], "little") for name in built} == {AARCH64}


def test_byte_code_is_there_and_is_trusted_whatever_the_times_of_its_files(service: zipfile.ZipFile) -> None:
    """The flags of a `.pyc` (PEP 552): 1 means hash-based and not checked against the source."""
    names = set(service.namelist())
    sources = [name for name in names if name.endswith(".py")]
    compiled = [re.sub(r"([^/]+)\.py$", r"__pycache__/\1.cpython-313.pyc", name) for name in sources]
    assert len(sources) > 300
    assert [name for name in compiled if name not in names] == []
    assert {service.read(name)[4:8] for name in compiled} == {b"\x01\x00\x00\x00"}


def test_no_entry_carries_a_clock_time(service: zipfile.ZipFile, hooks: list[zipfile.ZipFile]) -> None:
    for each in (service, *hooks):
        assert {entry.date_time for entry in each.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert len(each.namelist()) == len(set(each.namelist()))


def test_a_hook_ships_its_own_code_and_nothing_else(hooks: list[zipfile.ZipFile]) -> None:
    judge = ("__init__", "clustering", "evidence", "health", "judging", "observed", "policy", "sequential")
    sources = {file.relative_to(ROOT).as_posix() for file in (ROOT / "pipeline/hooks").rglob("*.py")} | {
        "pipeline/__init__.py",
        *(f"pipeline/judge/{name}.py" for name in judge),
    }
    assert len(hooks) == 2 * len([group for group in ROUTE_GROUPS if group.canary]) + 1
    for each in hooks:
        assert {name for name in each.namelist() if name.endswith(".py")} == sources


def test_the_shipped_lock_pins_what_is_shipped(service: zipfile.ZipFile) -> None:
    pins = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", service.read("requirements.txt").decode(), re.MULTILINE))
    metadata = [name for name in service.namelist() if name.endswith(".dist-info/METADATA")]
    shipped = {}
    for name in metadata:
        said = dict(
            line.split(": ", 1)
            for line in io.TextIOWrapper(service.open(name)).read().splitlines()[:20]
            if ": " in line
        )
        shipped[said["Name"].lower().replace("_", "-")] = said["Version"]
    assert shipped == pins


def test_what_is_shipped_is_what_the_tests_run_with(service: zipfile.ZipFile) -> None:
    pins = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", service.read("requirements.txt").decode(), re.MULTILINE))
    installed = {name: version(name) for name in pins}
    assert installed == pins
    assert {"boto3", "botocore", "pydantic"} <= pins.keys()


def test_all_stages_deploy_the_same_zips(assembly: Assembly) -> None:
    keys = {
        stage.name: {each["Code"]["S3Key"] for each in assembly.stages[stage.name].all("AWS::Lambda::Function")}
        for stage in DELIVERY.stages
    }
    assert keys["beta"] == keys["gamma"] == keys["prod"]
