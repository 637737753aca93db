"""Who asked for what, and where it went, can be seen afterwards; what was said cannot."""

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import Change, Template, edited, first, found, look, new_in, release

RULE = "calls_are_logged_and_traced"


def stage(document: Template) -> Template:
    return first(document, "ApiGateway::Stage")["Properties"]


def orders(document: Template) -> Template:
    return first(document, "Lambda::Function", "OrdersFunction")["Properties"]


def no_log(document: Template) -> None:
    del stage(document)["AccessLogSetting"]


def a_log_of_nothing(document: Template) -> None:
    stage(document)["AccessLogSetting"]["Format"] = "$context.requestTime"


def no_trace(document: Template) -> None:
    stage(document)["TracingEnabled"] = False


def bodies(document: Template) -> None:
    stage(document)["MethodSettings"][4]["DataTraceEnabled"] = True


def silent(document: Template) -> None:
    stage(document)["MethodSettings"][0]["LoggingLevel"] = "OFF"


def uncounted(document: Template) -> None:
    stage(document)["MethodSettings"][0]["MetricsEnabled"] = False


def passive(document: Template) -> None:
    orders(document)["TracingConfig"]["Mode"] = "PassThrough"


def untraced(document: Template) -> None:
    del orders(document)["TracingConfig"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (no_log, "DestinationArn is not there"),
        (a_log_of_nothing, "does not tell $context.requestId"),
        (no_trace, "TracingEnabled is false"),
        (bodies, "tokens and bodies of POST"),
        (silent, "errors of * /* are written to no log"),
        (uncounted, "calls of * /* are not counted"),
        (passive, "Mode is PassThrough"),
        (untraced, "Mode is not there"),
    ],
)
def test_calls_that_leave_no_trace_or_too_much_are_told(real: Assembly, change: Change, words: str) -> None:
    told = found(RULE, release(edited(real, "prod/orders", change)))
    assert any(words in each.what for each in told)


def logging(old: str, new: str) -> Change:
    def change(document: Template) -> None:
        log = stage(document)["AccessLogSetting"]
        log["Format"] = log["Format"].replace(old, new)

    return change


SUB, PARTNER = "$context.authorizer.claims.sub", "$context.authorizer.partner_id"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (logging(SUB, "$context.authorizer.principalId"), "who called, of those that COGNITO_USER_POOLS lets in"),
        (logging(SUB, "$context.identity.caller"), "who called, of those that COGNITO_USER_POOLS lets in"),
        (logging(SUB, "-"), "who called, of those that COGNITO_USER_POOLS lets in"),
        (logging(PARTNER, "$context.identity.user"), "who called, of those that CUSTOM lets in"),
    ],
)
def test_a_log_that_names_no_caller_is_told(real: Assembly, change: Change, words: str) -> None:
    told = found(RULE, release(edited(real, "prod/orders", change)))
    assert [words in each.what for each in told] == [True]


def test_a_field_that_tells_something_else_is_told(real: Assembly) -> None:
    change = logging("$context.identity.sourceIp", "$context.identity.userAgent")
    (told,) = found(RULE, release(edited(real, "prod/orders", change), real))
    assert "source_ip tells something else: was $context.identity.sourceIp" in told.what


@pytest.mark.parametrize(
    "change",
    [
        logging("{", '{"protocol": "$context.protocol", '),
        logging(f'"caller": "{SUB}"', f'"caller": "{SUB}", "mail": "$context.authorizer.claims.email"'),
    ],
)
def test_a_field_more_is_welcome(real: Assembly, change: Change) -> None:
    assert found(RULE, release(edited(real, "prod/orders", change), real)) == ()


def worker_untraced(document: Template) -> None:
    del first(document, "Lambda::Function", "MailFunction")["Properties"]["TracingConfig"]


def none_sampled(document: Template) -> None:
    first(document, "XRay::SamplingRule")["Properties"]["SamplingRule"]["FixedRate"] = 0


@pytest.mark.parametrize(("change", "words"), [(worker_untraced, "Mode was Active"), (none_sampled, "FixedRate")])
def test_what_was_traced_in_the_base_is_traced(real: Assembly, change: Change, words: str) -> None:
    assert any(words in each.what for each in new_in(RULE, real, change))


def test_a_field_fewer_is_a_note(real: Assembly) -> None:
    def fewer(document: Template) -> None:
        log = stage(document)["AccessLogSetting"]
        log["Format"] = log["Format"].replace("$context.identity.userAgent", "-")

    part = look(RULE, release(edited(real, "prod/orders", fewer), real))
    assert part.findings == ()
    assert ["no longer tells $context.identity.userAgent" in note.what for note in part.warnings] == [True]


def test_the_release_as_it_is_is_logged_and_traced(real: Assembly) -> None:
    part = look(RULE, release(real, real))
    assert (part.checked > 90, part.findings, part.warnings) == (True, (), ())
