"""A build sees what CodeBuild would show it, and nothing of who rehearses."""

import json

import pytest

from pipeline.record.verdict import Outcome
from pipeline.rehearsal.errors import Refused, Unreadable
from pipeline.rehearsal.runners.codebuild.secrets import SecretReference
from pipeline.rehearsal.spec import EnvironmentVariable
from tests.unit.pipeline.rehearsal.runners.codebuild.workbench import AWS, Bench


def printing(*names: str, **env: object) -> str:
    """A buildspec that writes the named variables into `said`, one on a line."""
    commands = [f'printf "%s\\n" "${{{name}:-unset}}" >> said' for name in names]
    return json.dumps({"version": "0.2", "env": env, "phases": {"build": {"commands": commands}}})


def said(bench: Bench) -> list[str]:
    return (bench.source / "said").read_text().splitlines()


def overrides(**values: str) -> dict[str, str]:
    items = [{"name": name, "type": "PLAINTEXT", "value": value} for name, value in values.items()]
    return {"EnvironmentVariables": json.dumps(items)}


def test_the_start_of_the_build_wins_over_the_project_and_that_over_the_buildspec(bench: Bench) -> None:
    project = (EnvironmentVariable("A", "project"), EnvironmentVariable("B", "project"))
    spec = printing("A", "B", "C", variables={"A": "spec", "B": "spec", "C": "spec"})
    bench.run(spec, variables=project, configuration=overrides(A="start"))
    assert said(bench) == ["start", "project", "spec"]


def test_values_are_taken_literally(bench: Bench) -> None:
    bench.run(printing("A", variables={"A": "$HOME `id` 'x'\nsecond"}))
    assert said(bench) == ["$HOME `id` 'x'", "second"]


def test_codebuild_s_own_variables_are_there(bench: Bench) -> None:
    names = (
        "BUILD_ARN",
        "BUILD_IMAGE",
        "BUILD_NUMBER",
        "INITIATOR",
        "PROJECT_ARN",
        "RESOLVED_SOURCE_VERSION",
        "START_TIME",
    )
    bench.run(printing(*[f"CODEBUILD_{name}" for name in names], "AWS_REGION", "CODEBUILD_SRC_DIR"))
    arn, *others = said(bench)
    assert arn.startswith("arn:aws:codebuild:eu-west-1:111111111111:build/orders-build:")
    assert others == [
        "aws/codebuild/standard:7.0",
        "1",
        "codepipeline/orders-pipeline",
        "arn:aws:codebuild:eu-west-1:111111111111:project/orders-build",
        "3f9c1a2",
        "1795392000000",
        "eu-west-1",
        str(bench.source),
    ]


def test_a_build_can_neither_set_codebuild_s_variables_nor_leave_the_local_aws(bench: Bench) -> None:
    wanted = {"CODEBUILD_INITIATOR": "me", "AWS_ENDPOINT_URL": "https://example.com", "HOME": "/root"}
    bench.run(printing(*wanted, variables=wanted))
    assert said(bench) == ["codepipeline/orders-pipeline", AWS["AWS_ENDPOINT_URL"], str(bench.root / "work" / "home")]
    assert "CODEBUILD_INITIATOR is set, but names beginning with CODEBUILD_ are CodeBuild's own: ignored" in bench.log


