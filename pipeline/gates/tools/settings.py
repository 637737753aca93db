"""Settings of resources that no stock scanner asks for, or that one has to be waived for: our own rules beside theirs.

Each looks at one resource at a time; what depends on two of them, or on what was before, is the gate guard's.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pipeline.gates.context import Context
from pipeline.gates.part import Part
from pipeline.gates.tools.templates import resources_in, templates_of
from pipeline.record.verdict import Finding

type Properties = Mapping[str, Any]
type Rule = Callable[[Properties], Iterator[str]]

SHORTEST_PASSWORD = 12


def check(context: Context) -> Part:
    """Every resource of every template; `checked` counts them."""
    templates = templates_of(context)
    found: list[Finding] = []
    for path in templates:
        for name, resource in json.loads(path.read_text()).get("Resources", {}).items():
            found += findings_in(f"{path.name}:{name}", resource)
    return Part("settings", resources_in(templates), "resources", tuple(found))


def findings_in(where: str, resource: Mapping[str, Any]) -> Iterator[Finding]:
    """What the rules say of one resource."""
    for name, rule, fix in RULES.get(resource.get("Type", ""), ()):
        yield from (Finding(where, f"{name} {what}", fix, "high") for what in rule(resource.get("Properties") or {}))


def _traced(function: Properties) -> Iterator[str]:
    if (function.get("TracingConfig") or {}).get("Mode") != "Active":
        yield "the function is not traced"


def _throttled(stage: Properties) -> Iterator[str]:
    """A method with settings of its own inherits none of its stage's (API Gateway, "MethodSetting")."""
    settings = stage.get("MethodSettings") or []
    if not any((each.get("HttpMethod"), each.get("ResourcePath")) == ("*", "/*") for each in settings):
        yield "the stage has no settings for all of its methods, and so no throttle"
    for each in settings:
        if not all(_is_limit(each.get(name)) for name in ("ThrottlingRateLimit", "ThrottlingBurstLimit")):
            yield f"{each.get('HttpMethod')} {each.get('ResourcePath')} has no throttle"


def _metered(plan: Properties) -> Iterator[str]:
    throttle, quota = plan.get("Throttle") or {}, plan.get("Quota") or {}
    if not all(_is_limit(throttle.get(name)) for name in ("RateLimit", "BurstLimit")):
        yield "the usage plan has no throttle"
    if not _is_limit(quota.get("Limit")):
        yield "the usage plan has no quota"


def _is_limit(value: object) -> bool:
    """Whether the value limits anything: a number above 0, or what is known only when it is deployed."""
    return isinstance(value, Mapping) or (isinstance(value, int | float) and value > 0)


def _second_factor(pool: Properties) -> Iterator[str]:
    if pool.get("MfaConfiguration") not in ("OPTIONAL", "ON"):
        yield "the user pool takes no second factor"


def _long_passwords(pool: Properties) -> Iterator[str]:
    policy = (pool.get("Policies") or {}).get("PasswordPolicy") or {}
    if policy.get("MinimumLength", 0) < SHORTEST_PASSWORD:
        yield f"the user pool takes passwords of fewer than {SHORTEST_PASSWORD} letters"


def _called_by_somebody(permission: Properties) -> Iterator[str]:
    named = [name for name in ("SourceArn", "SourceAccount", "PrincipalOrgID") if permission.get(name)]
    if permission.get("Principal") == "*" and not named:
        yield "anybody may call the function"
    if permission.get("FunctionUrlAuthType") == "NONE":
        yield "anybody may call the function by its URL"


def _trusts_somebody(role: Properties) -> Iterator[str]:
    for statement in _several((role.get("AssumeRolePolicyDocument") or {}).get("Statement")):
        principal = statement.get("Principal")
        named = principal.values() if isinstance(principal, Mapping) else [principal]
        if statement.get("Effect") == "Allow" and any("*" in _several(each) for each in named):
            yield "anybody may take the role"


def _several(one_or_more: object) -> list[Any]:
    return one_or_more if isinstance(one_or_more, list) else [] if one_or_more is None else [one_or_more]


RULES: Mapping[str, tuple[tuple[str, Rule, str], ...]] = {
    "AWS::Lambda::Function": (("TRACED", _traced, "set TracingConfig to Active"),),
    "AWS::ApiGateway::Stage": (("THROTTLED", _throttled, "give it a rate and a burst"),),
    "AWS::ApiGateway::UsagePlan": (("METERED", _metered, "give it a throttle and a quota"),),
    "AWS::Cognito::UserPool": (
        ("SECOND-FACTOR", _second_factor, "let customers have one (OPTIONAL), or ask for it (ON)"),
        ("LONG-PASSWORDS", _long_passwords, f"ask for {SHORTEST_PASSWORD} at least"),
    ),
    "AWS::Lambda::Permission": (("CALLED-BY", _called_by_somebody, "name the source that calls"),),
    "AWS::IAM::Role": (("TRUSTED-BY", _trusts_somebody, "name who may take it"),),
}
