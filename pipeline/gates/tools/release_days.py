"""The days on which versions were published that `locks/released.txt` does not speak of, asked of the index by uv.

Whoever writes a lock by hand has no other way to say them. An index that gives no answer leaves them unknown.
"""

import tempfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from pipeline.gates.context import Context, GateBroke
from pipeline.gates.dependencies.locked import Locked
from pipeline.gates.dependencies.released import days_of_pylock
from pipeline.gates.tool import run_tool

ARGUMENTS = ("pip", "compile", "--quiet", "--no-deps", "--no-header", "--no-annotate", "--format", "pylock.toml")
TIMEOUT_S = 30.0


def asked_of_index(context: Context, locked: Iterable[Locked], known: dict[str, date]) -> dict[str, date]:
    """The days of those that `known` does not have, as far as the index tells them."""
    unknown = sorted({one.pin for one in locked if one.kind == "pypi" and one.version and one.pin not in known})
    if not unknown:
        return {}
    with tempfile.TemporaryDirectory(prefix="slipway-released-") as folder:
        asked, answer = Path(folder, "asked.txt"), Path(folder, "pylock.toml")
        asked.write_text("".join(f"{pin}\n" for pin in unknown))
        try:
            argv = [*ARGUMENTS, "--output-file", str(answer), str(asked)]
            run_tool(context, "uv", argv, accept=(0,), timeout=TIMEOUT_S, log="release-days")
            days = days_of_pylock(answer.read_text())
        except (GateBroke, OSError, ValueError, KeyError):
            return {}
    return {pin: date.fromisoformat(day) for pin, day in days.items() if pin in unknown}
