"""What a build asks for and this machine does not do is said, or refused."""

import dataclasses
import json
import os
from pathlib import Path
from typing import Any, cast

import pytest
from botocore.client import BaseClient
from botocore.stub import Stubber

from pipeline.rehearsal.errors import Broke, Unreadable
from pipeline.rehearsal.runners.codebuild.fidelity import shell_program
from pipeline.rehearsal.runners.codebuild.secrets import NotKept, SecretReference
from pipeline.rehearsal.runners.codebuild.vault import AwsVault
from tests.unit.pipeline.rehearsal.runners.codebuild.workbench import AWS, Bench


def stubbed(client: object) -> Stubber:
    assert isinstance(client, BaseClient)
    return Stubber(client)


def asking(**more: object) -> str:
    return json.dumps({"version": "0.2", "phases": {"build": {"commands": ["true"]}}, **more})


def installing(**runtimes: str) -> str:
    phases = {"install": {"runtime-versions": runtimes}, "build": {"commands": ["true"]}}
    return json.dumps({"version": "0.2", "phases": phases})


def test_everything_that_is_not_done_is_named_in_the_log_and_as_an_event(bench: Bench) -> None:
    text = """
    version: 0.2
    run-as: builder
    env: {git-credential-helper: yes}
    phases:
      build: {commands: ["true"], on-failure: RETRY-2, run-as: another}
    cache: {paths: [node_modules/**/*]}
    """
    project = dataclasses.replace(bench.project(text), privileged=True)
    bench.run(text, project=project)
    assert bench.not_exercised == [
        "CodeBuild: run-as another",
        "CodeBuild: run-as builder",
        "CodeBuild: on-failure RETRY-2 of build",
        "CodeBuild: git-credential-helper",
        "CodeBuild: cache",
        "CodeBuild: privileged mode",
        "CodeBuild: image aws/codebuild/standard:7.0",
    ]
    assert all(f"not exercised: {name.removeprefix('CodeBuild: ')}: " in bench.log for name in bench.not_exercised)


@pytest.mark.parametrize("wanted", ["3.13", "3.x", "latest", "3.13.5", "3"])
def test_a_runtime_that_this_machine_has_is_taken(bench: Bench, wanted: str) -> None:
    bench.run(installing(python=wanted))
    assert bench.not_exercised == ["CodeBuild: image aws/codebuild/standard:7.0"]


@pytest.mark.parametrize("wanted", ["3.12", "2.x", "3.1", "3.13.50"])
def test_a_runtime_in_another_version_is_refused_clearly(bench: Bench, wanted: str) -> None:
    message = f"python {wanted} is asked for, the rehearsal runs with python 3.13.5"
    with pytest.raises(Unreadable, match=message):
        bench.run(installing(python=wanted))


def test_a_runtime_that_this_machine_lacks_is_named(bench: Bench) -> None:
    bench.run(installing(ruby="3.4"))
    assert "CodeBuild: runtime ruby 3.4" in bench.not_exercised


def test_sh_is_bash_on_amazon_linux_images_and_the_machine_s_own_elsewhere(bench: Bench) -> None:
    ubuntu = bench.project(asking())
    amazon = dataclasses.replace(ubuntu, image="aws/codebuild/amazonlinux-aarch64-standard:3.0")
    assert ubuntu.buildspec is not None
    assert shell_program(ubuntu.buildspec, ubuntu).path == "/bin/sh"
    expected = "bash" if Path("/bin/bash").exists() or Path("/usr/bin/bash").exists() else "sh"
    found = shell_program(ubuntu.buildspec, amazon)
    assert (os.path.basename(found.path), found.name) == (expected, "sh")  # noqa: PTH119


def test_secrets_are_asked_of_the_local_aws_by_name_stage_and_version() -> None:
    vault = AwsVault(AWS)
    with stubbed(vault._secrets) as stub:
        stub.add_response("get_secret_value", {"SecretString": "now"}, {"SecretId": "a"})
        stub.add_response("get_secret_value", {"SecretString": "old"}, {"SecretId": "a", "VersionStage": "AWSPREVIOUS"})
        stub.add_response("get_secret_value", {"SecretBinary": b"x"}, {"SecretId": "b"})
        assert vault.secret(SecretReference("a")) == "now"
        assert vault.secret(SecretReference("a", stage="AWSPREVIOUS")) == "old"
        with pytest.raises(NotKept, match="binary"):
            vault.secret(SecretReference("b"))


def test_a_build_s_variables_are_taken_from_whom_it_is_told_to_trust(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", "/the/machine.pem")
    vault = AwsVault({**AWS, "AWS_CA_BUNDLE": "/tls/authority.pem"})
    for client in (vault._ssm, vault._secrets):
        assert cast(Any, client)._endpoint.http_session._verify == "/tls/authority.pem"


def test_a_parameter_that_is_not_there_is_told_from_an_aws_that_does_not_answer() -> None:
    vault = AwsVault(AWS)
    with stubbed(vault._ssm) as stub:
        stub.add_response("get_parameter", {"Parameter": {"Value": "v"}}, {"Name": "/a", "WithDecryption": True})
        stub.add_client_error("get_parameter", "ParameterNotFound")
        assert vault.parameter("/a") == "v"
        with pytest.raises(NotKept, match="not there"):
            vault.parameter("/b")
    nowhere = AwsVault({**AWS, "AWS_ENDPOINT_URL": "http://127.0.0.1:1"})
    with pytest.raises(Broke, match="could not be asked"):
        nowhere.parameter("/a")
