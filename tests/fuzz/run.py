"""Fuzzes a deployed stage with Schemathesis: `python -m tests.fuzz.run REPORT [SEED]`.

Makes two users who are customers and operators at once (so that one of them gets past every door) and one to be
forgotten, sells a few products and places a few orders, runs every phase against the promise in contracts/openapi.yaml
with the seed given, and deletes the users. Partners and carriers sign in otherwise than users, so their operations are
runs of their own, with two of each. The phase `coverage` makes most of the cases and none by chance: it is a run of its
own beside the other phases. The runs are forks of one process (`forks`).
REPORT gets one JSON event per line, of all runs.
Ends with Schemathesis's own code (0 nothing found, 1 something found), or 3 if it could not run.
"""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from string import Template
from tempfile import TemporaryDirectory

from api.adapters.sources import now
from api.domain.instants import written
from tests.fuzz.forks import Forks, ForksFailed
from tests.load.seed import SeedFailed, ask_for_import, expect, place, place_as_partner, put_on_sale
from tests.support.carriers import CarrierSystem, scan_of, tell, temporary_carriers
from tests.support.masked import Masked
from tests.support.partners import PartnerSystem, temporary_partners
from tests.support.patience import until
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
CUSTOMERS = "customers"
PARTNERS = "partners"
CARRIERS = "carriers"
"""Who calls; the latter two are the tags of their operations, too."""
DEFAULT_SEED = "7"
EXAMPLES, DEFAULT_EXAMPLES = "FUZZ_EXAMPLES", "15"
"""The variable that asks for more examples of each operation and phase than a gate does."""
ONLY = "FUZZ_ONLY"
"""The variable that names the operations to ask, by commas; all of them if it is not set."""
COULD_NOT_RUN = 3
PRODUCTS = 4
ORDERS = 4
PARCELS = 4
WAITING = 8
"""Orders whose payment the provider has not decided on: without them nothing could be paid again."""
WAITS = "FUZZ-WAITS"
IMPORTS = 2
PATIENCE_SECONDS = 60.0


@dataclass(frozen=True)
class Run:
    """A run of Schemathesis: `chosen` are its options that say which operations and phases."""

    name: str
    config: Path
    chosen: tuple[str, ...]


def main(asked: list[str], environ: Mapping[str, str]) -> int:
    """The exit code of the run."""
    missing = [name for name in NEEDED if not environ.get(name)]
    if missing or not asked:
        return _cannot(f"set {', '.join(missing)}" if missing else "say where the report goes")
    if environ.get("SLIPWAY_STAGE") == "prod":
        return _cannot("this makes users and orders: never in prod")
    report, seed = Path(asked[0]), asked[1] if len(asked) > 1 else DEFAULT_SEED
    try:
        with (
            Forks() as forks,
            temporary_users(Pool.of(environ), {"ann": OPS, "ben": OPS, "leaving": None}) as users,
            temporary_partners(environ, ("acme", "globex")) as partners,
            temporary_carriers(environ, ("northway", "swiftline")) as carriers,
            ExitStack() as folders,
        ):
            stage = Stage(environ["SLIPWAY_API_URL"])
            skus = sell(stage, users["ann"].access)
            orders = order(stage, users["ann"].access, skus)
            parcels = send(stage, partners["acme"], carriers["northway"], skus)
            ordered = [
                place_as_partner(stage, partners["acme"], skus[number % PRODUCTS]).id for number in range(ORDERS)
            ]
            known = {
                "FUZZ_SKUS": skus,
                "FUZZ_ORDERS": orders,
                "FUZZ_CATEGORIES": ["fuzz"],
                "FUZZ_CUSTOMERS": [users[name].subject for name in ("ann", "ben")],
                "FUZZ_PARCELS": parcels,
                "FUZZ_TIMES": moments(now()),
                "FUZZ_IMPORTS": [ask_for_import(stage, users["ann"].access) for _ in range(IMPORTS)],
            }
            told = Told(stage.url, users["leaving"].access, environ.get(EXAMPLES, DEFAULT_EXAMPLES))
            callers = {
                CUSTOMERS: (wfc(users), known),
                PARTNERS: (wfc_of_partners(renamed(partners)), {**known, "FUZZ_ORDERS": ordered}),
                CARRIERS: (wfc(renamed(carriers)), known),
            }
            configs = {
                name: prepare(
                    told, auth, lists, Path(folders.enter_context(TemporaryDirectory(prefix="slipway-fuzz-")))
                )
                for name, (auth, lists) in callers.items()
            }
            return side_by_side(forks, runs_of(configs, environ.get(ONLY, "")), report, seed)
    except (PoolUnusable, SeedFailed, ForksFailed) as problem:
        return _cannot(str(problem))


def renamed[T](systems: Mapping[str, T]) -> dict[str, T]:
    """The two systems by the names that the configuration has for callers."""
    return dict(zip(("ann", "ben"), systems.values(), strict=True))


