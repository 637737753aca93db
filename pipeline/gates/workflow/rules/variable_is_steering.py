"""No variable is newly set that makes tools look elsewhere, look at less, or run something first."""

import re
from collections.abc import Iterator, Mapping
from functools import cache

from pipeline.gates.workflow.rule import Found, Look, Rule
from pipeline.gates.workflow.tree import FOLDERS, Tree

_STEERS = (
    r"SLIPWAY_(?:FIRST_RELEASE|BASE|ADVISORIES|HISTORY|CHANGE|ASSEMBLY)|AWS_ENDPOINT_URL\w*",
    r"PYTHON(?:OPTIMIZE|STARTUP|HOME|INSPECT|SAFEPATH|BREAKPOINT|PYCACHEPREFIX)",
    r"PYTEST_\w+|HYPOTHESIS_\w+|COVERAGE_\w+|MYPY\w*|RUFF_\w+|SHELLCHECK_OPTS|SEMGREP_\w+|CKV_\w+|CHECKOV_\w+|ZIZMOR_\w+",
    r"LD_PRELOAD|LD_LIBRARY_PATH|DYLD_\w+|BASH_ENV|SHELLOPTS|BASHOPTS|NODE_OPTIONS|GIT_CONFIG\w*|GIT_SSH\w*",
    r"NODE_TLS_REJECT_UNAUTHORIZED|GIT_SSL_NO_VERIFY|PYTHONHTTPSVERIFY|(?:CURL|REQUESTS|AWS)_CA_BUNDLE|SSL_CERT_(?:FILE|DIR)",
)
_NAMES = re.compile(rf"""(?<![\w$-])["']?({"|".join(_STEERS)})["']?(?:\s*(?:=(?!=)|:(?![-+?]))|["']\s*[,\]])""")
"""A name that is given a value: `NAME=`, `NAME:`, `"NAME": …`, `setdefault("NAME", …)`, `environ["NAME"]`."""
_OF_ALL = re.compile(
    r"""(?<![\w$-])(\w*(?:HOME|CACHE|PREFIX|ROOT|PATH|BIN)\w*)=["']?(?:\$\{\w+:-)?/(?:var/)?(?:tmp|dev/shm)\b"""
)
"""A folder of tools below one that everybody may write to: whoever makes it first says what is run (CWE-379)."""
_OF_BUILDS, _OF_TESTS = ("pipeline/cloud/", "pipeline/plan/"), "conftest.py"


def _check(look: Look) -> Iterator[Found]:
    if look.base is None:
        return
    yield from _for_all(look.base, look.now)
    before = dict(_set_in(look.base))
    for path, names in _set_in(look.now):
        for name, line in names.items():
            if name not in before.get(path, {}):
                yield Found(f"{path}:{line}", f"{name} is set here: tools obey it, and none says so")


def _for_all(base: Tree, now: Tree) -> Iterator[Found]:
    for path, text in now.texts.items():
        if not path.startswith(FOLDERS) or text == base.texts.get(path):
            continue
        known = set(_OF_ALL.findall(base.texts.get(path, "")))
        for match in _OF_ALL.finditer(text):
            if match[1] not in known:
                where = f"{path}:{text.count(chr(10), 0, match.start()) + 1}"
                yield Found(where, f"{match[1]} is a folder that anybody may make first, with tools of theirs in it")


def _set_in(tree: Tree) -> Iterator[tuple[str, Mapping[str, int]]]:
    """By file, the names that are given a value, and the line of the first."""
    scripts = ((path, text) for path, text in tree.texts.items() if path.startswith(FOLDERS))
    code = ((path, text) for path, text in tree.code.items() if path.startswith(_OF_BUILDS) or path.endswith(_OF_TESTS))
    for path, text in (*scripts, *code):
        if found := _given_in(text):
            yield path, found


@cache
def _given_in(text: str) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for match in _NAMES.finditer(text):
        found.setdefault(match[1], text.count("\n", 0, match.start()) + 1)
    return found


RULE = Rule(
    id="variable-is-steering",
    what="a variable newly set in a workflow, script, build or conftest.py by which tools look elsewhere, or at less, "
    "or are kept where anybody may put others",
    why="PYTHONOPTIMIZE takes assertions away, SLIPWAY_FIRST_RELEASE what is compared, others choose whom we trust",
    fix="say it where everybody reads it (pyproject.toml, the plan), or waive this first, in a change of its own",
    models="W16, W22; S11; CWE-379",
    check=_check,
    against_base=True,
)
