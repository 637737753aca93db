"""Fuzzes a deployed stage with Schemathesis: `python -m tests.fuzz.run REPORT [SEED]`.

Makes two users who are customers and operators at once (so that one of them gets past every door) and one to be
forgotten, sells a few products and places a few orders, runs every phase against the promise in contracts/openapi.yaml
with the seed given, and deletes the users. Partners sign in otherwise than users, so their operations are a run of
their own, with two partners. The phase `coverage` makes most of the cases and none by chance: it is a run of its own
beside the other phases. REPORT gets one JSON event per line, of all runs.
Ends with Schemathesis's own code (0 nothing found, 1 something found), or 3 if it could not run.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from string import Template

from tests.load.seed import SeedFailed, expect, place, place_as_partner, put_on_sale
from tests.support.masked import Masked
from tests.support.partners import PartnerSystem, temporary_partners
from tests.support.payment_provider.book import UNDECIDED
from tests.support.promised import PROMISE, operations
from tests.support.stage import Stage
from tests.support.users import OPS, Pool, PoolUnusable, SignedIn, temporary_users

CONFIG = Path(__file__).with_name("schemathesis.toml")
NEEDED = (
    "SLIPWAY_API_URL",
    "SLIPWAY_USER_POOL_ID",
    "SLIPWAY_USER_POOL_CLIENT_ID",
    "SLIPWAY_TABLE_NAME",
    "SLIPWAY_USAGE_PLANS",
    "SLIPWAY_TOKEN_URL",
)
PARTNERS = "partners"
"""The tag of the operations of partners."""
DEFAULT_SEED = "7"
EXAMPLES, DEFAULT_EXAMPLES = "FUZZ_EXAMPLES", "15"
"""The variable that asks for more examples of each operation and phase than a gate does."""
ONLY = "FUZZ_ONLY"
"""The variable that names the operations to ask, by commas; all of them if it is not set."""
COULD_NOT_RUN = 3
PRODUCTS = 4
ORDERS = 4
WAITING = 8
"""Orders whose payment the provider has not decided on: without them nothing could be paid again."""
WAITS = "FUZZ-WAITS"
PATIENCE_SECONDS = 60.0


@dataclass(frozen=True)
class Run:
    """A run of Schemathesis: `chosen` are its options that say which operations and phases."""

    name: str
    config: Path
    chosen: tuple[str, ...]


def main(arguments: list[str], environ: Mapping[str, str]) -> int:
    """The exit code of the run."""
    missing = [name for name in NEEDED if not environ.get(name)]
    if missing or not arguments:
        return _cannot(f"set {', '.join(missing)}" if missing else "say where the report goes")
    if environ.get("SLIPWAY_STAGE") == "prod":
        return _cannot("this makes users and orders: never in prod")
    report, seed = Path(arguments[0]), arguments[1] if len(arguments) > 1 else DEFAULT_SEED
    try:
        with (
            temporary_users(Pool.of(environ), {"ann": OPS, "ben": OPS, "leaving": None}) as users,
            temporary_partners(environ, ("acme", "globex")) as partners,
            tempfile.TemporaryDirectory(prefix="slipway-fuzz-") as folder,
            tempfile.TemporaryDirectory(prefix="slipway-fuzz-") as partners_folder,
        ):
            stage = Stage(environ["SLIPWAY_API_URL"])
            skus = sell(stage, users["ann"].access)
            orders = order(stage, users["ann"].access, skus)
            leaving = users["leaving"].access
            examples = environ.get(EXAMPLES, DEFAULT_EXAMPLES)
            config = prepare(stage, wfc(users), skus, orders, leaving, examples, Path(folder))
            ordered = [
                place_as_partner(stage, partners["acme"], skus[number % PRODUCTS]).id for number in range(ORDERS)
            ]
            renamed = {"ann": partners["acme"], "ben": partners["globex"]}
            partners_config = prepare(
                stage, wfc_of_partners(renamed), skus, ordered, leaving, examples, Path(partners_folder)
            )
            runs = runs_of(config, partners_config, environ.get(ONLY, ""))
            return side_by_side(runs, environ, report, seed)
    except (PoolUnusable, SeedFailed) as problem:
        return _cannot(str(problem))


def runs_of(config: Path, partners_config: Path, only: str) -> tuple[Run, ...]:
    """The runs that ask everything, or `only` the operations of these names."""
    if only:
        asked = [operation for operation in operations() if operation.name in only.split(",")]
        sets = {"customers": (config, False), "partners": (partners_config, True)}
        named = {name: [each.name for each in asked if each.partner is theirs] for name, (_, theirs) in sets.items()}
        return tuple(
            Run(name, sets[name][0], ("--phases", "examples,coverage,fuzzing", *_naming(names)))
            for name, names in named.items()
            if names
        )
    return (
        Run("coverage", config, ("--exclude-tag", PARTNERS, "--phases", "coverage,stateful")),
        Run("others", config, ("--exclude-tag", PARTNERS, "--phases", "examples,fuzzing")),
        Run("partners", partners_config, ("--include-tag", PARTNERS)),
    )


def _naming(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(part for each in names for part in ("--include-operation-id", each))


def sell(stage: Stage, ops: Masked) -> list[str]:
    """Put the products on sale; always the same ones, as the seed should decide and not the data."""
    skus = [f"FUZZ-{number:04}" for number in range(PRODUCTS)]
    for sku in skus:
        put_on_sale(stage, ops, product(sku))
    put_on_sale(stage, ops, product(WAITS, UNDECIDED))
    return skus


def order(stage: Stage, customer: Masked, skus: Sequence[str]) -> list[str]:
    """Place the customer's orders, the last of which wait for their payment; their ids."""
    orders = [
        *(place(stage, customer, skus[number % PRODUCTS]).id for number in range(ORDERS)),
        *(place(stage, customer, WAITS, 202).id for _ in range(WAITING)),
    ]
    expect(stage.call("GET", f"/v1/orders/{orders[0]}", customer), 200)
    _wait_for_invoices(stage, customer, orders[:ORDERS])
    return orders