def runs_of(configs: Mapping[str, Path], only: str) -> tuple[Run, ...]:
    """The runs that ask everything, or `only` the operations of these names; `configs` by who calls."""
    if only:
        named: dict[str, list[str]] = {name: [] for name in configs}
        for each in operations():
            if each.name in only.split(","):
                named[PARTNERS if each.partner else CARRIERS if each.carrier else CUSTOMERS].append(each.name)
        return tuple(
            Run(name, configs[name], ("--phases", "examples,coverage,fuzzing", *_naming(names)))
            for name, names in named.items()
            if names
        )
    of_customers = ("--exclude-tag", PARTNERS, "--exclude-tag", CARRIERS)
    return (
        Run("coverage", configs[CUSTOMERS], (*of_customers, "--phases", "coverage,stateful")),
        Run("others", configs[CUSTOMERS], (*of_customers, "--phases", "examples,fuzzing")),
        Run(PARTNERS, configs[PARTNERS], ("--include-tag", PARTNERS)),
        Run(CARRIERS, configs[CARRIERS], ("--include-tag", CARRIERS, "--phases", "examples,coverage,fuzzing")),
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


def send(stage: Stage, partner: PartnerSystem, carrier: CarrierSystem, skus: Sequence[str]) -> list[str]:
    """Place orders that nobody cancels, and wait until the carrier has their parcels; their numbers."""
    orders = [place_as_partner(stage, partner, skus[number % PRODUCTS]).id for number in range(PARCELS)]
    parcels = [carrier.number(each) for each in orders]
    for parcel in parcels:
        expect(tell(stage, carrier, scan_of(parcel, "DISPATCHED")), 200)
    return parcels


def moments(now: datetime) -> list[str]:
    """When parcels may have been scanned that were sent a moment ago, one as good as the other, and when they can't."""
    return [written(now + timedelta(minutes=minutes)) for minutes in (0, 10, 20, -60 * 24 * 365)]


def _wait_for_invoices(stage: Stage, customer: Masked, orders: Sequence[str]) -> None:
    """Workers write them a little later than orders are paid for. Raises SeedFailed."""
    for order in orders:
        path = f"/v1/orders/{order}/invoice"
        answer = until(
            partial(stage.call, "GET", path, customer), lambda answer: answer.status == 303, PATIENCE_SECONDS
        )
        expect(answer, 303)


@dataclass(frozen=True)
class Told:
    """What every configuration says: where the stage is, who leaves it, and how many examples are asked."""

    url: str
    leaving: Masked
    examples: str


def prepare(told: Told, callers: Mapping[str, object], lists: Mapping[str, Sequence[str]], folder: Path) -> Path:
    """Write what Schemathesis should know into `folder`; its configuration's path.

    The folder is readable by its owner alone, since two of the files hold tokens.
    """
    for name, values in lists.items():
        (folder / name).write_text("".join(f"{json.dumps(value)}\n" for value in values))
    (folder / "users.json").write_text(json.dumps(callers))
    files = {"FUZZ_USERS": "users.json", **{name: name for name in lists}}
    known = {name: str(folder / file) for name, file in files.items()} | {EXAMPLES: told.examples}
    config = folder / CONFIG.name  # with the paths put in: Schemathesis reads no variables where it names word lists
    config.write_text(
        Template(CONFIG.read_text()).substitute(known, SLIPWAY_API_URL=told.url, FUZZ_LEAVING=told.leaving.reveal())
    )
    return config


def product(sku: str, amount: int = 1_250) -> dict[str, object]:
    """A product to sell."""
    price = {"amount": amount, "currency": "EUR"}
    return {"sku": sku, "name": f"Fuzz no. {sku[-4:]}", "category": "fuzz", "price": price}


def wfc(users: Mapping[str, SignedIn | CarrierSystem]) -> dict[str, object]:
    """The users or machines in the form of Web Fuzzing Commons, which Schemathesis reads."""
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


def side_by_side(forks: Forks, runs: Sequence[Run], report: Path, seed: str) -> int:
    """Do the runs at once, then join what they reported and said, in their order; the worst exit code."""
    parts = [report.with_suffix(f".{run.name}.ndjson") for run in runs]
    ended = forks.run([arguments(run, part, seed) for run, part in zip(runs, parts, strict=True)])
    sys.stdout.writelines(each.said for each in ended)
    if all(part.exists() for part in parts):  # one alone would look like all there was to ask
        report.write_text("".join(part.read_text(encoding="utf-8") for part in parts), encoding="utf-8")
    return max(each.code for each in ended)


def arguments(run: Run, report: Path, seed: str) -> list[str]:
    """What Schemathesis is told for the run."""
    told = ["--config-file", str(run.config), "run", str(PROMISE), "--seed", seed, "--no-color"]
    return [*told, *run.chosen, "--report-ndjson-path", str(report.resolve())]


def _cannot(why: str) -> int:
    sys.stderr.write(f"fuzz: {why}\n")
    return COULD_NOT_RUN


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
