"""Fuzzes a deployed stage with Schemathesis: `python -m tests.fuzz.run REPORT [SEED]`.

Makes two users who are customers and operators at once (so that one of them gets past every door) and one to be
forgotten, sells a few products and places a few orders, runs every phase against the promise in contracts/openapi.yaml
with the seed given, and deletes the users. REPORT gets one JSON event per line.
Ends with Schemathesis's own code (0 nothing found, 1 something found), or 3 if it could not run.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from string import Template

from tests.load.seed import SeedFailed, expect, place, put_on_sale
from tests.support.masked import Masked
from tests.support.payment_provider.book import UNDECIDED
from tests.support.promised import PROMISE
from tests.support.stage import Stage
from tests.support.users import OPS, Pool, PoolUnusable, SignedIn, temporary_users

CONFIG = Path(__file__).with_name("schemathesis.toml")
NEEDED = ("SLIPWAY_API_URL", "SLIPWAY_USER_POOL_ID", "SLIPWAY_USER_POOL_CLIENT_ID")
DEFAULT_SEED = "7"
COULD_NOT_RUN = 3
PRODUCTS = 4
ORDERS = 4
WAITING = 3
"""Orders whose payment the provider has not decided on: without them nothing could be paid again."""
WAITS = "FUZZ-WAITS"


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
            tempfile.TemporaryDirectory(prefix="slipway-fuzz-") as folder,
        ):
            config = prepare(Stage(environ["SLIPWAY_API_URL"]), users, Path(folder))
            return fuzz(config, environ, report, seed)
    except (PoolUnusable, SeedFailed) as problem:
        return _cannot(str(problem))


def prepare(stage: Stage, users: Mapping[str, SignedIn], folder: Path) -> Path:
    """Fill the stage a little and write what Schemathesis should know into `folder`; its configuration's path.

    The folder is readable by its owner alone, since two of the files hold tokens.
    """
    ann = users["ann"].access
    skus = [f"FUZZ-{number:04}" for number in range(PRODUCTS)]  # always the same: the seed should decide, not the data
    for sku in skus:
        put_on_sale(stage, ann, product(sku))
    put_on_sale(stage, ann, product(WAITS, UNDECIDED))
    orders = [
        *(place(stage, ann, skus[number % PRODUCTS]) for number in range(ORDERS)),
        *(place(stage, ann, WAITS, 202) for _ in range(WAITING)),
    ]
    expect(stage.call("GET", f"/v1/orders/{orders[0]}", ann), 200)
    lists = {"FUZZ_SKUS": skus, "FUZZ_ORDERS": orders, "FUZZ_CATEGORIES": ["fuzz"]}
    for name, values in lists.items():
        (folder / name).write_text("".join(f"{json.dumps(value)}\n" for value in values))
    (folder / "users.json").write_text(json.dumps(wfc(users)))
    files = {"FUZZ_USERS": "users.json", **{name: name for name in lists}}
    known = {name: str(folder / file) for name, file in files.items()}
    leaving = users["leaving"].access.reveal()
    config = folder / CONFIG.name  # with the paths put in: Schemathesis reads no variables where it names word lists
    config.write_text(Template(CONFIG.read_text()).substitute(known, SLIPWAY_API_URL=stage.url, FUZZ_LEAVING=leaving))
    return config


def product(sku: str, amount: int = 1_250) -> dict[str, object]:
    """A product to sell."""
    price = {"amount": amount, "currency": "EUR"}
    return {"sku": sku, "name": f"Fuzz no. {sku[-4:]}", "category": "fuzz", "price": price}


def wfc(users: Mapping[str, SignedIn]) -> dict[str, object]:
    """The users in the form of Web Fuzzing Commons, which Schemathesis reads."""
    return {"auth": [{"name": name, "fixedHeaders": [_bearer(user.access)]} for name, user in users.items()]}


def _bearer(token: Masked) -> dict[str, str]:
    return {"name": "Authorization", "value": f"Bearer {token.reveal()}"}


def fuzz(config: Path, environ: Mapping[str, str], report: Path, seed: str) -> int:
    """Run Schemathesis; its exit code."""
    program = str(Path(sys.executable).with_name("st"))
    command = [program, "--config-file", str(config), "run", str(PROMISE), "--seed", seed, "--no-color"]
    command += ["--report-ndjson-path", str(report.resolve())]
    return subprocess.run(command, env=dict(environ), check=False).returncode


def _cannot(why: str) -> int:
    sys.stderr.write(f"fuzz: {why}\n")
    return COULD_NOT_RUN


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
