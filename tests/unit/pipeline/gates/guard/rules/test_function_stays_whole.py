"""A function runs the code that we signed and packed, and nothing besides."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import (
    Template,
    assembly,
    first,
    found,
    look,
    new_in,
    release,
    resource,
    subject,
)

RULE = "function_stays_whole"
OURS = "arn:aws:lambda:eu-west-1:111111111111:layer:tools:1"
STRANGE = "arn:aws:lambda:eu-west-1:999999999999:layer:tools:1"
POWERTOOLS = "arn:aws:lambda:eu-west-1:017000801446:layer:AWSLambdaPowertoolsPythonV3-python313-arm64:18"


def function(**told: Any) -> Template:
    return resource("Lambda::Function", Role="role", **told)


def signing(policy: str) -> Template:
    return resource("Lambda::CodeSigningConfig", CodeSigningPolicies={"UntrustedArtifactOnDeployment": policy})


@pytest.mark.parametrize(
    ("was", "now", "words"),
    [
        (function(), function(Layers=[STRANGE]), "code of the account 999999999999"),
        (function(Layers=[OURS]), function(), "its layers are gone"),
        (function(CodeSigningConfigArn="config"), function(), "CodeSigningConfigArn was config, is nothing"),
        (function(), {**function(), "Properties": {"Role": "other"}}, "Role was role, is other"),
        (
            function(),
            function(Environment={"Variables": {"AWS_LAMBDA_EXEC_WRAPPER": "/opt/wrapper"}}),
            "puts other code before its own",
        ),
        (signing("Enforce"), signing("Warn"), "was Enforce, is Warn"),
    ],
)
def test_a_function_with_other_code_in_it_is_told(was: Template, now: Template, words: str) -> None:
    (told,) = found(RULE, subject(assembly(prod={"Orders": now}), assembly(prod={"Orders": was})))[:1]
    assert words in told.what


@pytest.mark.parametrize("layer", [OURS, POWERTOOLS, {"Ref": "Layer"}])
def test_a_layer_of_ours_is_a_note(layer: Any) -> None:
    now = assembly(prod={"Orders": function(Layers=[layer])})
    part = look(RULE, subject(now, assembly(prod={"Orders": function()})))
    assert (part.findings, ["a layer runs in it now" in note.what for note in part.warnings]) == ((), [True])
    assert look(RULE, subject(now, now)).warnings == look(RULE, subject(now)).warnings == ()


def test_another_role_of_a_function_is_told(real: Assembly) -> None:
    def stronger(document: Template) -> None:
        other = next(name for name in document["Resources"] if name.startswith("PartnersRole"))
        first(document, "Lambda::Function", "OrdersFunction")["Properties"]["Role"] = {"Fn::GetAtt": [other, "Arn"]}

    (told,) = new_in(RULE, real, stronger)
    assert "Role was ${OrdersRole" in told.what


def test_the_release_as_it_is_is_whole(real: Assembly) -> None:
    part = look(RULE, release(real, real))
    assert (part.checked, part.findings, part.warnings) == (94, (), ())
