"""No file appears that a tool obeys before, or beside, the settings that everybody reads."""

import re
from collections.abc import Iterator

from pipeline.gates.workflow.rule import Found, Look, Rule

_OBEYED = re.compile(
    r"(?:.*/)?(?:\.?pytest\.(?:ini|toml)|tox\.ini|setup\.cfg|\.coveragerc|\.?mypy\.ini|\.?ruff\.toml|\.importlinter|\.shellcheckrc"
    r"|\.checkov\.ya?ml|\.cfnlintrc(?:\.ya?ml)?|zizmor\.ya?ml|\.bandit|bandit\.ya?ml|\.semgrepignore|\.trivyignore"
    r"|\.secrets\.baseline|\.pre-commit-config\.yaml|sitecustomize\.py|usercustomize\.py|.+\.pth|uv\.toml|pip\.conf|\.npmrc"
    r"|\.yarnrc(?:\.yml)?|\.python-version|actionlint\.ya?ml)|conftest\.py"
)


def _check(look: Look) -> Iterator[Found]:
    if look.base is None:
        return
    known = set(look.base.paths)
    for path in look.now.paths:
        if _OBEYED.fullmatch(path) and path not in known:
            yield Found(f"{path}:1", "a tool obeys it, whatever the settings in pyproject.toml or the gates say")


RULE = Rule(
    id="settings-are-overshadowed",
    what="a new pytest.ini, ruff.toml, zizmor.yml, .checkov.yaml, sitecustomize.py, …, anywhere in the tree",
    why="pytest reads pytest.ini and never pyproject.toml then; a scanner's own file can switch its rules off",
    fix="put settings where they are read today; where such a file is needed, waive this first, in a change of its own",
    models="W16, W22; S11",
    check=_check,
    against_base=True,
)
