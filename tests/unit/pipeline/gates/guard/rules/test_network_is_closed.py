"""No network lets in the whole internet, and what stood within one stays there."""

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import Template, assembly, found, look, release, resource, subject

RULE = "network_is_closed"
SSH = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22}
WITHIN = {"SecurityGroupIds": ["sg-1"], "SubnetIds": ["subnet-1"]}


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (resource("EC2::SecurityGroup", SecurityGroupIngress=[{**SSH, "CidrIp": "0.0.0.0/0"}]), "at ports 22 to 22"),
        (resource("EC2::SecurityGroup", SecurityGroupIngress=[{**SSH, "CidrIpv6": "::/0"}]), "everybody (::/0)"),
        (resource("EC2::SecurityGroupIngress", **SSH, CidrIp="0.0.0.0/0"), "everybody"),
        (resource("EC2::NetworkAclEntry", RuleAction="allow", CidrBlock="0.0.0.0/0"), "everybody"),
        (resource("EC2::Subnet", MapPublicIpOnLaunch=True), "an address of the internet"),
        (resource("RDS::DBInstance", PubliclyAccessible=True), "an address of the internet"),
    ],
)
def test_a_network_for_everybody_is_told(bad: Template, words: str) -> None:
    (told,) = found(RULE, subject(assembly(prod={"Net": bad})))
    assert words in told.what


@pytest.mark.parametrize(
    "good",
    [
        resource("EC2::SecurityGroup", SecurityGroupEgress=[{**SSH, "CidrIp": "0.0.0.0/0"}]),
        resource("EC2::SecurityGroup", SecurityGroupIngress=[{**SSH, "CidrIp": "10.0.0.0/16"}]),
        resource("EC2::SecurityGroupIngress", **SSH, SourceSecurityGroupId="sg-2"),
        resource("EC2::NetworkAclEntry", RuleAction="deny", CidrBlock="0.0.0.0/0"),
        resource("RDS::DBInstance", PubliclyAccessible=False),
    ],
)
def test_a_network_for_some_passes(good: Template) -> None:
    part = look(RULE, subject(assembly(prod={"Net": good})))
    assert (part.checked, part.findings) == (1, ())


@pytest.mark.parametrize(
    "now", [resource("Lambda::Function"), resource("Lambda::Function", VpcConfig={"SubnetIds": []})]
)
def test_a_function_that_leaves_its_network_is_told(now: Template) -> None:
    before = resource("Lambda::Function", VpcConfig=WITHIN)
    (told,) = found(RULE, subject(assembly(prod={"Orders": now}), assembly(prod={"Orders": before})))
    assert "VpcConfig was" in told.what


def test_a_function_that_goes_into_a_network_is_welcome() -> None:
    inside = assembly(prod={"Orders": resource("Lambda::Function", VpcConfig=WITHIN)})
    assert found(RULE, subject(inside, assembly(prod={"Orders": resource("Lambda::Function")}))) == ()
    assert found(RULE, subject(inside, inside)) == ()


def test_the_release_as_it_is_has_no_network(real: Assembly) -> None:
    assert look(RULE, release(real, real)).checked == 0
