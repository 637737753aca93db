"""What a rollout watches are series of the new version alone, its judge's, or what Lambda lets in of nobody."""

from collections.abc import Iterator, Mapping

from pipeline.gates.guard.facts.alarms import Metric, watch_of
from pipeline.gates.guard.facts.rollout import Rollout, rollouts
from pipeline.gates.guard.facts.series import OF_A_JUDGE, OF_A_VERSION, OF_AN_ACCOUNT, OF_AN_ALIAS, Family
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import at, said
from pipeline.gates.openapi.node import Json, listed

ABOUT = About(
    kind="alarms",
    what="An alarm of a rollout looks at what its alias sends to the new version, at its judge, or at throttles, alone",
    why="an alarm on a series that nobody writes never has data, and one that holds both versions hides the canary",
    fix="take the metric from pipeline/cloud/service/canary_alarms.py, with all three of its dimensions",
    models="R08: a wrong dimension or metric; P18: the whole alias's average hides a canary of a tenth (aws-cdk#14248)",
    needs="every stage",
)


def look(subject: Subject) -> Iterator[Looked]:
    """Each alarm that a deployment group watches."""
    for rollout in rollouts(subject.candidate):
        for _, alarm in rollout.alarms:
            if alarm:
                yield looked(alarm, *_wrong(rollout, alarm))


def _wrong(rollout: Rollout, alarm: Resource) -> Iterator[Wrong]:
    metrics = watch_of(alarm).metrics
    if not metrics:
        yield Wrong("it looks at no metric", "Metrics")
    for row in listed(alarm.at("Metrics")):
        if at(row, "AccountId") is not None:
            yield Wrong(f"it looks into the account {said(at(row, 'AccountId'))}", "Metrics")
    families = {_family(metric) for metric in metrics}
    if OF_AN_ACCOUNT in families and len(families) > 1:
        yield Wrong("it reckons what the whole account does into what the new version does", "Metrics")
    for metric in metrics:
        where = f"Metrics.{metric.id}"
        family = _family(metric)
        if family is None:
            yield Wrong(
                f"no function writes {metric.namespace} by {', '.join(sorted(metric.dimensions)) or 'nothing'}", where
            )
        elif family.named(metric.name) is None:
            names = ", ".join(each.name for each in family.metrics)
            yield Wrong(f"nothing in {metric.namespace} is called {metric.name}: there are {names}", where)
        else:
            yield from _values(_of_judge(rollout) if family is OF_A_JUDGE else _expected(rollout), metric, where)
            yield from _unit(family, metric, where)


def _family(metric: Metric) -> Family | None:
    names = frozenset(metric.dimensions)
    known = (*OF_A_VERSION, OF_AN_ALIAS, OF_A_JUDGE, OF_AN_ACCOUNT)
    return next((each for each in known if (each.namespace, each.dimensions) == (metric.namespace, names)), None)


def _values(expected: Mapping[str, list[Json]], metric: Metric, where: str) -> Iterator[Wrong]:
    """Whether each dimension has the value that this rollout's function, alias, version or judge has."""
    for name, value in metric.dimensions.items():
        if not any(_same(value, each) for each in expected[name]):
            yield Wrong(f"{name} is {said(value)}, which is not this rollout's", f"{where}.{name}")


def _expected(rollout: Rollout) -> Mapping[str, list[Json]]:
    function = rollout.alias.at("FunctionName")
    names: list[Json] = [function]
    if rollout.function and rollout.function.at("FunctionName") is not None:
        names.append(rollout.function.at("FunctionName"))
    alias = rollout.alias.at("Name")
    return {
        "FunctionName": names,
        "Resource": [_resource(name, alias) for name in names],
        "Alias": [alias],
        "ExecutedVersion": [rollout.alias.at("FunctionVersion")],
    }


def _of_judge(rollout: Rollout) -> Mapping[str, list[Json]]:
    judge = rollout.judge
    return {"FunctionName": [{"Ref": judge.logical_id}, judge.at("FunctionName")] if judge else []}


def _resource(name: Json, alias: Json) -> Json:
    return {"Fn::Join": ["", [name, f":{said(alias)}"]]}


def _same(value: Json, expected: Json) -> bool:
    return value == expected or (value is not None and said(value) == said(expected))


def _unit(family: Family, metric: Metric, where: str) -> Iterator[Wrong]:
    """A series is also chosen by its unit where one is asked for: by another than is written, there is no data."""
    known = family.named(metric.name)
    if metric.unit and known and metric.unit != known.unit:
        yield Wrong(f"it asks for {metric.name} in {metric.unit}: it is written in {known.unit}", f"{where}.Unit")
