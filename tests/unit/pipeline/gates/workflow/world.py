"""Trees for the gate's tests: the product's own, a small one that deploys, and edits of them."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pipeline.gates.workflow.promised import Promised
from pipeline.gates.workflow.rule import Look
from pipeline.gates.workflow.rules import RULES
from pipeline.gates.workflow.tree import Tree, read_tree, tree
from pipeline.record.verdict import Finding
from tests.unit.pipeline.gates.world import TODAY

ROOT = Path(__file__).parents[5]
PULL_REQUEST = ".github/workflows/pull-request.yml"
MAIN = ".github/workflows/main.yml"
DEPLOY = ".github/workflows/deploy.yml"
CHECKOUT = "actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0"

DEPLOYING = f"""\
name: deploy

on:
  push:
    branches: [main]
  workflow_dispatch:

permissions: {{}}

concurrency:
  group: deploy-prod
  cancel-in-progress: false

jobs:
  build:
    runs-on: ubuntu-24.04
    permissions:
      contents: read
    steps:
      - uses: {CHECKOUT}
        with:
          persist-credentials: false
      - run: scripts/test

  deploy:
    needs: [build]
    runs-on: ubuntu-24.04
    environment: prod
    permissions:
      contents: read
      id-token: write
    steps:
      - uses: {CHECKOUT}
        with:
          persist-credentials: false
      - name: Deploy
        run: scripts/deploy prod
"""
"""A workflow of a team that deploys from GitHub, as it should be."""


@cache
def product() -> Tree:
    """The tree of the product itself, as it lies here."""
    return read_tree(ROOT)


def texts(**also: str) -> dict[str, str]:
    """The product's texts with the workflow that deploys beside its own."""
    return {**product().texts, DEPLOY: DEPLOYING, **also}


def edited(path: str, old: str, new: str, count: int = 1) -> dict[str, str]:
    """The texts with `old` replaced in one file; it must be there, or the test would prove nothing."""
    whole = texts()
    assert old in whole[path], f"{old!r} is not in {path}"
    return {**whole, path: whole[path].replace(old, new, count)}


def made(files: Mapping[str, str], promised: Promised | None = None) -> Tree:
    """The tree of these texts, beside all the other names of the product."""
    paths = tuple(sorted({*files, *(path for path in product().paths if path not in product().texts)}))
    return tree(paths, files, promised)


@cache
def _unchanged() -> Tree:
    return made(texts())


def findings(
    files: Mapping[str, str],
    base: Mapping[str, str] | None = None,
    only: str = "",
) -> list[Finding]:
    """What the rules (or one of them) find in a tree of these texts, over the base of those (the same as `texts()`)."""
    look = Look(made(files), _unchanged() if base is None else made(base), TODAY)
    return [one for rule in RULES if only in ("", rule.id) for one in rule.findings(look)]


def refusals(files: Mapping[str, str], base: Mapping[str, str] | None = None, only: str = "") -> list[Finding]:
    """Those of the findings that refuse the change."""
    return [one for one in findings(files, base, only) if one.severity == "high"]


def rules_against(files: Mapping[str, str], base: Mapping[str, str] | None = None, only: str = "") -> set[str]:
    """The ids of the rules that refuse it."""
    return {one.what.split()[0] for one in refusals(files, base, only)}
