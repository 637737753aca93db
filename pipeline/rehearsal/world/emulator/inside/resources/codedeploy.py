"""AWS::CodeDeploy::Application, DeploymentGroup and DeploymentConfig, for Lambda.

Source: CloudFormation resource reference of the three types; their `Ref` is the name.
"""

from collections.abc import Mapping
from typing import Any

from pipeline.rehearsal.world.alarms import is_unlearnt
from pipeline.rehearsal.world.codedeploy import AlarmConfiguration, Canary, Linear, RollbackEvent, Routing, routing_of
from pipeline.rehearsal.world.emulator.inside.codedeploy_store import CodeDeployStore, Configuration, Group
from pipeline.rehearsal.world.emulator.inside.resources.registry import (
    DELETE_PREDECESSOR,
    Created,
    Properties,
    here,
    name_of,
    refuse_unknown,
    register,
    stable_id,
)
from pipeline.rehearsal.world.emulator.inside.seams import Seam

ALARMS = Seam("ministack.services.cloudwatch", "_alarms")
SEAMS = (ALARMS,)

APPLICATION = "AWS::CodeDeploy::Application"
GROUP = "AWS::CodeDeploy::DeploymentGroup"
CONFIG = "AWS::CodeDeploy::DeploymentConfig"
GROUP_PROPERTIES = frozenset({
    "ApplicationName", "DeploymentGroupName", "ServiceRoleArn", "DeploymentConfigName", "DeploymentStyle",
    "AlarmConfiguration", "AutoRollbackConfiguration", "Tags",
})  # fmt: skip
CONFIG_PROPERTIES = frozenset({"DeploymentConfigName", "ComputePlatform", "TrafficRoutingConfig"})
DEFAULT_CONFIGURATION = "CodeDeployDefault.LambdaAllAtOnce"


