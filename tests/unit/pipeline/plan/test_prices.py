"""What a stage costs while nobody calls it."""

from pipeline.plan.prices import idle


def test_what_is_paid_by_use_costs_nothing_idle() -> None:
    assert idle({"AWS::Lambda::Function": 12, "AWS::DynamoDB::Table": 3}, alarm_metrics=0) == 0


def test_keys_and_secrets_cost_each() -> None:
    assert idle({"AWS::KMS::Key": 2, "AWS::SecretsManager::Secret": 1}, alarm_metrics=0) == 2.40


def test_the_first_dashboards_and_alarms_of_an_account_are_free() -> None:
    assert idle({"AWS::CloudWatch::Dashboard": 3}, alarm_metrics=10) == 0
    assert idle({"AWS::CloudWatch::Dashboard": 5}, alarm_metrics=15) == 6.50
