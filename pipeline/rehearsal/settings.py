"""What a product tells the rehearsal about itself: `[tool.slipway.rehearsal]` of the source's pyproject.toml.

Everything the rehearsal can't read from the synthesized assembly stands there, so that the rehearsal itself knows no
product. All keys but `app` may be left out; what is left out is then named as not exercised.
"""

import shlex
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, with_config

from pipeline.rehearsal.errors import Unreadable

FILE = "pyproject.toml"
TABLE = "[tool.slipway.rehearsal]"


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True)
class Settings:
    """The seams between a product and its rehearsal.

    `app` synthesizes into the folder that CDK_OUTDIR names. Its exit status says whose fault a failure is: 3 that it
    broke and not the change (a tool that can't be installed, a full disk), and the rehearsal breaks with it, with 3;
    anything else but 0 that this source does not synthesize, and the rehearsal ends with 2.

    `seed` fills one stage through its own API and writes $SLIPWAY_SEED_OUT; `openapi` and `contracts` are paths in the
    source. `outputs` maps environment variables of the seed to stack outputs; `api_output` names the output with the
    URL that traffic goes to; `requests_per_second` is the traffic while a rollout shifts. `first` names the actions
    that a person wants to hear of soonest: the others of their wave begin after them. `stand_ins` maps the
    addresses of services that the product calls to commands that serve in their place (pipeline.rehearsal.stand_ins).
    """

    app: str
    product: str = "product"
    main: str = "main"
    openapi: str | None = None
    contracts: str | None = None
    seed: str | None = None
    api_output: str = "ApiUrl"
    outputs: tuple[tuple[str, str], ...] = ()
    requests_per_second: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 250.0
    first: tuple[str, ...] = ()
    stand_ins: tuple[tuple[str, str], ...] = ()

    @property
    def app_command(self) -> list[str]:
        """The synth command as an argument list."""
        return shlex.split(self.app)

    @property
    def seed_command(self) -> list[str]:
        """The seed command as an argument list, empty if there is none."""
        return shlex.split(self.seed) if self.seed else []


_ADAPTER = TypeAdapter(Settings)


def read(source: Path) -> Settings:
    """The settings of the source in the folder `source`; Unreadable says which key is wrong and what would be right."""
    try:
        return parse((source / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError as problem:
        raise Unreadable("not in the source", f"add it, with {TABLE} app = …", file=FILE) from problem
    except UnicodeDecodeError as problem:
        raise Unreadable(str(problem), "write it as UTF-8, as TOML asks", file=FILE) from problem


def parse(text: str) -> Settings:
    """The settings in the text of a pyproject.toml; Unreadable as `read`."""
    try:
        document: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise Unreadable(str(problem), "mend the file", file=FILE) from problem
    table = _table(document, ("tool", "slipway", "rehearsal"))
    if table is None:
        raise Unreadable("not there", 'add it, with at least app = "your synth command"', file=FILE, path=TABLE)
    pairs = {key: tuple(table[key].items()) for key in ("outputs", "stand_ins") if isinstance(table.get(key), dict)}
    table = {**table, **pairs}
    try:
        told = _ADAPTER.validate_python(table)
    except ValidationError as problem:
        first = problem.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise Unreadable(first["msg"], "mend that key", file=FILE, path=f"{TABLE} {key}") from problem
    _check_command("app", told.app)
    if told.seed is not None:
        _check_command("seed", told.seed)
    for address, command in told.stand_ins:
        _check_command(f"stand_ins.{address}", command)
    return told


def _table(document: Any, path: tuple[str, ...]) -> dict[str, Any] | None:
    """The table at `path`, None where there is none or something else."""
    for key in path:
        document = document.get(key) if isinstance(document, dict) else None
    return document if isinstance(document, dict) else None


def _check_command(key: str, command: str) -> None:
    try:
        problem = "" if shlex.split(command) else "an empty command"
    except ValueError as unfinished:
        problem = str(unfinished)
    if problem:
        raise Unreadable(problem, "write a program and its arguments", file=FILE, path=f"{TABLE} {key}")
