"""The service's logs as synthesized: how long they are kept, who writes where, and what nobody may read in them."""

from pipeline.cloud.service.workers import WORKERS
from tests.synth.planned import planned
from tests.synth.reading import Template


def test_logs_are_kept_as_long_as_the_plan_says(template: Template, stage: str) -> None:
    groups = template.all("AWS::Logs::LogGroup")
    assert {each["RetentionInDays"] for each in groups} == {planned(stage).settings.log_retention_days}
    functions = template.all("AWS::Lambda::Function")
    hooks = [each for each in functions if each["Handler"].startswith("pipeline.hooks.")]
    used = {each["LoggingConfig"]["LogGroup"]["Ref"] for each in functions}
    assert len(used) == len(functions) - len(WORKERS) - len(hooks) + 2  # workers share one, hooks another
    assert used < {each.name for each in groups}


def test_every_log_masks_what_looks_like_personal_data(template: Template) -> None:
    wanted = {"EmailAddress", "Address", "PhoneNumber-DE", "PhoneNumber-FR", "PhoneNumber-GB", "PhoneNumber-US"}
    for group in template.all("AWS::Logs::LogGroup"):
        audit, mask = group["DataProtectionPolicy"]["Statement"]
        assert "Deidentify" in mask["Operation"]
        assert "Audit" in audit["Operation"]
        for statement in (audit, mask):
            named = {template.said(each).rpartition("/")[2] for each in statement["DataIdentifier"]}
            assert wanted <= named