def _wait_for_invoices(stage: Stage, customer: Masked, orders: Sequence[str]) -> None:
    """Workers write them a little later than orders are paid for. Raises SeedFailed."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    for order in orders:
        while (answer := stage.call("GET", f"/v1/orders/{order}/invoice", customer)).status != 303:
            if time.monotonic() > deadline:
                raise SeedFailed(f"no invoice of {order} was written: {answer}")
            time.sleep(0.2)


def prepare(
    stage: Stage,
    callers: Mapping[str, object],
    skus: Sequence[str],
    orders: Sequence[str],
    leaving: Masked,
    examples: str,
    folder: Path,
) -> Path:
    """Write what Schemathesis should know into `folder`; its configuration's path.

    The folder is readable by its owner alone, since two of the files hold tokens.
    """
    lists = {"FUZZ_SKUS": skus, "FUZZ_ORDERS": orders, "FUZZ_CATEGORIES": ["fuzz"]}
    for name, values in lists.items():
        (folder / name).write_text("".join(f"{json.dumps(value)}\n" for value in values))
    (folder / "users.json").write_text(json.dumps(callers))
    files = {"FUZZ_USERS": "users.json", **{name: name for name in lists}}
    known = {name: str(folder / file) for name, file in files.items()} | {EXAMPLES: examples}
    config = folder / CONFIG.name  # with the paths put in: Schemathesis reads no variables where it names word lists
    config.write_text(
        Template(CONFIG.read_text()).substitute(known, SLIPWAY_API_URL=stage.url, FUZZ_LEAVING=leaving.reveal())
    )
    return config


def product(sku: str, amount: int = 1_250) -> dict[str, object]:
    """A product to sell."""
    price = {"amount": amount, "currency": "EUR"}
    return {"sku": sku, "name": f"Fuzz no. {sku[-4:]}", "category": "fuzz", "price": price}


def wfc(users: Mapping[str, SignedIn]) -> dict[str, object]:
    """The users in the form of Web Fuzzing Commons, which Schemathesis reads."""
    return {"auth": [{"name": name, "fixedHeaders": [_bearer(user.access)]} for name, user in users.items()]}


def wfc_of_partners(partners: Mapping[str, PartnerSystem]) -> dict[str, object]:
    """The same for partners, whose requests carry a key besides."""
    return {
        "auth": [
            {
                "name": name,
                "fixedHeaders": [_bearer(each.access), *({"name": h, "value": v} for h, v in each.headers.items())],
            }
            for name, each in partners.items()
        ]
    }


def _bearer(token: Masked) -> dict[str, str]:
    return {"name": "Authorization", "value": f"Bearer {token.reveal()}"}


def side_by_side(runs: Sequence[Run], environ: Mapping[str, str], report: Path, seed: str) -> int:
    """Do the runs at once, then join what they reported and said, in their order; the worst exit code."""
    parts = [report.with_suffix(f".{run.name}.ndjson") for run in runs]
    with ThreadPoolExecutor(len(runs)) as hands:
        ended = list(hands.map(lambda run, part: fuzz(run, environ, part, seed), runs, parts))
    sys.stdout.writelines(each.stdout for each in ended)
    if all(part.exists() for part in parts):  # one alone would look like all there was to ask
        report.write_text("".join(part.read_text(encoding="utf-8") for part in parts), encoding="utf-8")
    return max(each.returncode for each in ended)


def fuzz(run: Run, environ: Mapping[str, str], report: Path, seed: str) -> subprocess.CompletedProcess[str]:
    """Run Schemathesis on what is chosen; its exit code, and what it said."""
    program = str(Path(sys.executable).with_name("st"))
    command = [program, "--config-file", str(run.config), "run", str(PROMISE), "--seed", seed, "--no-color"]
    command += [*run.chosen, "--report-ndjson-path", str(report.resolve())]
    return subprocess.run(
        command, env=dict(environ), check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
    )


def _cannot(why: str) -> int:
    sys.stderr.write(f"fuzz: {why}\n")
    return COULD_NOT_RUN


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
