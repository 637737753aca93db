"""The intended delivery as text, for `slipway plan`."""

from collections.abc import Iterator

from pipeline.plan.alerts import ALERTS, TOGETHER
from pipeline.plan.flags import PLACES, asked_for
from pipeline.plan.model import Approval, Delivery, Gate, Limit, Stage


def render(delivery: Delivery) -> str:
    """The delivery from source to the last stage, a line per thing, limits beside the gates that hold them."""
    return "\n".join(_lines(delivery)) + "\n"


def _lines(delivery: Delivery) -> Iterator[str]:
    source = delivery.source
    yield f"{delivery.name}: {source.repository} {source.branch} → {' → '.join(step.name for step in delivery.steps)}"
    tools = f"cdk {delivery.tools.cdk}, cdk-assets {delivery.tools.cdk_assets}"
    yield f"pipeline in {delivery.environment.account} {delivery.environment.region}, {delivery.execution}, {tools}"
    yield ""
    yield "Build"
    for gate in delivery.build_gates:
        yield _gate(gate)
    for step in delivery.steps:
        yield ""
        yield from _approval(step) if isinstance(step, Approval) else _stage(step)
    yield ""
    yield from _alerts()
    yield ""
    yield from _places()


def _approval(approval: Approval) -> Iterator[str]:
    yield approval.name
    hours, minutes = divmod(approval.timeout_minutes, 60)
    within = " ".join(f"{count} {unit}" for count, unit in ((hours, "h"), (minutes, "min")) if count)
    yield f"  a person's yes within {within}, else rejected"


def _stage(stage: Stage) -> Iterator[str]:
    where = f"{stage.environment.account} {stage.environment.region}"
    yield f"{stage.name}  {where}  {stage.rollout.config}"
    for alarm in stage.rollout.alarms:
        few = f" and {alarm.min_failures} failures" if alarm.min_failures > 1 else ""
        span = f"{alarm.datapoints} of {alarm.periods} × {alarm.period_seconds} s"
        of = f" of {alarm.percentile} %" if alarm.measure == "latency" else ""
        when = f"{span}{of}, from {alarm.min_requests} requests{few} on"
        yield f"  alarm {alarm.name:<14} > {alarm.threshold:g} {alarm.unit:<3} {when}"
    if glass := stage.rollout.break_glass:
        yield f"  BREAK-GLASS until {glass.until}: no alarm stops a rollout; {glass.reason} ({glass.owner})"
    yield f"  a new version that served nobody: {stage.rollout.no_traffic}"
    visitors = f", {stage.rollout.visitors:g} of them its own visitors'" if stage.rollout.visitors else ""
    expected = f"{stage.rollout.expected_rps:g} a second{visitors}"
    yield f"  requests to a function: {expected}; `slipway rollout explain` says what that shows"
    for flag in asked_for(stage.settings):
        cost = f"{flag.dollars:g} USD a month" if flag.dollars else "nothing while idle"
        yield f"  asks  {flag.setting:<14} {flag.gives}; {cost}"
    for gate in stage.gates:
        yield _gate(gate)


def _places() -> Iterator[str]:
    yield "what a stage can not ask for yet"
    for place in PLACES:
        cost = f"{place.dollars:g} USD a month" if place.dollars else "nothing while idle"
        yield f"  {place.setting:<24} {place.gives}; {cost}"


def _alerts() -> Iterator[str]:
    yield "told of every stage, if it says whom"
    for alert in ALERTS:
        if alert.severity is not None:
            window = alert.window
            span = f"{window.datapoints} of {window.periods} × {window.period_seconds} s"
            few = f", from {alert.min_requests} requests on" if alert.min_requests else ""
            limit = f"{alert.measure} > {alert.threshold:g} {alert.unit}"
            yield f"  {alert.severity:<9} {alert.name:<14} {limit}; {span}{few}"
    for each in TOGETHER:
        yield f"  {each.severity:<9} {each.name:<14} {each.rule} of {', '.join(each.parts)}; not while deploying"


def _gate(gate: Gate) -> str:
    limits = ", ".join(_limit(limit) for limit in gate.limits)
    checked = f"at least {gate.checked_at_least} checked"
    return f"  gate  {gate.name:<14} {'; '.join(filter(None, (limits, checked)))}"


def _limit(limit: Limit) -> str:
    bounds = [f"{sign} {value:g}" for sign, value in (("≥", limit.at_least), ("≤", limit.at_most)) if value is not None]
    unit = f" {limit.unit}" if limit.unit else ""
    return f"{limit.measure} {' and '.join(bounds)}{unit}"
