"""A table's own settings."""

from pipeline.rehearsal.world.emulator.inside.resources.tables import own_settings


def test_a_global_table_has_the_settings_of_its_replica_in_this_region() -> None:
    replicas = [{"Region": "eu-west-1", "DeletionProtectionEnabled": True}, {"Region": "us-east-1"}]
    properties = {"Replicas": replicas, "TableName": "orders"}
    assert own_settings(properties, "eu-west-1")["DeletionProtectionEnabled"] is True
    assert "DeletionProtectionEnabled" not in own_settings(properties, "us-east-1")
    assert own_settings({"TableName": "orders"}, "eu-west-1") == {"TableName": "orders"}
