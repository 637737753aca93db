"""A person says yes before the last stage, and nobody can say it for them."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.journey import Action, Journey, journey_before, journeys
from pipeline.gates.guard.facts.numbers import number
from pipeline.gates.guard.facts.role_statements import POLICIES, ROLE, does, statements_in
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import at, said
from pipeline.gates.openapi.node import Mapped, listed, mapped

ABOUT = About(
    kind="pipeline",
    what="Between the stages before it and the last one a person approves, and no role may answer in their place",
    why="what comes to customers is answered for by nobody when the approval is gone, skipped or given by a machine",
    fix="put the Approval of the plan back before the last stage, and take the grant from whoever may answer it",
    models="R14: an approval removed; an approval that a function or a build gives itself",
    needs="the pipeline",
)
ANSWERS = ("codepipeline:PutApprovalResult", "codepipeline:OverrideStageCondition")
LONGEST_MINUTES = 7 * 24 * 60
"""CodePipeline's own: what nobody has approved in a week is not what anybody remembers."""


def look(subject: Subject) -> Iterator[Looked]:
    """Each pipeline, each of its approvals, and each grant to answer them."""
    for journey in journeys(subject.candidate):
        old = journey_before(subject, journey)
        yield looked(journey.resource, _missing(journey), *_gone(journey, old))
        for action in journey.actions:
            if action.approves:
                yield looked(journey.resource, *_wrong(journey, action))
    yield from _granted(subject)


def _missing(journey: Journey) -> Wrong | None:
    """Whether something is deployed in the last stage that deploys, with no approval after the stage before it."""
    deployments = [action for action in journey.actions if action.deploys]
    if not deployments:
        return Wrong("nothing is deployed", "Stages")
    last = min(each.position for each in deployments if each.number == deployments[-1].number)
    before = max((each.position for each in deployments if each.number < last[0]), default=(0, 0.0))
    if any(each.approves and before < each.position < last for each in journey.actions):
        return None
    return Wrong(f"nobody approves before {deployments[-1].stage} is deployed", f"Stages.{deployments[-1].stage}")


def _gone(journey: Journey, old: Journey | None) -> Iterator[Wrong]:
    known = {(action.stage, action.name) for action in journey.actions if action.approves}
    for action in old.actions if old else ():
        if action.approves and (action.stage, action.name) not in known:
            yield Wrong(f"the approval {action.name} of the base release is gone", action.where)


def _wrong(journey: Journey, action: Action) -> Iterator[Wrong]:
    if action.provider != "Manual":
        yield Wrong(f"{action.provider} approves, and no person", action.where)
    minutes = action.body.get("TimeoutInMinutes")
    if minutes is not None and not 0 < (number(minutes) or 0) <= LONGEST_MINUTES:
        yield Wrong(f"it waits {said(minutes)} minutes: at most {LONGEST_MINUTES}", f"{action.where}.TimeoutInMinutes")
    if skipped := _skips(journey.stages[action.number]):
        yield Wrong(f"its stage goes on without it ({skipped})", f"Stages.{action.stage}")


def _skips(stage: Mapped) -> str:
    """What lets a stage be left out, or end well without its actions."""
    for moment in ("BeforeEntry", "OnFailure", "OnSuccess"):
        condition = mapped(stage.get(moment))
        results = [condition.get("Result"), *(at(each, "Result") for each in listed(condition.get("Conditions")))]
        if "SKIP" in results:
            return f"{moment} SKIP"
    return ""


def _granted(subject: Subject) -> Iterator[Looked]:
    for stack in subject.candidate.stacks:
        for resource in stack.all(ROLE, *POLICIES):
            documents = [at(each, "PolicyDocument") for each in listed(resource.at("Policies"))]
            statements = [
                each for document in (*documents, resource.at("PolicyDocument")) for each in statements_in(document)
            ]
            answers = [action for action in ANSWERS if any(_allows(each, action) for each in statements)]
            if answers or resource.stage == "":
                wrong = (
                    Wrong(f"whoever has it may approve ({', '.join(answers)})", "PolicyDocument") if answers else None
                )
                yield looked(resource, wrong)


def _allows(statement: Mapped, action: str) -> bool:
    return statement.get("Effect") == "Allow" and does(statement, action)
