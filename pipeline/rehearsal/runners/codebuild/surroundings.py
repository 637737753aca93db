"""What all builds of a run share: where AWS is, what this machine has, and the clocks."""

import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pipeline.rehearsal.runners.codebuild.output import LIMIT_BYTES
from pipeline.rehearsal.runners.codebuild.secrets import Vault
from pipeline.rehearsal.runners.codebuild.vault import AwsVault

SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin"
# The CDK command line reports its use and fetches notices unless told not to: a rehearsal calls nobody.
FIXED = {"LANG": "C.UTF-8", "TZ": "UTC", "CDK_DISABLE_CLI_TELEMETRY": "true", "CDK_NOTICES": "false"}


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Surroundings:
    """What builds share.

    `aws` leads to an account in a region: AWS_ENDPOINT_URL, keys, AWS_DEFAULT_REGION. `account` and `region` are the
    pipeline's. `runtimes` are the versions that this machine has, `{"python": "3.13.5", "nodejs": "24.1.0"}`. `shims`
    is a folder of programs that stand before all others on PATH; `tool_folders` hold the runtimes that an image would
    have (python, node), and stand before the system's own. `shared` are variables that every build sees besides its
    action's environment. A log keeps at most `log_bytes`.
    """

    pipeline: str
    account: str
    region: str
    aws: Callable[[str, str], Mapping[str, str]]
    runtimes: Mapping[str, str]
    shims: Path | None = None
    tool_folders: tuple[Path, ...] = (Path(sys.base_prefix) / "bin",)
    shared: Mapping[str, str] = field(default_factory=dict)
    vault: Callable[[Mapping[str, str]], Vault] = AwsVault
    now: Callable[[], float] = time.monotonic
    wall_clock: Callable[[], datetime] = _utc_now
    log_bytes: int = LIMIT_BYTES

    def host_environment(self, given: Mapping[str, str], home: Path) -> dict[str, str]:
        """What the machine adds to a build: what the action may see (`given`), a clean home, and a PATH.

        On PATH stands first what `npm install -g` puts into the build's own home, then the shims, then the runtimes.
        """
        prefix = home / "npm"
        first = [prefix / "bin", *([self.shims] if self.shims else []), *self.tool_folders]
        path = ":".join([*map(str, first), given.get("PATH", SYSTEM_PATH)])
        folders = {"HOME": str(home), "TMPDIR": str(home / "tmp"), "NPM_CONFIG_PREFIX": str(prefix)}
        return {**FIXED, **given, **self.shared, **folders, "PATH": path}
