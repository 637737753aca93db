"""What protects a function's callers, and what shows afterwards how, is not turned off by its environment."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.api import FUNCTION
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import changed
from pipeline.gates.openapi.node import Json, mapped

ABOUT = About(
    kind="rollout",
    what="No variable of a function turns a protection, a check, its logs or its traces off that was on in the base",
    why="libraries read it before any code of ours: requests are done twice, unchecked or unseen, and no test fails",
    fix="take the variable out again; what a load test needs belongs in a stack of its own",
    models="POWERTOOLS_IDEMPOTENCY_DISABLED left from a load test; CWE-837, CWE-778, CWE-295",
    needs="nothing",
)
OFF = frozenset({"false", "off", "no", "0", "disabled", "n", "f", "none"})
ON = frozenset({"true", "on", "yes", "1", "enabled", "y", "t"})
LIBRARIES = ("AWS_", "NODE_", "OTEL_", "POWERTOOLS_", "PYTHON")
"""How names begin that the runtime and libraries read."""
WHOLE = "LOG_EVENT"
TURNS_OFF = frozenset(
    {"BYPASS", "DEBUG", "DEV", "DISABLE", "DISABLED", "IGNORE", "INSECURE", "MOCK", "SKIP", "UNSAFE", "WITHOUT"}
)
"""Words of a name that, where it is on, say that something is off (Powertools for AWS Lambda, "Environment variables":
POWERTOOLS_IDEMPOTENCY_DISABLED, POWERTOOLS_DEV; OpenTelemetry's OTEL_SDK_DISABLED)."""
PROTECTS = frozenset(
    {"AUTH", "CHECK", "ENFORCE", "REJECT", "REQUIRE", "SSL", "STRICT", "TLS", "VALIDATE", "VERIFY", "XRAY"}
)
"""Words of a name that, where it is off, say the same: PYTHONHTTPSVERIFY, NODE_TLS_REJECT_UNAUTHORIZED,
AWS_XRAY_SDK_ENABLED."""
HARDENS = frozenset(
    {"AWS_EC2_METADATA_DISABLED", "AWS_EC2_METADATA_V1_DISABLED", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"}
)
"""Names that say of something that it is off, and protect by it: nobody looks for credentials in a network where there
are none, nor takes another address for AWS's (AWS SDKs and tools reference guide)."""
GLUED = {"PYTHONHTTPSVERIFY": "VERIFY"}
ELSEWHERE = ("AWS_ENDPOINT_URL", "AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_", "NODE_EXTRA_CA")
"""How names begin that send calls to other hosts, or trust other ones (AWS SDKs and tools reference guide)."""
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
LEVELS = (("TRACE",), ("DEBUG",), ("INFO",), ("WARN", "WARNING"), ("ERROR",), ("FATAL", "CRITICAL"))
LEVEL = ("LOG_LEVEL", "LOGLEVEL", "LOGGING_LEVEL")
USUAL_LEVEL = "INFO"


def look(subject: Subject) -> Iterator[Looked]:
    """Each function of the candidate; one that is new is compared with nothing set."""
    for function in subject.of_candidate(FUNCTION):
        old = subject.before(function)
        if subject.base is not None:
            yield looked(function, *_wrong(_variables(old), _variables(function)))


def _wrong(before: dict[str, Json], after: dict[str, Json]) -> Iterator[Wrong]:
    for name, value in after.items():
        was = before.get(name)
        if value == was and name in before:
            continue
        if told := _told(name.upper(), was, value):
            yield Wrong(f"{told}: {name} {changed(was, value)}", f"Environment.Variables.{name}")
    for name, was in before.items():
        if name not in after and _is_level(name.upper()) and _rank(None) > _rank(was):
            yield Wrong(f"it logs less: {name} {changed(was, None)}", f"Environment.Variables.{name}")


def _told(name: str, was: Json, value: Json) -> str:
    words = {GLUED.get(name, name), *name.split("_")}
    if name.startswith(ELSEWHERE) or name in PROXIES:
        return "its calls go elsewhere"
    if _is_level(name):
        return "it logs less" if _rank(value) > _rank(was) else ""
    turned_on = _is_on(name, value) and not _is_on(name, was)
    if name.endswith(WHOLE) and turned_on:
        return "whole requests stand in its log"
    if name in HARDENS:
        return "something is turned off" if was is not None and _is_on(name, was) and _is_off(value) else ""
    if words & TURNS_OFF and turned_on:
        return "something is turned off"
    if words & PROTECTS and _is_off(value) and not (was is not None and _is_off(was)):
        return "something is turned off"
    return ""


def _variables(function: Resource | None) -> dict[str, Json]:
    if function is None or function.type != FUNCTION:
        return {}
    return mapped(function.at("Environment", "Variables"))


def _is_off(value: Json) -> bool:
    return value == "" or (isinstance(value, str | bool | int) and str(value).lower() in OFF)


def _is_on(name: str, value: Json) -> bool:
    """Libraries take whatever is there for yes; a variable of ours that holds an address, or a name, is no switch."""
    if value is None or _is_off(value):
        return False
    return name.startswith(LIBRARIES) or str(value).lower() in ON


def _is_level(name: str) -> bool:
    return name.endswith(LEVEL)


def _rank(value: Json) -> int:
    """What is no level is none that logs anything; nothing said is what libraries do of themselves."""
    level = USUAL_LEVEL if value is None else str(value).upper()
    return next((rank for rank, names in enumerate(LEVELS) if level in names), len(LEVELS))
