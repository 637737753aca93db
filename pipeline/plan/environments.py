"""The accounts and regions of the plan by name, so that what speaks of them stays true when a team sets its own. Pure.

`${pipeline.account}` and `${pipeline.region}` are the pipeline's. A text with `${stage}`, `${stage.account}` or
`${stage.region}` is meant once for each stage; one with `${stage.replicas.account}` for each that has replicas.
"""

import re
from collections.abc import Iterable

from pipeline.plan.model import Environment, Stage

_NAME = re.compile(r"\$\{([^{}]*)\}")


class UnknownName(ValueError):
    """A text names what is no account, region or stage of the plan."""


def spelled(text: str, pipeline: Environment, stages: Iterable[Stage]) -> tuple[str, ...]:
    """The texts that `text` stands for, each once; UnknownName if it names anything else."""
    ours = _of("pipeline", pipeline)
    if not any(name.partition(".")[0] == "stage" for name in _NAME.findall(text)):
        return (_filled(text, ours),)
    return tuple(dict.fromkeys(_filled(text, ours | _names(stage)) for stage in stages))


def _names(stage: Stage) -> dict[str, str]:
    replicas = stage.settings.replicas
    copied = _of("stage.replicas", replicas.environment) if replicas else {}
    return {"stage": stage.name, **_of("stage", stage.environment), **copied}


def _of(owner: str, environment: Environment) -> dict[str, str]:
    return {f"{owner}.account": environment.account, f"{owner}.region": environment.region}


def _filled(text: str, names: dict[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        if found[1] not in names:
            raise UnknownName(f"{found[0]} is no name of the plan's: {', '.join(sorted(names))}")
        return names[found[1]]

    return _NAME.sub(value, text)