class CodeDeployResources:
    """The three types, kept in CodeDeploy's store."""

    def __init__(self, store: CodeDeployStore) -> None:
        self._store = store

    def install(self) -> None:
        """Register them."""
        register(APPLICATION, self._create_application, self._update_application, self._delete_application)
        register(GROUP, self._create_group, self._update_group, self._delete_group)
        register(CONFIG, self._create_config, self._update_config, self._delete_config)

    def _create_application(self, logical_id: str, properties: Properties, stack_name: str) -> Created:
        platform = properties.get("ComputePlatform", "Server")
        if platform != "Lambda":
            raise ValueError(f"{APPLICATION}: compute platform {platform} is not rehearsed, only Lambda")
        name = name_of(properties, "ApplicationName", stack_name, logical_id, 100)
        if (here(), name) in self._store.applications:
            raise ValueError(f"{APPLICATION}: {name} already exists")
        self._store.applications[here(), name] = stable_id(*here(), name)
        return name, {}

    def _update_application(
        self, physical_id: str, old: Properties, new: Properties, stack_name: str, logical_id: str
    ) -> Created:
        if name_of(new, "ApplicationName", stack_name, logical_id, 100) == physical_id:
            return physical_id, {}
        created = self._create_application(logical_id, new, stack_name)
        DELETE_PREDECESSOR.get()(self._delete_application, physical_id, old)
        return created

    def _delete_application(self, physical_id: str, _: Properties) -> None:
        self._store.applications.pop((here(), physical_id), None)

    def _create_group(self, logical_id: str, properties: Properties, stack_name: str) -> Created:
        name = name_of(properties, "DeploymentGroupName", stack_name, logical_id, 100)
        key = (here(), str(properties["ApplicationName"]), name)
        if key[:2] not in self._store.applications:
            raise ValueError(f"{GROUP}: no application {key[1]}")
        if key in self._store.groups:
            raise ValueError(f"{GROUP}: {name} already exists in {key[1]}")
        self._store.groups[key] = self._group(name, properties)
        return name, {}

    def _group(self, name: str, properties: Properties) -> Group:
        refuse_unknown(GROUP, properties, GROUP_PROPERTIES)
        configuration = str(properties.get("DeploymentConfigName") or DEFAULT_CONFIGURATION)
        routing_of(configuration, self._store.routings(here()))  # raises for one that nobody knows
        application = str(properties["ApplicationName"])
        alarms = _alarms(properties.get("AlarmConfiguration") or {})
        if unlearnt := [each for each in alarms.names if is_unlearnt(ALARMS.get().get(each) or {})]:
            raise ValueError(f"{GROUP}: {', '.join(unlearnt)} looks at a learnt band, so it would stop no rehearsal")
        return Group(
            application=application,
            name=name,
            configuration=configuration,
            service_role=str(properties["ServiceRoleArn"]),
            alarms=alarms,
            rollback=_rollback(properties.get("AutoRollbackConfiguration") or {}),
            id=stable_id(*here(), application, name),
        )

    def _update_group(
        self, physical_id: str, old: Properties, new: Properties, stack_name: str, logical_id: str
    ) -> Created:
        name = name_of(new, "DeploymentGroupName", stack_name, logical_id, 100)
        if (name, new["ApplicationName"]) != (physical_id, old["ApplicationName"]):
            created = self._create_group(logical_id, new, stack_name)
            DELETE_PREDECESSOR.get()(self._delete_group, physical_id, old)
            return created
        self._store.groups[here(), str(new["ApplicationName"]), name] = self._group(name, new)
        return physical_id, {}

    def _delete_group(self, physical_id: str, properties: Properties) -> None:
        self._store.groups.pop((here(), str(properties["ApplicationName"]), physical_id), None)

    def _create_config(self, logical_id: str, properties: Properties, stack_name: str) -> Created:
        refuse_unknown(CONFIG, properties, CONFIG_PROPERTIES)
        if properties.get("ComputePlatform", "Server") != "Lambda":
            raise ValueError(f"{CONFIG}: compute platform {properties.get('ComputePlatform')} is not rehearsed")
        name = name_of(properties, "DeploymentConfigName", stack_name, logical_id, 100)
        if (here(), name) in self._store.configurations:
            raise ValueError(f"{CONFIG}: {name} already exists")
        routing = routing_from(properties.get("TrafficRoutingConfig") or {})
        self._store.configurations[here(), name] = Configuration(name, routing, stable_id(*here(), name))
        return name, {}

    def _update_config(
        self, physical_id: str, old: Properties, new: Properties, stack_name: str, logical_id: str
    ) -> Created:
        """Every property requires replacement; one with a name of its own must be renamed."""
        if new.get("DeploymentConfigName") == physical_id:
            raise ValueError(
                "CloudFormation cannot update a stack when a custom-named resource requires replacing. "
                f"Rename {physical_id} and update the stack again."
            )
        created = self._create_config(logical_id, new, stack_name)
        DELETE_PREDECESSOR.get()(self._delete_config, physical_id, old)
        return created

    def _delete_config(self, physical_id: str, _: Properties) -> None:
        self._store.configurations.pop((here(), physical_id), None)


def routing_from(config: Mapping[str, Any]) -> Routing:
    """A TrafficRoutingConfig; intervals are minutes there."""
    match config.get("Type"):
        case "TimeBasedCanary":
            canary = config["TimeBasedCanary"]
            return Canary(int(canary["CanaryPercentage"]), float(canary["CanaryInterval"]) * 60)
        case "TimeBasedLinear":
            linear = config["TimeBasedLinear"]
            return Linear(int(linear["LinearPercentage"]), float(linear["LinearInterval"]) * 60)
        case "AllAtOnce":
            return routing_of(DEFAULT_CONFIGURATION)
    raise ValueError(f"{CONFIG}: traffic routing {config.get('Type')!r} is unknown")


def _alarms(config: Mapping[str, Any]) -> AlarmConfiguration:
    return AlarmConfiguration(
        names=tuple(str(alarm["Name"]) for alarm in config.get("Alarms") or ()),
        enabled=_true(config.get("Enabled", bool(config.get("Alarms")))),
        ignore_poll_failure=_true(config.get("IgnorePollAlarmFailure", False)),
    )


def _rollback(config: Mapping[str, Any]) -> frozenset[RollbackEvent]:
    if not _true(config.get("Enabled", bool(config.get("Events")))):
        return frozenset()
    return frozenset(RollbackEvent(event) for event in config.get("Events") or (RollbackEvent.FAILURE,))


def _true(value: object) -> bool:
    """A boolean of a template, which YAML may carry as text."""
    return str(value).lower() == "true"
