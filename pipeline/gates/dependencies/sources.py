"""Where packages come from: the one index that the machine is set to, and nothing that our own files name. Pure."""

import re
from collections.abc import Iterator
from pathlib import PurePath

from pipeline.record.verdict import Finding

_INDEX = re.compile(
    r"""--(?:extra-)?index-url\b|--default-index\b|--index[= ]|--find-links\b|--trusted-host\b|--index-strategy\b"""
    r"""|--no-verify-hashes\b|--registry[= ]"""
    r"""|\b(?:PIP|UV)_(?:EXTRA_)?(?:INDEX(?:_URL|_STRATEGY)?|DEFAULT_INDEX|FIND_LINKS|TRUSTED_HOST|INSECURE_HOST)\s*[=:]"""
    r"""|\bUV_(?:PYTHON_INSTALL_MIRROR|PYPY_INSTALL_MIRROR|PYTHON_DOWNLOADS_JSON_URL|CONFIG_FILE)\b|\bPIP_CONFIG_FILE\b"""
    r"""|--(?:mirror|pypy-mirror|python-downloads-json-url)[= ]|\b(?:NODE|NVM_NODEJS_ORG|ELECTRON)_MIRROR\s*[=:]"""
    r"""|\bUV_NO_VERIFY_HASHES\b|\b(?:npm|NPM)_(?:config|CONFIG)_(?:registry|REGISTRY)\s*[=:]"""
    r"""|^\s*(?:extra-)?index-url\s*=|^\s*find-links\s*=|^\s*trusted-host\s*=|^\s*index-strategy\s*="""
    r"""|^\s*\[\[(?:tool\.uv\.)?index\]\]|^\s*\[tool\.uv\.sources\]|^\s*(?:@[\w-]+:)?registry\s*="""
    r"""|^\s*(?:tool\.uv\.)?(?:index|sources|no-index|python-install-mirror)\s*=|^\s*(?:https?-)?proxy\s*=""",
    re.MULTILINE,
)
_UNVERIFIED = re.compile(
    r"""\ballow-insecure-host\b|--insecure\b|--no-check-certificate\b|--no-verify-ssl\b|--ssl-no-revoke\b"""
    r"""|\bcurl\b[^\n|;&]*\s-[A-Za-z]*k[A-Za-z]*(?=\s|$)|(?<![a-z])strict[-_]ssl\s*[=:]\s*["']?(?:false|0|no)\b"""
    r"""|\bNODE_TLS_REJECT_UNAUTHORIZED\s*[=:]\s*["']?0|\bPYTHONHTTPSVERIFY\s*[=:]\s*["']?0"""
    r"""|\bGIT_SSL_NO_VERIFY\b|\bssl-?verify["']?\s*[=: ]\s*["']?(?:false|0|no)\b""",
    re.IGNORECASE | re.MULTILINE,
)
_INSTALLS = re.compile(
    r"""\bpip["']?[\s,]+["']?(?:install|sync)\b|\buv\s+(?:sync|add)\b|\buvx\b|\buv\s+tool\s+(?:run|install)\b"""
)
_NPM_INSTALLS = re.compile(r"""\bnpm(?:-cli\.js"?)?\s+(?:i|install|add|update)\b|\bnpx\b""")
_ELSEWHERE = re.compile(r"""\b(?:git\+(?:https?|ssh|file)|pip\s+install\b[^\n]*https?)://""")
VERIFIED = "trust what the machine trusts; an authority of one's own is named by SSL_CERT_FILE, not waved through"
ONE_INDEX = "leave the index to the machine's own setting: two indexes are two answers to one name"
HASHED = "install from a lock with --require-hashes (npm: ci)"
_SETTINGS = frozenset(
    {"pyproject.toml", "uv.toml", "pip.conf", "pip.ini", ".npmrc", ".pypirc", "setup.cfg", "Dockerfile"}
)
_RUN = frozenset({".sh", ".yml", ".yaml", ".toml", ".cfg", ".ini", ".conf"})


def is_asked(path: PurePath) -> bool:
    """Whether the file decides what is installed: settings, scripts, workflows, the bundles; but nobody's tests."""
    if path.parts[0] in ("tests", "contracts", "locks"):
        return path.parts[0] == "locks"
    return (
        path.name in _SETTINGS
        or path.suffix in _RUN
        or path.parts[0] in ("scripts", ".github", ".ci")
        or path.parts[:2] == ("pipeline", "cloud")
    )


def sources_in(name: str, text: str) -> Iterator[Finding]:
    """Lines of the file that name an index, an address of a package, or install what no hash holds."""
    for found in _INDEX.finditer(text):
        yield _finding(name, text, found, f"names where packages come from: {found[0].strip()}", ONE_INDEX)
    for found in _UNVERIFIED.finditer(text):
        what = f"takes whatever somebody on the way answers: {found[0].strip()} does not ask who that is"
        yield _finding(name, text, found, what, VERIFIED)
    for found in _ELSEWHERE.finditer(text):
        yield _finding(name, text, found, "takes a package from an address and not from the index", ONE_INDEX)
    for number, line in commands(text):
        if _INSTALLS.search(line) and "--require-hashes" not in line:
            yield Finding(f"{name}:{number}", "LOCK installs packages without their hashes", HASHED, "high")
        if _NPM_INSTALLS.search(line):
            yield Finding(f"{name}:{number}", "LOCK installs from npm without the lock", HASHED, "high")


def commands(text: str) -> Iterator[tuple[int, str]]:
    """The lines that are no comments, continued ones as one, with the number of the first."""
    number = 1
    for line in text.replace("\\\n", "\0").split("\n"):
        if not line.lstrip().startswith("#"):
            yield number, line.replace("\0", " ")
        number += 1 + line.count("\0")


def _finding(name: str, text: str, found: re.Match[str], what: str, fix: str) -> Finding:
    return Finding(f"{name}:{text.count(chr(10), 0, found.start()) + 1}", f"LOCK {what}", fix, "high")
