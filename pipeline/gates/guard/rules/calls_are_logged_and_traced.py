"""Who asked for what, and where it went, can be seen afterwards; what was said cannot."""

import re
from collections.abc import Iterator

from pipeline.gates.guard.assembly import Stack
from pipeline.gates.guard.comparing import is_true, lost, must
from pipeline.gates.guard.facts.access_log import VARIABLE, fields, names_callers
from pipeline.gates.guard.facts.api import FUNCTION, METHOD, called_by_api
from pipeline.gates.guard.facts.settings import STAGE, settings_of
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Note, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import changed

ABOUT = About(
    kind="logs",
    what="A stage's API keeps an access log, counts and traces its calls without bodies, and so do its functions",
    why="nobody can tell afterwards who got in, or why calls are slow or fail",
    fix="bring back access log, tracing, metrics and logging level; leave data_trace_enabled off",
    models="I25: tracing off; I30: the access log removed, or naming no caller; CWE-778, CWE-532 for bodies in logs",
    needs="every stage",
)
NEEDED = ("$context.requestId", "$context.status", "$context.httpMethod", "$context.resourcePath")
_FIELD = re.compile(r"\$context\.[A-Za-z.]+")
FORMAT = ("AccessLogSetting", "Format")
MODE = ("TracingConfig", "Mode")
SAMPLING = "AWS::XRay::SamplingRule"


def look(subject: Subject) -> Iterator[Looked]:
    """Each stage of an API, each function, and each rule about which requests are traced."""
    for stack in subject.candidate.of_stages():
        for stage in stack.all(STAGE):
            old = subject.before(stage)
            yield looked(stage, *_stage(stage), *_callers(stack, stage), *_fields(old, stage), *_sources(old, stage))
        asked = {each.logical_id for each in _asked(stack)}
        for function in stack.all(FUNCTION):
            if function.logical_id in asked:
                yield looked(function, must(function, *MODE, be=lambda mode: mode == "Active", told="Active"))
            else:
                yield looked(function, _passive(subject.before(function), function))
        for rule in stack.all(SAMPLING):
            yield looked(rule, *_sampling(subject.before(rule), rule))


def _stage(stage: Resource) -> Iterator[Wrong | None]:
    text = stage.at(*FORMAT)
    yield must(stage, "AccessLogSetting", "DestinationArn", be=lambda arn: arn is not None, told="a log group")
    missing = [field for field in NEEDED if field not in _FIELD.findall(str(text))]
    if missing:
        yield Wrong(f"a line of the access log does not tell {', '.join(missing)}", ".".join(FORMAT))
    yield must(stage, "TracingEnabled", be=is_true, told="true")
    for (method, path), told in settings_of(stage).items():
        if is_true(told.get("DataTraceEnabled")):
            yield Wrong(f"tokens and bodies of {method} {path} are written to a log", "MethodSettings")
        if told.get("LoggingLevel") not in ("ERROR", "INFO"):
            yield Wrong(f"errors of {method} {path} are written to no log", "MethodSettings")
        if not is_true(told.get("MetricsEnabled")):
            yield Wrong(f"calls of {method} {path} are not counted, so that no alarm sees them", "MethodSettings")


def _fields(old: Resource | None, new: Resource) -> Iterator[Note]:
    was, now = (set(_FIELD.findall(str(each.at(*FORMAT)))) if each else set() for each in (old, new))
    gone = sorted(was - now - set(NEEDED))
    if gone:
        yield Note(f"a line of the access log no longer tells {', '.join(gone)}", ".".join(FORMAT))


def _callers(stack: Stack, stage: Resource) -> Iterator[Wrong]:
    """Whom no line names, though the stage's methods ask who they are."""
    text = str(stage.at(*FORMAT))
    asked = {
        str(method.at("AuthorizationType"))
        for method in stack.all(METHOD)
        if method.at("RestApiId") == stage.at("RestApiId")
    }
    for authorization in sorted(asked):
        if not names_callers(text, authorization):
            told = f"a line of the access log does not tell who called, of those that {authorization} lets in"
            yield Wrong(told, ".".join(FORMAT))


def _sources(old: Resource | None, new: Resource) -> Iterator[Wrong]:
    """Fields that have kept their name, and tell something else: whoever searches for them finds other lines."""
    was, now = fields(old.at(*FORMAT) if old else None), fields(new.at(*FORMAT))
    for name in was.keys() & now.keys():
        if was[name] != now[name] and VARIABLE in now[name]:
            yield Wrong(f"{name} tells something else: {changed(was[name], now[name])}", ".".join(FORMAT))


def _asked(stack: Stack) -> Iterator[Resource]:
    """The functions that answer the API, behind their aliases."""
    for called in called_by_api(stack):
        function = called if called.type == FUNCTION else stack.target(called.at("FunctionName"))
        if function:
            yield function


def _passive(old: Resource | None, new: Resource) -> Wrong | None:
    was, now = old.at(*MODE) if old else None, new.at(*MODE)
    return (
        Wrong(f"it is no longer traced: Mode {changed(was, now)}", ".".join(MODE)) if was == "Active" != now else None
    )


def _sampling(old: Resource | None, rule: Resource) -> Iterator[Wrong | None]:
    yield lost(rule, old, "SamplingRule", "FixedRate")
