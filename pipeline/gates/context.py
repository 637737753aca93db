"""What a gate is given: its plan, where it runs, the environment, a clock and a way to say what it does.

Gates read the world only through this, so that the same gate runs on a laptop, on GitHub and in CodeBuild, and so that
a test can give it another world.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.plan.model import Gate

DEFAULT_SEED = 7
FRESH = "SLIPWAY_FRESH"
UNNAMED_BASE = (
    "nobody says what is deployed: name the folder with the base release's cdk.out and contracts in SLIPWAY_BASE, "
    "or set SLIPWAY_FIRST_RELEASE=1 while there is none"
)
_HERE = re.compile(r"https?://(?:127\.|localhost\b|\[::1\])")

type Clock = Callable[[], float]
type Say = Callable[[str], None]


class GateBroke(Exception):
    """Our side failed: a tool is missing, crashed or left nothing to judge. Never a statement about the change."""


class GateUsage(Exception):
    """The gate was asked for wrongly: an unknown name, a stage that may not ask it. Exit code 2."""


@dataclass(frozen=True)
class Context:
    """Everything a gate may look at. `out` exists and takes evidence; `now` counts seconds and never steps back."""

    gate: Gate
    stage: str | None
    root: Path
    out: Path
    environ: Mapping[str, str]
    today: date
    now: Clock
    say: Say

    @property
    def seed(self) -> int:
        """What random choices start from: `SLIPWAY_SEED`, or 7."""
        text = self.environ.get("SLIPWAY_SEED") or str(DEFAULT_SEED)
        try:
            return int(text)
        except ValueError as problem:
            raise GateUsage(f"SLIPWAY_SEED is {text!r}: give it a whole number") from problem

    @property
    def fresh(self) -> bool:
        """Whether the gate is to be asked though it has passed the same before: `SLIPWAY_FRESH=1`."""
        return self.environ.get(FRESH) == "1"

    @property
    def rehearsed(self) -> bool:
        """Whether what a build takes for AWS is on this machine."""
        return _HERE.match(self.environ.get("AWS_ENDPOINT_URL", "")) is not None

    @property
    def cache(self) -> Path:
        """Where tool caches live that outlast a clean folder: `$SLIPWAY_HOME/cache`."""
        home = self.environ.get("SLIPWAY_HOME")
        if home:
            return Path(home) / "cache"
        fallback = self.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
        return Path(fallback) / "slipway" / "cache"

    @property
    def base(self) -> Path | None:
        """The folder with the base release's `cdk.out`, `contracts` and list of waivers, or None on a first release.

        In a pipeline (CodeBuild's own variable tells) that nobody named a base makes no first release, or every change
        would pass uncompared: GateBroke, unless SLIPWAY_FIRST_RELEASE=1 says that nothing is deployed yet.
        """
        named, first = self.environ.get("SLIPWAY_BASE"), self.environ.get("SLIPWAY_FIRST_RELEASE") == "1"
        if named and not Path(named).is_dir():
            raise GateBroke(f"SLIPWAY_BASE ({named}) is no folder: it holds the base release's cdk.out and contracts")
        if not named and not first and self.environ.get("CODEBUILD_BUILD_ID"):
            raise GateBroke(UNNAMED_BASE)
        return Path(named) if named else None

    @property
    def assembly(self) -> Path:
        """The synthesized assembly: `SLIPWAY_ASSEMBLY`, or `cdk.out` in the root."""
        return self.root / (self.environ.get("SLIPWAY_ASSEMBLY") or "cdk.out")

    def needed(self, name: str) -> str:
        """The environment variable `name`; GateUsage with what to do if it is not set."""
        value = self.environ.get(name)
        if not value:
            raise GateUsage(
                f"{name} is not set: {self.gate.name} asks a deployed stage. scripts/rehearse deploys one and asks it; "
                "to ask one yourself: scripts/slipway up, then . .slipway/up/environment.sh"
            )
        return value
