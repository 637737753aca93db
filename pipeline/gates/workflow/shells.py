"""The shell that a script is run by, and whether it starts with `-e` and `pipefail`. Pure.

GitHub runs `bash -e {0}` where nobody asks for a shell, and `bash --noprofile --norc -eo pipefail {0}` for `bash`
("Workflow syntax", `jobs.<job_id>.steps[*].shell`).
"""

from pipeline.gates.workflow.tree import Script
from pipeline.gates.workflow.words import Options, options_set

DEFAULT = Options(errexit=True, pipefail=False)
BASH = Options(errexit=True, pipefail=True)
SH = Options(errexit=True, pipefail=False)
SOURCED = "environment.sh"
"""What scripts read first: it sets `-euo pipefail` for them."""


def shell_of(script: Script) -> Options | None:
    """How the script's shell starts; None for a shell that is none of the POSIX kind."""
    return of_file(script.text) if script.is_file else of_step(script.shell)


def of_step(asked: str | None) -> Options | None:
    """What a step's `shell` comes to."""
    if asked is None:
        return DEFAULT
    words = tuple(asked.split())
    if words in (("bash",), ("sh",)):
        return BASH if words == ("bash",) else SH
    if not words or words[0].rsplit("/", 1)[-1] not in ("bash", "sh"):
        return None
    told = options_set(("set", *words[1:]))
    return Options(told.get("errexit", False), told.get("pipefail", False))


def of_file(text: str) -> Options:
    """A file starts as its first line says, or as the file that it reads first."""
    first, _, rest = text.partition("\n")
    words = tuple(first.removeprefix("#!").split())
    told = options_set(("set", *words[1:])) if first.startswith("#!") else {}
    sourced = any(line.lstrip().startswith((". ", "source ")) and SOURCED in line for line in rest.splitlines())
    return Options(told.get("errexit", sourced), told.get("pipefail", sourced))
