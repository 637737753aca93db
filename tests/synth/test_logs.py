"""The service's logs as synthesized: how long they are kept, who writes where, and what nobody may read in them."""

from pipeline.cloud.service.workers import WORKERS
from tests.synth.planned import planned
from tests.synth.reading import Template


def test_logs_are_kept_as_long_as_the_plan_says(template: Template, stage: str) -> None:
    groups = template.all("AWS::Logs::LogGroup")
    assert {each["RetentionInDays"] for each in groups} == {planned(stage).settings.log_retention_days}
    functions = template.all("AWS::Lambda::Function")
    used = {each["LoggingConfig"]["LogGroup"]["Ref"] for each in functions}
    assert used < {each.name for each in groups}


def test_workers_callbacks_and_hooks_share_a_log_each_and_every_other_function_has_its_own(
    template: Template, stage: str
) -> None:
    names = {each.name: each["LogGroupName"] for each in template.all("AWS::Logs::LogGroup")}
    shared = {
        **{f"orders-{stage}-{worker.name}": f"orders-{stage}-workers" for worker in WORKERS},
        **{f"orders-{stage}-{name}": f"orders-{stage}-callbacks" for name in ("identity", "rotation", "renewal")},
    }
    for each in template.all("AWS::Lambda::Function"):
        name, log = each["FunctionName"], names[each["LoggingConfig"]["LogGroup"]["Ref"]]
        hooks = f"CodeDeployHook_orders-{stage}" if each["Handler"].startswith("pipeline.hooks.") else None
        assert log == f"/aws/lambda/{hooks or shared.get(name, name)}"


def test_every_log_masks_what_looks_like_personal_data(template: Template) -> None:
    wanted = {"EmailAddress", "Address", "PhoneNumber-DE", "PhoneNumber-FR", "PhoneNumber-GB", "PhoneNumber-US"}
    for group in template.all("AWS::Logs::LogGroup"):
        audit, mask = group["DataProtectionPolicy"]["Statement"]
        assert "Deidentify" in mask["Operation"]
        assert "Audit" in audit["Operation"]
        for statement in (audit, mask):
            named = {template.said(each).rpartition("/")[2] for each in statement["DataIdentifier"]}
            assert wanted <= named
