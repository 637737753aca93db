"""The cloud is signed in to by OIDC, and not by keys that somebody keeps."""

import re
from collections.abc import Iterator

from pipeline.gates.workflow.rule import Found, Look, Rule

_KEY = re.compile(r"aws[-_](?:access[-_]key[-_]id|secret[-_]access[-_]key|session[-_]token)", re.IGNORECASE)
_OTHERS = re.compile(
    r"AZURE_CLIENT_SECRET|AZURE_CREDENTIALS|GOOGLE_CREDENTIALS|GCP_SA_KEY|credentials_json", re.IGNORECASE
)


def _check(look: Look) -> Iterator[Found]:
    for document in look.now.runnables:
        for number, line in enumerate(document.text.splitlines(), start=1):
            told = line.partition(" #")[0] if line.strip()[:1] != "#" else ""
            if found := _KEY.search(told) or _OTHERS.search(told):
                yield Found(f"{document.path}:{number}", f"`{found[0]}`: a key that lasts, instead of OIDC")


RULE = Rule(
    id="key-is-static",
    what="AWS access keys (or another cloud's) in a workflow",
    why="a key that lasts is good wherever it leaks to; a token by OIDC is good for this job, for minutes",
    fix="`role-to-assume` with `id-token: write`, in a job with an environment",
    models="W10; CircleCI 2023",
    check=_check,
)
