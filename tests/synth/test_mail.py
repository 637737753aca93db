"""Mail to customers: who may send it, as whom, by which rules, and what becomes of what comes back."""

from api.domain.mailing import TURN
from api.handlers import mail as handler
from pipeline.cloud.service.mail import RETURNED
from pipeline.plan.delivery import DELIVERY
from pipeline.plan.model import SIMULATOR
from tests.synth.planned import planned
from tests.synth.reading import Resource, Template
from tests.synth.test_alerts import alarm, told, window
from tests.synth.test_service import function, granted, named, role_of
from tests.synth.test_workers import queue, worked_off


def mail_queue(template: Template, stage: str, name: str = "mail") -> Resource:
    return queue(template, stage, name)


def test_an_identity_of_each_stage_sends_over_tls_and_not_twice_to_who_did_not_want_it(
    template: Template, stage: str
) -> None:
    identity, rules = template.one("AWS::SES::EmailIdentity"), template.one("AWS::SES::ConfigurationSet")
    assert identity["EmailIdentity"] == planned(stage).settings.mail.domain
    assert identity["DkimSigningAttributes"] == {"NextSigningKeyLength": "RSA_2048_BIT"}
    assert identity["ConfigurationSetAttributes"] == {"ConfigurationSetName": {"Ref": rules.name}}
    assert rules["DeliveryOptions"] == {"TlsPolicy": "REQUIRE"}
    assert rules["SuppressionOptions"] == {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]}


def test_a_turn_at_a_notice_outlasts_a_worker_and_is_over_when_the_notice_comes_again(
    template: Template, stage: str
) -> None:
    longest = function(template, "mail")["Timeout"]
    assert longest < TURN.total_seconds() < mail_queue(template, stage)["VisibilityTimeout"]


def test_only_the_customers_of_prod_are_written_to() -> None:
    mails = {stage.name: stage.settings.mail for stage in DELIVERY.stages}
    assert {name: mail.instead for name, mail in mails.items()} == {"beta": SIMULATOR, "gamma": SIMULATOR, "prod": ""}
    assert mails["prod"].domain not in {mail.domain for name, mail in mails.items() if name != "prod"}


def test_the_worker_is_told_who_sends(template: Template, stage: str) -> None:
    variables = function(template, "mail")["Environment"]["Variables"]
    mail = planned(stage).settings.mail
    assert variables["MAIL_SENDER"] == f"orders@{mail.domain}" == mail.sender
    assert variables["MAIL_CONFIGURATION_SET"] == {"Ref": template.one("AWS::SES::ConfigurationSet").name}
    assert variables.get("MAIL_INSTEAD", "") == mail.instead


def test_the_worker_may_do_exactly_this(template: Template, stage: str) -> None:
    ses = f"arn:aws:ses:{template.region}:{planned(stage).environment.account}"
    identity, rules = (template.one(f"AWS::SES::{kind}").name for kind in ("EmailIdentity", "ConfigurationSet"))
    role = role_of(function(template, "mail"))
    may = {
        resource.replace("${AWS::Partition}", "aws"): actions for resource, actions in granted(template, role).items()
    }
    assert may == {
        **worked_off(template, "Mail", ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"]),
        f"${{{named(template)['DataFieldKey']}.Arn}}": ["kms:Decrypt"],
        f"{ses}:identity/${{{identity}}}": ["ses:SendEmail"],
        f"{ses}:configuration-set/${{{rules}}}": ["ses:SendEmail"],
    }


def test_every_notice_reaches_the_worker_s_queue_as_it_was_published(template: Template, stage: str) -> None:
    topic = template.named("AWS::SNS::Topic", TopicName=f"orders-{stage}-notices")
    subscriptions = template.all("AWS::SNS::Subscription")
    (subscription,) = [each for each in subscriptions if each["TopicArn"] == {"Ref": topic.name}]
    assert subscription["Protocol"] == "sqs"
    assert subscription["RawMessageDelivery"] is True
    assert template.said(subscription["Endpoint"]) == f"${{{mail_queue(template, stage).name}.Arn}}"
    assert "FilterPolicy" not in subscription.properties


def test_the_topic_and_the_rule_alone_may_write_into_the_queue_and_its_dead_letters(
    template: Template, stage: str
) -> None:
    rule = template.named("AWS::Events::Rule", Name=f"orders-{stage}-mail")
    topic = template.named("AWS::SNS::Topic", TopicName=f"orders-{stage}-notices")
    policies = {each["Queues"][0]["Ref"]: each["PolicyDocument"] for each in template.all("AWS::SQS::QueuePolicy")}
    for name in ("mail", "mail-dead-letters"):
        policy = policies[mail_queue(template, stage, name).name]
        allowed = {
            each["Principal"]["Service"]: each["Condition"]["ArnEquals"]["aws:SourceArn"]
            for each in policy["Statement"]
            if each["Effect"] == "Allow"
        }
        assert allowed == {
            "sns.amazonaws.com": {"Ref": topic.name},
            "events.amazonaws.com": {"Fn::GetAtt": [rule.name, "Arn"]},
        }


def test_topics_may_encrypt_for_this_account_only(template: Template) -> None:
    statements = template.resources[named(template)["DataKey"]]["KeyPolicy"]["Statement"]
    (topics,) = [each for each in statements if each["Principal"] == {"Service": "sns.amazonaws.com"}]
    assert topics["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]
    assert list(topics["Condition"]["StringEquals"]) == ["aws:SourceAccount"]


def test_what_comes_back_is_told_to_the_worker_that_knows_it(template: Template, stage: str) -> None:
    assert set(RETURNED) == set(handler.RETURNED)
    destination = template.one("AWS::SES::ConfigurationSetEventDestination")["EventDestination"]
    assert (destination["Enabled"], destination["MatchingEventTypes"]) == (True, ["BOUNCE", "COMPLAINT"])
    assert template.said(destination["EventBridgeDestination"]["EventBusArn"]).endswith(":event-bus/default")
    rule = template.named("AWS::Events::Rule", Name=f"orders-{stage}-mail")
    assert rule["EventBusName"] == "default"
    assert (rule["EventPattern"]["source"], rule["EventPattern"]["detail-type"]) == (["aws.ses"], list(RETURNED))
    rules = template.one("AWS::SES::ConfigurationSet")["Name"]
    assert rule["EventPattern"]["detail"] == {"mail": {"tags": {"ses:configuration-set": [rules]}}}
    (target,) = rule["Targets"]
    assert template.said(target["Arn"]) == f"${{{mail_queue(template, stage).name}.Arn}}"


def test_many_letters_that_come_back_are_a_warning(template: Template, stage: str) -> None:
    returned = alarm(template, stage, "returned-mail")
    assert (returned["Namespace"], returned["MetricName"], returned["Threshold"]) == ("Orders", "MailReturned", 10)
    assert window(returned) == (1, 1, 3600)
    assert told(template, returned) == [f"orders-{stage}-warning"]
