"""Loads a deployed stage with locust: `python -m tests.load.run REPORT SECONDS USERS [SEED]`.

Makes people and products, lets `tests/load/locustfile.py` shop for that long, and takes the people away again. Ends
with 0 when locust has written its report, whatever that says, and with 3 where it could not run. Never in prod.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.load.seed import SeedFailed, put_on_sale, write_privately
from tests.support.stage import Stage
from tests.support.users import OPS, Pool, PoolUnusable, temporary_users

LOCUSTFILE = Path(__file__).with_name("locustfile.py")
NEEDED = ("SLIPWAY_API_URL", "SLIPWAY_USER_POOL_ID", "SLIPWAY_USER_POOL_CLIENT_ID")
COULD_NOT_RUN = 3
CATEGORY = "load"
PRODUCTS = 8
PEOPLE = 4
DEFAULT_SEED = "7"


def main(asked: list[str], environ: Mapping[str, str]) -> int:
    """The exit code of the run."""
    missing = [name for name in NEEDED if not environ.get(name)]
    if missing or len(asked) < 3:
        return _cannot(f"set {', '.join(missing)}" if missing else "say REPORT, SECONDS and USERS")
    if environ.get("SLIPWAY_STAGE") == "prod":
        return _cannot("this makes users and orders: never in prod")
    report, seconds, shoppers = Path(asked[0]).resolve(), float(asked[1]), int(asked[2])
    seed = asked[3] if len(asked) > 3 else DEFAULT_SEED
    people = [f"shopper-{number}" for number in range(PEOPLE)]
    try:
        with (
            TemporaryDirectory(prefix="slipway-load-") as folder,
            temporary_users(Pool.of(environ), {"ops": OPS, **dict.fromkeys(people)}) as users,
        ):
            stage = Stage(environ["SLIPWAY_API_URL"])
            skus = [f"LOAD-{number:04}" for number in range(PRODUCTS)]
            for sku in skus:
                put_on_sale(stage, users["ops"].access, product(sku))
            known = Path(folder, "known.json")
            tokens = [users[name].access.reveal() for name in people]
            write_privately(known, {"seed": seed, "category": CATEGORY, "skus": skus, "people": tokens})
            child = {**environ, "LOAD_KNOWN": str(known), "LOAD_REPORT": str(report)}
            code = subprocess.run(arguments(stage.url, seconds, shoppers), env=child, check=False).returncode
    except (PoolUnusable, SeedFailed) as problem:
        return _cannot(str(problem))
    return 0 if report.is_file() else _cannot(f"locust left no report and ended with {code}")


def product(sku: str) -> dict[str, object]:
    """A product to sell, of which nobody orders the last."""
    return {
        "sku": sku,
        "name": f"Load no. {sku[-4:]}",
        "category": CATEGORY,
        "price": {"amount": 750, "currency": "EUR"},
    }


def arguments(url: str, seconds: float, shoppers: int) -> list[str]:
    """The command that lets `shoppers` shop at `url` for `seconds`, all of them from the start."""
    command = [sys.executable, "-m", "locust", "--locustfile", str(LOCUSTFILE), "--headless", "--only-summary"]
    command += ["--host", url.rstrip("/"), "--users", str(shoppers), "--spawn-rate", str(shoppers)]
    return [*command, "--run-time", f"{seconds:.0f}s", "--stop-timeout", "10", "--exit-code-on-error", "0"]


def _cannot(why: str) -> int:
    sys.stderr.write(f"load: {why}\n")
    return COULD_NOT_RUN


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
