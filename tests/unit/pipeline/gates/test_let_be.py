"""What gates let be by lists in their own code is said twice: whoever adds to one says so here, too, in plain sight.

A line more is a question less, and no other test need fail by it. One that is gone asks more, and is good.
"""

from collections.abc import Collection

import pytest

from pipeline.gates import part
from pipeline.gates.guard.facts import powers, principals, uncanaried
from pipeline.gates.guard.rules import grant_names_its_resources, policy_names_its_principals
from pipeline.gates.tools import locks, secrets
from pipeline.gates.workflow import examples, plugins
from pipeline.gates.workflow.rules import (
    change_may_write,
    exclusion_is_new,
    fuzzer_asks_less,
    required_command_is_changed,
    text_is_evaluated,
)

LET_BE = {
    "findings that refuse nothing": (part.TOLD_ONLY, "low note"),
    "secrets that documents show": (
        secrets.EXAMPLES,
        "AKIAI44QH8DHBEXAMPLE AKIAIOSFODNN7EXAMPLE ASIAIOSFODNN7EXAMPLE je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY "
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    ),
    "files beside the locks that are none": (locks.NO_LOCKS, "overrides.txt released.txt"),
    "services that need name no source": (
        policy_names_its_principals.SERVED_FOR_ANYBODY,
        "cloudfront. delivery.logs. logs.",
    ),
    "conditions that name what is granted": (
        grant_names_its_resources.NARROWED_BY,
        "aws:resourcetag/ cloudwatch:namespace ec2:vpc ecr:resourcetag/ iam:resourcetag/",
    ),
    "conditions that say for whose sake a service asks": (
        principals.FOR_WHOM,
        "aws:sourceaccount aws:sourcearn aws:sourceorgid kms:encryptioncontext:",
    ),
    "conditions that say who everybody is": (
        principals.WHO,
        "aws:principalaccount aws:principalarn aws:principalorgid aws:sourcevpc aws:sourcevpce kms:calleraccount",
    ),
    "actions that may be of everything": (
        powers.EVERYTHING_ALONE,
        "cloudwatch:getmetricdata cloudwatch:getmetricstatistics cloudwatch:listmetrics cloudwatch:putmetricdata "
        "codedeploy:getdeploymenttarget codedeploy:listdeploymenttargets "
        "ec2:assignprivateipaddresses ec2:createnetworkinterface ec2:deletenetworkinterface "
        "ec2:describenetworkinterfaces ec2:describesubnets ec2:unassignprivateipaddresses ecr:getauthorizationtoken "
        "kms:generaterandom rekognition:detect* s3:listallmybuckets secretsmanager:getrandompassword "
        "sts:getcalleridentity xray:getsampling* xray:puttelemetryrecords xray:puttracesegments",
    ),
    "actions that change nothing": (
        powers.READING_VERBS,
        "batchget check decrypt describe generatedatakey get head list query read reencrypt scan search select view",
    ),
    "changes that reach nobody before the shift": (
        uncanaried._REACHES_NOBODY,
        "AWS::CDK::Metadata AWS::CloudWatch:: AWS::CodeDeploy:: AWS::Lambda::Version AWS::Logs::",
    ),
    "hooks that bend no result": (
        plugins.HARMLESS,
        "pytest_addoption pytest_assertrepr_compare pytest_make_parametrize_id pytest_report_header",
    ),
    "profiles that Hypothesis brings": (examples._OWN_PROFILES, "ci default"),
    "what an override of mypy may say": (exclusion_is_new.HARMLESS, "ignore_missing_imports module"),
    "what of the fuzzer asks for nothing": (fuzzer_asks_less.HARMLESS, "database no-shrink seed"),
    "variables of a required command": (
        required_command_is_changed._ALLOWED,
        "FORCE_COLOR LANG LC_ALL NO_COLOR SLIPWAY_HOME SLIPWAY_SEED TERM TZ",
    ),
    "texts that no stranger writes": (text_is_evaluated._OURS, "github.actor_id github.token github.workflow secrets."),
    "rights that what a change runs may have": (change_may_write._HARMLESS, "issues security-events"),
}
"""What each list lets be, and all that it may hold."""


@pytest.mark.parametrize("name", LET_BE)
def test_a_list_lets_nothing_else_be(name: str) -> None:
    held: Collection[str]
    held, known = LET_BE[name]
    assert set(held) - set(known.split()) == set()
