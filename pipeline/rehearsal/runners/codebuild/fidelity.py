"""What a build asks for that this machine does not do, said aloud, and which shells and runtimes it has.

Sources: "Build specification reference for CodeBuild" (phases/*/run-as, on-failure, install/runtime-versions,
env/shell, git-credential-helper, cache) and "Docker images provided by CodeBuild".
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from pipeline.rehearsal.errors import Unreadable
from pipeline.rehearsal.runners.codebuild.shell import ShellProgram
from pipeline.rehearsal.spec import BuildProject, BuildSpec, Unexercised

_AMAZON_LINUX = "amazonlinux"
_VARIABLE = re.compile(r"\$\{?(\w+)\}?")


def shell_program(spec: BuildSpec, project: BuildProject) -> ShellProgram:
    """The shell that runs the commands: bash where the buildspec says so, else sh.

    On Amazon Linux images sh is bash in its POSIX mode, on Ubuntu images dash; so bash called `sh` stands in for the
    first where this machine has one.
    """
    bash = next((path for path in ("/bin/bash", "/usr/bin/bash", "/usr/local/bin/bash") if Path(path).exists()), None)
    if spec.shell == "bash":
        if bash is None:
            raise Unreadable("env/shell is bash, and this machine has none", "install bash", file=spec.where)
        return ShellProgram(bash, "bash")
    if spec.shell not in (None, "sh", "/bin/sh"):
        raise Unreadable(f"env/shell {spec.shell} is not rehearsed", "use bash or /bin/sh", file=spec.where)
    if bash and _AMAZON_LINUX in project.image:
        return ShellProgram(bash, "sh")
    return ShellProgram("/bin/sh", "sh")


def _satisfies(wanted: str, has: str) -> bool:
    """Whether version `has` is what `wanted` asks for: `3.13` and `3.x` are prefixes, `latest` is anything."""
    if wanted == "latest":
        return True
    prefix = wanted.removesuffix("x").rstrip(".")
    return has == prefix or has.startswith(f"{prefix}.")


def check_runtimes(spec: BuildSpec, runtimes: Mapping[str, str], variables: Mapping[str, str]) -> list[Unexercised]:
    """Compare the runtimes that the install phase asks for with those of this machine (`{"python": "3.13.5"}`).

    Unreadable when one is here in another version: the build would prove nothing. One that is not here is named.
    """
    install = spec.phase("install")
    found: list[Unexercised] = []
    for name, text in (install.runtime_versions if install else {}).items():
        wanted = _VARIABLE.sub(lambda match: variables.get(match[1], ""), text)
        if name not in runtimes:
            found.append(Unexercised(f"runtime {name} {wanted}", "commands find what this machine has on its PATH"))
        elif not _satisfies(wanted, runtimes[name]):
            what = f"{name} {wanted} is asked for, the rehearsal runs with {name} {runtimes[name]}"
            path = f"phases.install.runtime-versions.{name}"
            raise Unreadable(what, "ask for that version, or rehearse on one that has it", file=spec.where, path=path)
    return found


def _from_spec(spec: BuildSpec) -> Iterator[Unexercised]:
    users = {user for user in (spec.run_as, *(phase.run_as for phase in spec.phases)) if user}
    for user in sorted(users):
        yield Unexercised(f"run-as {user}", "commands run as the user who rehearses")
    for phase in spec.phases:
        if phase.on_failure and phase.on_failure.startswith("RETRY"):
            what = f"on-failure {phase.on_failure} of {phase.name}"
            yield Unexercised(what, "a rehearsal fails at the first failure, and does not try again")
    if spec.git_credential_helper:
        yield Unexercised("git-credential-helper", "the rehearsal holds no credentials")
    if spec.cache_paths:
        yield Unexercised("cache", "every build starts in a clean folder")


def not_exercised(spec: BuildSpec, project: BuildProject) -> tuple[Unexercised, ...]:
    """What of this project and its buildspec the rehearsal does not do."""
    found = [*project.unexercised, *_from_spec(spec)]
    if project.privileged:
        found.append(Unexercised("privileged mode", "builds have no Docker engine here"))
    found.append(Unexercised(f"image {project.image}", f"commands run on this machine, not on {project.compute_type}"))
    return tuple(found)
