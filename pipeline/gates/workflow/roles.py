"""What a job is for, told by what it does: does it deploy, does it hold a key to the cloud? Pure."""

import re
from collections.abc import Iterator

from pipeline.gates.workflow.model import ALL, Job

_DEPLOYS = re.compile(
    r"\b(?:cdk|sam|sls|serverless|chalice|copilot|pulumi|slipway)\s+(?:\S+\s+)*?(?:deploy|bootstrap|up)\b(?!\s+--strict)"
    r"|\bterraform\s+apply\b|\btofu\s+apply\b|\bkubectl\s+apply\b|\bhelm\s+(?:upgrade|install)\b"
    r"|\baws\s+cloudformation\s+(?:deploy|create-|update-|execute-|delete-)"
    r"|\baws\s+lambda\s+(?:update-|publish-|create-)|\baws\s+s3\s+(?:sync|cp|mv|rm)\b"
    r"|\baws\s+(?:deploy|codedeploy)\s+create-deployment|\baws\s+codepipeline\s+(?:start|put|retry)-"
    r"|\b(?:npm|pnpm|yarn|cargo|uv|poetry|flit)\s+publish\b|\btwine\s+upload\b|\bdocker\s+push\b|\bgh\s+release\b"
    r"|\bscripts/(?:deploy|release|publish|promote)\b"
)
_NAMED = re.compile(r"deploy|promote|publish|\bprod(?:uction)?\b", re.IGNORECASE)
_HANDED = re.compile(r"(?:^|/)[\w.-]*(?:deploy|publish|release)[\w.-]*$|configure-aws-credentials", re.IGNORECASE)


def deploys(job: Job) -> bool:
    """Whether the job brings something to where others use it: it has an environment, says so, or does so."""
    return job.environment is not None or has_cloud_identity(job) or bool(next(deploying(job), ""))


def deploying(job: Job) -> Iterator[str]:
    """What of the job says that it deploys: its name, an action, a command."""
    for name in (job.id, job.check):
        if _NAMED.search(name):
            yield f"its name {name!r}"
    if job.uses and _NAMED.search(job.uses):
        yield job.uses
    for step in job.steps:
        if step.uses and _HANDED.search(step.action):
            yield step.action
        if found := _DEPLOYS.search(step.run):
            yield f"`{found[0]}`"


def has_cloud_identity(job: Job) -> bool:
    """Whether the job may ask GitHub for a token that a cloud trusts."""
    held = job.permissions or {}
    return held.get("id-token") == "write" or held.get(ALL) == "write"
