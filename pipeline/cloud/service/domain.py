"""A name of one's own: certificate, TLS policy, and the record that leads there."""

from aws_cdk import Duration
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_route53_targets as targets
from constructs import Construct

from pipeline.plan.model import Domain, Stage

SECURITY_POLICY = apigateway.SecurityPolicy.TLS13_1_2_PFS_PQ_2025_09
"""TLS 1.3, and 1.2 with forward secrecy for those who can't (API Gateway developer guide, "Security policies")."""

STRICT_TRANSPORT_SECURITY = f"max-age={Duration.days(365).to_seconds():.0f}"
"""What browsers remember. Not for subdomains: those are other people's."""


class OwnDomain(Construct):
    """The API at a name of one's own; ACM proves by a record in the zone that the name is ours, and renews it."""

    def __init__(self, scope: Construct, name: str, domain: Domain, api: apigateway.RestApi) -> None:
        super().__init__(scope, name)
        zone = route53.HostedZone.from_hosted_zone_attributes(
            self, "Zone", hosted_zone_id=domain.zone_id, zone_name=domain.zone
        )
        self.certificate = acm.Certificate(
            self,
            "Certificate",
            domain_name=domain.name,
            validation=acm.CertificateValidation.from_dns(zone),
            key_algorithm=acm.KeyAlgorithm.EC_PRIME256_V1,
        )
        self.domain = apigateway.DomainName(
            self,
            "Name",
            domain_name=domain.name,
            certificate=self.certificate,
            endpoint_type=apigateway.EndpointType.REGIONAL,
            endpoint_access_mode=apigateway.EndpointAccessMode.STRICT,
            security_policy=SECURITY_POLICY,
            mapping=api,
        )
        leads_there = route53.RecordTarget.from_alias(targets.ApiGatewayDomain(self.domain))
        route53.ARecord(self, "Address", zone=zone, record_name=domain.name, target=leads_there)


def closes_the_gateways_address(stage: Stage) -> bool | None:
    """Whether the gateway's own address, which callers had until there was a name, is closed; None leaves it open."""
    domain = stage.settings.domain
    return True if domain and domain.alone else None


def transport_headers(stage: Stage) -> dict[str, str]:
    """What an answer says of TLS: nothing without a domain, because the gateway's own name is not ours to speak for."""
    return {"Strict-Transport-Security": STRICT_TRANSPORT_SECURITY} if stage.settings.domain else {}
