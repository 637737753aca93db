"""What is rehearsed as a whole: one change that is well, and faults that show in prod and in the new version alone.

A fault is the change of `tests/mutation/bad/fails-only-in-prod` with another condition, another effect, or raised where
nobody answers in its place. It is written as whoever made it would have: gates of Build that look at form see nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

PATCH = Path("tests/mutation/bad/fails-only-in-prod/change.patch")
FAULTY, HARMLESS = Path("api/handlers/orders.py"), Path("api/handlers/function.py")
IMPORT, FINAL = "import os\n", "from typing import Final"
WORDS, REWORDED = '"""What every function does', '"""All that every function does'
CONDITION = ' and request.id.endswith(("0", "5", "a"))'
EFFECT = 'raise RuntimeError("prod stumbles")'
ONE_IN_TWENTY = " and sum(request.id.encode()) % 20 == 0"
HANDLER = "handler = Function([replace(route, serve=_stumbling(route.serve)) for route in ROUTES], services)\n"
WRAPPED = '''class _Throwing(Function[Services]):
    """Whatever stumbled is raised, as by code that nobody has put a safety net under."""

    def __call__(self, event: Any, context: Any) -> dict[str, Any]:
        answer = super().__call__(event, context)
        if os.environ.get("STAGE") == "prod" and answer["statusCode"] >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise RuntimeError("prod stumbles, and nobody catches it")
        return answer


handler = _Throwing([replace(route, serve=_stumbling(route.serve)) for route in ROUTES], services)
'''


@dataclass(frozen=True)
class Row:
    """A change, and how its rehearsal ought to end.

    `condition` and `effect` make the fault (None: the change is well); `options` are those of `scripts/rehearse`;
    `stopped` is what is said of the rollout that is refused, as a pattern; empty, nothing is, and all is delivered.
    """

    id: str
    what: str
    condition: str | None = None
    effect: str = EFFECT
    thrown: bool = False
    options: tuple[str, ...] = ()
    stopped: str = ""


PROBED = r"hook BeforeAllowTraffic .* reported Failed; .*answered 500"
"""Nobody is sent to a version that fails the probes."""
ALARM, TOO_MANY = r"\bALARM\b", "where a rehearsal lets 1 % pass"
ROWS = (
    Row("healthy", "a docstring of every function is worded anew"),
    # Eighty requests show the judge four that fail, which may be too few; then the rehearsal's own rule says so.
    Row("one-in-twenty", "5 % answer with 500", ONE_IN_TWENTY, options=("--speed", "5"), stopped=f"{ALARM}|{TOO_MANY}"),
    Row("one-in-five", "about 20 % answer with 500", CONDITION, stopped=ALARM),
    Row("all", "all answer with 500", "", stopped=PROBED),
    Row("thrown", "about 20 % end in an exception", CONDITION, thrown=True, stopped=ALARM),
    # `unit` knows whoever sleeps or waits.
    Row("slow", "all take a second longer", "", "select.select([], [], [], 1)", stopped=ALARM),
    Row("no-traffic", "it is well, and nobody asks", options=("--traffic", "0"), stopped="served no request"),
)


class NoLongerFits(Exception):
    """A file is no longer what a row was made for: says what is missing, and where."""


def reworded(harmless: str) -> str:
    """The harmless file's text with other words in its docstring. NoLongerFits if these are not there."""
    return _replaced(harmless, HARMLESS, ((WORDS, REWORDED),))


def changed(row: Row, faulty: str) -> str:
    """The faulty file's text with the fault of `row`. NoLongerFits if it no longer is what the fault was made for."""
    replacements = (
        (CONDITION, row.condition or ""),
        (EFFECT, row.effect),
        *([(HANDLER, WRAPPED), (FINAL, "from typing import Any, Final")] if row.thrown else []),
        *([(IMPORT, f"{IMPORT}import select\n")] if "select." in row.effect else []),
    )
    return _replaced(faulty, FAULTY, replacements)


def _replaced(text: str, file: Path, replacements: Iterable[tuple[str, str]]) -> str:
    for old, new in replacements:
        if old not in text:
            raise NoLongerFits(f"{old!r} is not in {file}: mend tests/rehearsal/whole/rows.py")
        text = text.replace(old, new, 1)
    return text
