"""No secret stands in the variables of a build."""

import re
from collections.abc import Iterator

from pipeline.gates.guard.facts.builds import PLAIN, builds, variables_of_action
from pipeline.gates.guard.facts.journey import journeys
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.openapi.node import Json

ABOUT = About(
    kind="pipeline",
    what="What a build is told as plain text is no secret, by its name or by its looks",
    why="everybody who may read the project or its log reads it, and it stays in the history for ever",
    fix="keep it in Secrets Manager, and name it there (type SECRETS_MANAGER)",
    models="I38: a plaintext secret in CodeBuild's environment",
    needs="nothing",
)
WHERE = "Environment.EnvironmentVariables"
NAMED = re.compile(
    r"(^|_)(PASS(WORD|WD|PHRASE)?|SECRET|TOKEN|API_?KEY|ACCESS_?KEY(_ID)?|PRIVATE_?KEY|CREDENTIALS?|PAT|AUTH)(_|$)",
    re.IGNORECASE,
)
MERELY_ABOUT = re.compile(r"_(ARN|ID|NAME|URL|URI|PATH|FILE|TTL|SECONDS|BUCKET|TABLE|ROLE)$", re.IGNORECASE)
"""Names that tell where something is, not what it is."""
LOOKS = re.compile(
    r"(AKIA|ASIA)[0-9A-Z]{16}|-----BEGIN|gh[pousr]_\w{20,}|github_pat_\w+|xox[abprs]-|glpat-|npm_\w{30,}|pypi-\w{30,}"
    r"|eyJ[\w-]{10,}\.eyJ|sk_live_\w+|AIza[\w-]{30,}|://[^/\s:@]+:[^/\s:@]+@"
)
RESOLVED = re.compile(r"#\{[^}]+\}|\$\{[^}]+\}|\$\w+")
"""Values that are put in later: a variable of the pipeline, or of the shell."""


def look(subject: Subject) -> Iterator[Looked]:
    """Each variable of each build, and those that the pipeline gives it."""
    for build in builds(subject.candidate):
        for name, kind, value in build.variables:
            yield looked(build.project, _wrong(name, kind, value))
        for command in build.commands:
            secret = LOOKS.search(command.text)
            yield looked(
                build.project, Wrong("a command holds a secret", f"BuildSpec.{command.phase}") if secret else None
            )
    for journey in journeys(subject.candidate):
        for action in journey.actions:
            for name, kind, value in variables_of_action(action.configuration):
                yield looked(journey.resource, _wrong(name, kind, value))


def _wrong(name: str, kind: str, value: Json) -> Wrong | None:
    if kind != PLAIN or not isinstance(value, str) or not value or RESOLVED.fullmatch(value):
        return None
    if LOOKS.search(value):
        return Wrong(f"{name} looks like a secret, in plain text", WHERE)
    if NAMED.search(name) and not MERELY_ABOUT.search(name):
        return Wrong(f"{name} is a secret by its name, in plain text", WHERE)
    return None
