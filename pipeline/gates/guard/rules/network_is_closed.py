"""No network lets in the whole internet, and what stood within one stays there."""

from collections.abc import Iterator

from pipeline.gates.guard.comparing import differs, is_true, lost
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import said
from pipeline.gates.openapi.node import Json, Mapped, listed, mapped

ABOUT = About(
    kind="network",
    what="No security group or access list lets in everybody, no database is public, and nothing leaves its network",
    why="scanners of the whole internet find an open port within minutes",
    fix="name who comes in, by security group or by a narrow range of addresses",
    models="CWE-668: a security group open to 0.0.0.0/0",
    needs="nothing",
)
EVERYWHERE = ("0.0.0.0/0", "::/0")
GROUP, INGRESS = "AWS::EC2::SecurityGroup", "AWS::EC2::SecurityGroupIngress"
ACL, SUBNET = "AWS::EC2::NetworkAclEntry", "AWS::EC2::Subnet"
DATABASES = ("AWS::RDS::DBInstance", "AWS::Redshift::Cluster", "AWS::DMS::ReplicationInstance")
WITHIN: dict[str, tuple[str, ...]] = {
    "AWS::Lambda::Function": ("VpcConfig",),
    "AWS::CodeBuild::Project": ("VpcConfig",),
    "AWS::ApiGateway::RestApi": ("EndpointConfiguration", "VpcEndpointIds"),
}
"""What may stand within a network, and where it says so."""


def look(subject: Subject) -> Iterator[Looked]:
    """Each part of a network, each database, and each thing that stands within a network in the base."""
    for thing in subject.of_candidate(GROUP, INGRESS, ACL, SUBNET, *DATABASES):
        yield looked(thing, *_wrong(thing))
    for thing in subject.of_candidate(*WITHIN):
        old = subject.before(thing)
        if old and old.at(*WITHIN[thing.type]):
            yield looked(thing, lost(thing, old, *WITHIN[thing.type]) or differs(thing, old, *WITHIN[thing.type]))


def _wrong(thing: Resource) -> Iterator[Wrong]:
    match thing.type:
        case "AWS::EC2::SecurityGroup":
            for number, rule in enumerate(listed(thing.at("SecurityGroupIngress"))):
                yield from _rule(mapped(rule), f"SecurityGroupIngress.{number}")
        case "AWS::EC2::SecurityGroupIngress":
            yield from _rule(thing.properties, "")
        case "AWS::EC2::NetworkAclEntry" if not is_true(thing.at("Egress")) and thing.at("RuleAction") == "allow":
            yield from _rule(thing.properties, "", cidr="CidrBlock", cidr6="Ipv6CidrBlock")
        case "AWS::EC2::Subnet" if is_true(thing.at("MapPublicIpOnLaunch")):
            yield Wrong("what starts in it has an address of the internet", "MapPublicIpOnLaunch")
        case kind if kind in DATABASES and is_true(thing.at("PubliclyAccessible")):
            yield Wrong("it has an address of the internet", "PubliclyAccessible")


def _rule(rule: Mapped, where: str, cidr: str = "CidrIp", cidr6: str = "CidrIpv6") -> Iterator[Wrong]:
    for name in (cidr, cidr6):
        source: Json = rule.get(name)
        if source in EVERYWHERE:
            ports = f"{said(rule.get('FromPort'))} to {said(rule.get('ToPort'))}"
            yield Wrong(f"it lets in everybody ({source}) at ports {ports}", ".".join(filter(None, (where, name))))
