"""What is known of how true a rehearsal is: its own actions here, resource types as the local AWS tells them."""

from collections.abc import Mapping

from pipeline.record.events import Needs
from pipeline.rehearsal.fidelity import Coverage, Tables
from pipeline.rehearsal.world.emulator import fidelity as local_aws

_BUILD = Coverage("real", "the project's own buildspec in a clean folder with a real shell, on this machine")

ACTIONS: Mapping[str, Coverage] = {
    "Source/AWS/CodeStarSourceConnection/1": Coverage("real", "the files of the commit itself; GitHub is not asked"),
    "Build/AWS/CodeBuild/1": _BUILD,
    "Test/AWS/CodeBuild/1": _BUILD,
    # The base release is deployed under actions of its own names: a change set tells of it as well.
    "Deploy/AWS/CloudFormation/1": Coverage(
        "emulated", "change sets and updates by the local AWS", Needs("change set")
    ),
    "Approval/AWS/Manual/1": Coverage("real", "a person or a flag answers; who may answer is not checked"),
}


def _told(table: Mapping[str, local_aws.Fidelity]) -> dict[str, Coverage]:
    return {
        subject: Coverage(item.level, item.why, Needs(item.needs) if item.needs else None)
        for subject, item in table.items()
    }


def tables(*, strict: bool) -> Tables:
    """What is known; with `strict` IAM is enforced."""
    truer = _told(local_aws.STRICT) if strict else {}

    def known(table: Mapping[str, local_aws.Fidelity]) -> dict[str, Coverage]:
        told = _told(table)
        return told | {subject: coverage for subject, coverage in truer.items() if subject in told}

    return Tables(actions=ACTIONS, resources=known(local_aws.RESOURCES), always=known(local_aws.ALWAYS))