def test_nothing_of_the_caller_s_environment_is_seen(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_PERSONS_TOKEN", "t0ken")
    monkeypatch.setenv("PATH", "/somewhere/private")
    bench.environment = {"PATH": "/usr/bin:/bin", "SLIPWAY_HOME": "/cache"}
    names = ("A_PERSONS_TOKEN", "PATH", "SLIPWAY_HOME", "LANG", "TZ")
    bench.run(printing(*names))
    assert said(bench) == [
        "unset",
        f"{bench.root}/work/home/npm/bin:/opt/python/bin:/usr/bin:/bin",
        "/cache",
        "C.UTF-8",
        "UTC",
    ]


def test_parameters_and_secrets_are_read_and_never_shown(bench: Bench) -> None:
    bench.parameters = {"/orders/key": "parameter-value"}
    bench.secrets = {
        SecretReference("orders"): json.dumps({"password": 'pass"word', "port": 5432}),
        SecretReference("arn:aws:secretsmanager:eu-west-1:111111111111:secret:old", stage="AWSPREVIOUS"): "old-value",
    }
    spec = printing(
        "KEY", "PASSWORD", "PORT", "OLD",
        **{
            "parameter-store": {"KEY": "/orders/key"},
            "secrets-manager": {
                "PASSWORD": "orders:password",
                "PORT": "orders:port",
                "OLD": "arn:aws:secretsmanager:eu-west-1:111111111111:secret:old::AWSPREVIOUS",
            },
        },
    )  # fmt: skip
    shown = json.loads(spec)
    shown["phases"]["build"]["commands"] += ["cat said", "exit 1"]
    result = bench.run(json.dumps(shown))
    assert said(bench) == ["parameter-value", 'pass"word', "5432", "old-value"]
    assert [line for line in bench.log.splitlines() if line == "***"] == ["***"] * 4
    assert "parameter-value" not in bench.log + "".join(result.last_lines)


@pytest.mark.parametrize(
    ("section", "reference", "message"),
    [
        ("parameter-store", "/not/there", "parameter '/not/there' of the variable X: not there"),
        ("secrets-manager", "gone", "secret 'gone' of the variable X: not there"),
        ("secrets-manager", "text:key", "secret 'text:key' of the variable X: the secret's text is no JSON object"),
        ("secrets-manager", "json:other", "secret 'json:other' of the variable X: the secret has no key 'other'"),
    ],
)
def test_a_value_that_is_not_kept_is_the_change_s_fault(
    bench: Bench, section: str, reference: str, message: str
) -> None:
    bench.secrets = {SecretReference("text"): "plain", SecretReference("json"): '{"key": 1}'}
    with pytest.raises(Refused) as refused:
        bench.run(printing("X", **{section: {"X": reference}}))
    assert str(refused.value).startswith(message)


def test_exported_variables_become_the_action_s_but_never_secrets(bench: Bench) -> None:
    bench.parameters = {"/orders/key": "hidden"}
    text = """
    version: 0.2
    env:
      parameter-store: {KEY: /orders/key}
      exported-variables: [DIGEST, KEY, AWS_REGION, NEVER_SET, NOT_EXPORTED]
    phases:
      build:
        commands: ["DIGEST=early; export DIGEST", "NOT_EXPORTED=1"]
      post_build:
        commands: ["DIGEST=late"]
    """
    assert bench.run(text).variables == {"DIGEST": "late"}
    told = [line.partition(" ")[0] for line in bench.log.splitlines() if " is not exported: " in line]
    assert told == ["KEY", "AWS_REGION", "NEVER_SET", "NOT_EXPORTED"]


def test_every_input_has_a_folder_and_the_build_stands_in_the_primary_one(bench: Bench) -> None:
    other = bench.root / "inputs" / "Build_Output"
    other.mkdir()
    (other / "manifest.json").write_text("{}")
    text = """
    version: 0.2
    phases:
      install:
        commands:
          - "[ ! -d cdk.out ] || { echo 'cdk.out must not exist yet'; exit 1; }"
          - mkdir -p -- .
          - ln -s -- "$CODEBUILD_SRC_DIR_Build_Output" cdk.out
      build:
        commands: [test -f cdk.out/manifest.json]
    """
    result = bench.run(text, inputs=("Build_Output", "Source"), configuration={"PrimarySource": "Source"})
    assert result.outcome is Outcome.PASSED
    assert (bench.source / "cdk.out").resolve() == other


def test_a_primary_source_that_is_no_input_is_unreadable(bench: Bench) -> None:
    with pytest.raises(Unreadable, match="PrimarySource is Other, which is none of its inputs \\(Source\\)"):
        bench.run(printing("A"), configuration={"PrimarySource": "Other"})


def test_a_buildspec_may_lie_in_the_source(bench: Bench) -> None:
    (bench.source / "ci").mkdir()
    (bench.source / "ci" / "spec.yml").write_text("{version: 0.2, phases: {build: {commands: [exit 5]}}}")
    inline = bench.project(printing("A"))
    project = type(inline)("P", "p", "image", "small", "LINUX_CONTAINER", buildspec_file="ci/spec.yml")
    assert bench.run("", project=project).reason == "BUILD: exit status 5 from: exit 5"
    missing = type(inline)("P", "p", "image", "small", "LINUX_CONTAINER", buildspec_file="no.yml")
    with pytest.raises(Unreadable, match=r"no\.yml: the buildspec of p can't be read from its primary input"):
        bench.run("", project=missing)
