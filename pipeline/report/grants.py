"""What roles may do after a change and could not before, as few lines as a reader needs.

The tape has a line for every grant (`Role: + action on resource`, `Role: no longer denied ...`); the change set's own
log shows them all. A role that is new has twenty, and all say the same: somebody is new here.
"""

from collections.abc import Iterable, Iterator, Sequence

FEW = 3
"""So many of a role's grants are told one by one."""
_MORE = ": + "


def told(lines: Iterable[str]) -> Iterator[str]:
    """The lines, with those of a role that has many as one; each role where its first line was."""
    by_role: dict[str, list[str]] = {}
    for line in lines:
        role, more, grant = line.partition(_MORE)
        by_role.setdefault(role if more else line, []).append(grant)
    for role, grants in by_role.items():
        if grants == [""]:
            yield role
        elif len(grants) <= FEW:
            yield from (f"{role}{_MORE}{grant}" for grant in grants)
        else:
            yield f"{role}{_MORE}{_counted(grants)}"


def _counted(grants: Sequence[str]) -> str:
    services = sorted({grant.partition(":")[0] for grant in grants})
    anywhere = sum(" on *" in grant for grant in grants)
    of = ", ".join(services) + (f"; {anywhere} on every resource" if anywhere else "")
    return f"{len(grants)} grants of {of} (each is in the log of Prepare)"
