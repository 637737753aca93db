"""Takes partners on and shuts them out: `scripts/partner take-on|block|unblock ID …`, with the stage's outputs set.

Needs SLIPWAY_STAGE, SLIPWAY_USER_POOL_ID, SLIPWAY_TABLE_NAME and SLIPWAY_USAGE_PLANS (the stack's outputs) and
credentials of the stage's account. Prints what the partner is to be told; the client's secret once, the key never: the
partner reads it from its secret. Ends with 2 for a wrong use and 3 where AWS refuses.
"""

import argparse
import json
import os
import re
import sys
from collections.abc import Mapping, Sequence

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from api.domain.errors import Busy
from api.domain.limits import PARTNER_ID
from api.domain.partners import SCOPES, PartnerStatus, Tier
from pipeline.operations import key_secret
from pipeline.operations.registrar import Place, Registrar

NEEDED = ("SLIPWAY_STAGE", "SLIPWAY_USER_POOL_ID", "SLIPWAY_TABLE_NAME", "SLIPWAY_USAGE_PLANS")


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """The exit code."""
    if not arguments:
        _parser().print_help(sys.stderr)
        return 2
    asked = _parser().parse_args(arguments)
    missing = [name for name in NEEDED if not environ.get(name)]
    if missing or not re.fullmatch(PARTNER_ID, asked.partner):
        sys.stderr.write(
            f"partner: set {', '.join(missing)}\n" if missing else "partner: an id like acme-tea, please\n"
        )
        return 2
    try:
        code: int = asked.do(boto3.Session(), environ, asked)
    except Busy:
        sys.stderr.write(f"partner: {asked.partner} is there already, or is being changed at this moment\n")
        return 2
    except (ClientError, BotoCoreError) as problem:
        sys.stderr.write(f"partner: {problem}\n")
        return 3
    return code


def take_on(session: boto3.Session, environ: Mapping[str, str], asked: argparse.Namespace) -> int:
    """Take the partner on, let its account read its key, and print what it is to be told."""
    stage = environ["SLIPWAY_STAGE"]
    account = session.client("sts").get_caller_identity()["Account"]
    rotation = f"arn:aws:lambda:{session.region_name}:{account}:function:orders-{stage}-rotation:live"
    taken = Registrar(session, Place.of(environ)).take_on(asked.partner, Tier(asked.tier), frozenset(asked.scope))
    secret = key_secret.keep(session, stage, asked.partner, taken.key, rotation, f"alias/orders-{stage}")
    reader = key_secret.let_read(session, stage, asked.partner, secret, asked.account, asked.external_id)
    told = {
        "client_id": taken.partner.client,
        "client_secret": taken.client_secret,
        "key_secret": secret,
        "key_reader": reader,
    }
    sys.stdout.write(json.dumps(told, indent=1) + "\n")
    return 0


def block(session: boto3.Session, environ: Mapping[str, str], asked: argparse.Namespace) -> int:
    """Shut the partner out, or let it in again."""
    status = PartnerStatus.BLOCKED if asked.what == "block" else PartnerStatus.ACTIVE
    if Registrar(session, Place.of(environ)).set_status(asked.partner, status):
        return 0
    sys.stderr.write(f"partner: there is no partner {asked.partner}\n")
    return 2


def _parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(
        "scripts/partner", description=f"Partners of a stage, which {', '.join(NEEDED)} and AWS credentials name."
    )
    verbs = whole.add_subparsers(dest="what", required=True)
    for verb, does in (("block", "shut a partner out"), ("unblock", "let it in again")):
        each = verbs.add_parser(verb, help=does)
        each.add_argument("partner")
        each.set_defaults(do=block)
    parser = verbs.add_parser("take-on", help="take a partner on, and print what it is to be told")
    parser.set_defaults(do=take_on)
    parser.add_argument("partner", help="its id: small letters, digits and -")
    parser.add_argument("tier", choices=[tier.value for tier in Tier])
    parser.add_argument("--account", required=True, help="the partner's AWS account, which reads the key")
    parser.add_argument("--external-id", required=True, help="what only the partner and we know")
    parser.add_argument("--scope", nargs="+", choices=sorted(SCOPES), default=sorted(SCOPES))
    return whole


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
