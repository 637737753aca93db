"""What decides over a change, and what is promised to others, has owners who must agree."""

from collections.abc import Iterator

from pipeline.gates.workflow.codeowners import PLACES, owners_in
from pipeline.gates.workflow.rule import Found, Look, Rule

OWNED = (
    ".github/", ".ci/", "scripts/", "pipeline/plan/", "pipeline/gates/", "contracts/",
    "locks/", "package.json", "package-lock.json", "pyproject.toml",
)  # fmt: skip
"""Files, and folders with all that is in them: workflows, floors, waivers, promises, locks."""

_FOLDERS = tuple(one for one in OWNED if one.endswith("/"))


def is_owned(path: str) -> bool:
    """Whether the file must have an owner."""
    return path in OWNED or path.startswith(_FOLDERS)


def _check(look: Look) -> Iterator[Found]:
    owners = owners_in(look.now.texts)
    if owners is None:
        yield Found(f"{PLACES[0]}:1", "there is no CODEOWNERS: anybody's yes lets a change of the gates pass")
        return
    bare: dict[int, list[str]] = {}
    for path in filter(is_owned, look.now.paths):
        if not owners.of(path):
            line = owners.line_of(path)
            bare.setdefault(line.number if line else 1, []).append(path)
    for number, paths in bare.items():
        more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
        yield Found(f"{owners.path}:{number}", f"nobody owns {paths[0]}{more}")
    for line in owners.lines:
        if wrong := [one for one in line.owners if not (one.startswith("@") or "@" in one[1:])]:
            yield Found(f"{owners.path}:{line.number}", f"{wrong[0]!r} is nobody: GitHub leaves the whole line out")


RULE = Rule(
    id="owners-are-missing",
    what="no CODEOWNERS, or one that leaves workflows, gates, the plan, waivers, contracts or locks without an owner",
    why="whoever may change what proves a change may prove anything",
    fix="name the owners in .github/CODEOWNERS; the last line that matches a file decides",
    models="S10",
    check=_check,
)
