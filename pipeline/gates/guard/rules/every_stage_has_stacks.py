"""Each stage of the plan is a stage of the assembly, and the other way round."""

from collections.abc import Iterator

from pipeline.gates.guard.rule import About, Looked, Wrong
from pipeline.gates.guard.subject import Subject

ABOUT = About(
    kind="pipeline",
    what="The stages of the plan are those that were synthesized, and each has resources",
    why="a stage that only the plan knows tries no release, and one that only the templates know asks no gate",
    fix="let pipeline/cloud walk the plan alone, then synthesize again (scripts/slipway synth)",
    models="R14: a stage removed",
    needs="every stage",
)


def look(subject: Subject) -> Iterator[Looked]:
    """Each stage of plan or assembly."""
    planned = [stage.name for stage in subject.delivery.stages]
    for stage in dict.fromkeys((*planned, *subject.candidate.stages)):
        resources = sum(len(stack.resources) for stack in subject.candidate.stacks if stack.stage == stage)
        if stage not in planned:
            wrong = Wrong(f"the assembly has a stage {stage}, the plan has none", fix="add it to the plan")
        elif not resources:
            wrong = Wrong(f"the plan has a stage {stage}, for which nothing was synthesized")
        else:
            yield Looked(stage, stage)
            continue
        yield Looked(stage, stage, wrong=(wrong,))
