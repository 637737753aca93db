"""How a file of products comes in: by a link, past the event bus, to the worker that works it off."""

from api.domain.importing import AT_WORK, PATIENCE
from api.handlers.importer import LONGEST_PAUSE_SECONDS
from tests.synth.reading import Template
from tests.synth.test_service import KEY_OF_TABLES, function, granted, named, role_of
from tests.synth.test_workers import queue, worked_off


def test_each_file_is_told_to_the_worker_that_works_it_off(template: Template, stage: str) -> None:
    bucket = template.resources[named(template)["DataImports"]]
    assert bucket["NotificationConfiguration"] == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}
    rule = template.named("AWS::Events::Rule", Name=f"orders-{stage}-importer")
    assert rule["EventBusName"] == "default"
    assert rule["EventPattern"]["detail"] == {"bucket": {"name": [{"Ref": bucket.name}]}}
    (target,) = rule["Targets"]
    assert template.said(target["Arn"]) == f"${{{queue(template, stage, 'importer').name}.Arn}}"


def test_who_signs_links_may_do_exactly_this(template: Template) -> None:
    names = named(template)
    key = f"${{{names['DataKey']}.Arn}}"
    records = ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
    assert granted(template, role_of(function(template, "imports"))) == {
        f"${{{names['ImportsLogs']}.Arn}}": ["logs:CreateLogStream", "logs:PutLogEvents"],
        f"${{{names['DataTable']}.Arn}}": ["dynamodb:GetItem", "dynamodb:PutItem"],
        f"${{{names['DataIdempotency']}.Arn}}": records,
        f"{key} via dynamodb.{template.region}.amazonaws.com": KEY_OF_TABLES,
        f"${{{names['DataImports']}.Arn}}/imports/*": ["s3:PutObject"],
        f"{key} via s3.{template.region}.amazonaws.com": ["kms:GenerateDataKey"],
        "*": ["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
    }


def test_the_worker_may_do_exactly_this(template: Template) -> None:
    names = named(template)
    key = f"${{{names['DataKey']}.Arn}}"
    table = ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem"]
    receives = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
    objects = ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:GetObject", "s3:GetObjectVersion"]
    assert granted(template, role_of(function(template, "importer"))) == {
        **worked_off(template, "Importer", table),
        f"${{{names['ImporterQueue']}.Arn}}": [*receives, "sqs:SendMessage"],
        f"{key} via sqs.{template.region}.amazonaws.com": ["kms:Decrypt", "kms:GenerateDataKey"],
        f"${{{names['DataImports']}.Arn}}/imports/*": objects,
        f"${{{names['DataImports']}.Arn}}": ["s3:ListBucket"],
        f"{key} via s3.{template.region}.amazonaws.com": ["kms:Decrypt"],
    }


def test_the_worker_alone_may_be_called_by_what_it_sends_itself(template: Template) -> None:
    loops = {each["FunctionName"] for each in template.all("AWS::Lambda::Function") if each["RecursiveLoop"] == "Allow"}
    assert loops == {function(template, "importer")["FunctionName"]}


def test_both_know_the_bucket_and_its_key_and_nobody_else_does(template: Template) -> None:
    names = named(template)
    told = {
        each["FunctionName"].rpartition("-")[2]: {
            name: template.said(value)
            for name, value in each["Environment"]["Variables"].items()
            if name.startswith("IMPORT")
        }
        for each in template.all("AWS::Lambda::Function")
        if any(name.startswith("IMPORT") for name in each.properties.get("Environment", {}).get("Variables", {}))
    }
    bucket = {"IMPORTS_BUCKET_NAME": f"${{{names['DataImports']}}}", "IMPORTS_KEY_ARN": f"${{{names['DataKey']}.Arn}}"}
    assert told == {
        "imports": bucket,
        "importer": {**bucket, "IMPORTER_QUEUE_URL": f"${{{names['ImporterQueue']}}}"},
    }


def test_a_message_that_failed_comes_again_when_nobody_can_be_at_work_any_more(template: Template, stage: str) -> None:
    longest = function(template, "importer")["Timeout"]
    quiet = queue(template, stage, "importer")["VisibilityTimeout"] - longest
    assert quiet > AT_WORK.total_seconds() > longest


def test_a_message_has_time_for_a_batch_when_it_ends_its_patience(template: Template) -> None:
    assert function(template, "importer")["Timeout"] >= PATIENCE.total_seconds() + LONGEST_PAUSE_SECONDS + 15
