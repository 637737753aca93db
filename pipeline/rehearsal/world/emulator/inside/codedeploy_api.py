"""The CodeDeploy API, as far as hooks, gates and people ask it. An operation that isn't here is an error with its name.

Source of names and shapes: CodeDeploy API reference, version 2014-10-06 (JSON protocol 1.1).
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from pipeline.rehearsal.world.codedeploy import (
    AllAtOnce,
    Canary,
    CodeDeployProblem,
    DeploymentState,
    EventName,
    HookReported,
    Linear,
    Routing,
    StopRequested,
    routing_of,
)
from pipeline.rehearsal.world.emulator.inside.asgi import Answer
from pipeline.rehearsal.world.emulator.inside.codedeploy_store import CodeDeployStore, Deployment, Group
from pipeline.rehearsal.world.emulator.inside.deployments import Deployments
from pipeline.rehearsal.world.emulator.inside.seams import Seam
from pipeline.rehearsal.world.emulator.inside.telemetry import Place

ROUTER = "ministack.core.router"
RESPONSES = "ministack.core.responses"
ACCESS_KEY = Seam(ROUTER, "extract_access_key_id", ("headers", "query_params"))
REGION_OF = Seam(ROUTER, "extract_region", ("headers", "query_params"))
SET_ACCOUNT = Seam(RESPONSES, "set_request_account_id", ("access_key_id",))
ACCOUNT = Seam(RESPONSES, "get_account_id", ())
SEAMS = (ACCESS_KEY, REGION_OF, SET_ACCOUNT, ACCOUNT)

JSON = "application/x-amz-json-1.1"

type Request = Mapping[str, Any]
type Operation = Callable[[Place, Request], object]


class ApiError(Exception):
    """An error of the API: its exception's name and a message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class CodeDeployApi:
    """Answers the operations."""

    def __init__(self, store: CodeDeployStore, deployments: Deployments) -> None:
        self._store = store
        self._deployments = deployments
        self._operations: dict[str, Operation] = {
            "PutLifecycleEventHookExecutionStatus": self._report,
            "GetDeployment": self._get_deployment,
            "BatchGetDeployments": self._batch_get_deployments,
            "ListDeployments": self._list_deployments,
            "ListDeploymentTargets": self._list_targets,
            "GetDeploymentTarget": self._get_target,
            "StopDeployment": self._stop,
            "GetApplication": self._get_application,
            "ListApplications": self._list_applications,
            "GetDeploymentGroup": self._get_group,
            "ListDeploymentGroups": self._list_groups,
            "GetDeploymentConfig": self._get_config,
        }

    async def answer(self, operation: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """The response to one call."""
        found = self._operations.get(operation)
        try:
            if found is None:
                raise ApiError("UnsupportedOperation", f"CodeDeploy {operation} is not emulated")
            return _json(200, found(_place(headers), json.loads(body or b"{}")))
        except ApiError as error:
            return _json(400, {"__type": error.code, "message": str(error)})
        except KeyError as missing:
            return _json(400, {"__type": "ValidationException", "message": f"{missing} is required"})

    def _report(self, place: Place, request: Request) -> object:
        execution = str(request["lifecycleEventHookExecutionId"])
        deployment = self._deployment(place, str(request["deploymentId"]))
        if (event := deployment.hooks.get(execution)) is None:
            raise ApiError(
                "InvalidLifecycleEventHookExecutionIdException", f"{execution} is no hook of {deployment.id}"
            )
        status = str(request.get("status"))
        if status not in ("Succeeded", "Failed"):
            raise ApiError(
                "InvalidLifecycleEventHookExecutionStatusException", f"{status} is neither Succeeded nor Failed"
            )
        if deployment.state.awaited_hook is not EventName(event):
            raise ApiError("LifecycleEventAlreadyCompletedException", f"{event} of {deployment.id} has completed")
        self._deployments.tell(place, deployment.id, HookReported(EventName(event), status))
        return {"lifecycleEventHookExecutionId": execution}

    def _get_deployment(self, place: Place, request: Request) -> object:
        return {"deploymentInfo": _info(self._deployment(place, str(request["deploymentId"])))}

    def _batch_get_deployments(self, place: Place, request: Request) -> object:
        return {"deploymentsInfo": [_info(self._deployment(place, each)) for each in request["deploymentIds"]]}

    def _list_deployments(self, place: Place, request: Request) -> object:
        asked = {"application": request.get("applicationName"), "group": request.get("deploymentGroupName")}
        statuses = request.get("includeOnlyStatuses") or ()
        found = [
            each.id
            for each in reversed(self._store.deployments(place))
            if all(value in (None, getattr(each.state.plan, name)) for name, value in asked.items())
            and (not statuses or str(each.state.status) in statuses)
        ]
        return {"deployments": found}

    def _list_targets(self, place: Place, request: Request) -> object:
        plan = self._deployment(place, str(request["deploymentId"])).state.plan
        return {"targetIds": [f"{plan.function}:{plan.alias}"]}

    def _get_target(self, place: Place, request: Request) -> object:
        deployment = self._deployment(place, str(request["deploymentId"]))
        return {"deploymentTarget": {"deploymentTargetType": "LambdaTarget", "lambdaTarget": _target(deployment)}}

    def _stop(self, place: Place, request: Request) -> object:
        deployment = self._deployment(place, str(request["deploymentId"]))
        if deployment.state.ended:
            raise ApiError(
                "DeploymentAlreadyCompletedException", f"The deployment {deployment.id} has already completed"
            )
        self._deployments.tell(place, deployment.id, StopRequested(request.get("autoRollbackEnabled")))
        return {"status": "Pending", "statusMessage": "The deployment is being stopped"}

    def _get_application(self, place: Place, request: Request) -> object:
        name = str(request["applicationName"])
        if (found := self._store.applications.get((place, name))) is None:
            raise ApiError("ApplicationDoesNotExistException", f"No application found for name: {name}")
        return {"application": {"applicationId": found, "applicationName": name, "computePlatform": "Lambda"}}

    def _list_applications(self, place: Place, _: Request) -> object:
        return {"applications": [name for where, name in self._store.applications if where == place]}

    def _get_group(self, place: Place, request: Request) -> object:
        try:
            group = self._store.group(place, str(request["applicationName"]), str(request["deploymentGroupName"]))
        except CodeDeployProblem as problem:
            raise ApiError("DeploymentGroupDoesNotExistException", str(problem)) from problem
        return {"deploymentGroupInfo": _group(group)}

    def _list_groups(self, place: Place, request: Request) -> object:
        application = str(request["applicationName"])
        names = [name for where, of, name in self._store.groups if (where, of) == (place, application)]
        return {"applicationName": application, "deploymentGroups": names}

    def _get_config(self, place: Place, request: Request) -> object:
        name = str(request["deploymentConfigName"])
        try:
            routing = routing_of(name, self._store.routings(place))
        except CodeDeployProblem as problem:
            raise ApiError("DeploymentConfigDoesNotExistException", str(problem)) from problem
        described = {
            "deploymentConfigName": name,
            "computePlatform": "Lambda",
            "trafficRoutingConfig": _routing(routing),
        }
        return {"deploymentConfigInfo": described}

    def _deployment(self, place: Place, deployment_id: str) -> Deployment:
        try:
            return self._store.deployment(place, deployment_id)
        except CodeDeployProblem as problem:
            raise ApiError("DeploymentDoesNotExistException", str(problem)) from problem


def _place(headers: Mapping[str, str]) -> Place:
    SET_ACCOUNT.get()(ACCESS_KEY.get()(headers, {}))
    return ACCOUNT.get()(), REGION_OF.get()(headers, {})


def _json(status: int, document: object) -> Answer:
    return status, {"content-type": JSON}, json.dumps(document).encode()


def _info(deployment: Deployment) -> dict[str, object]:
    state = deployment.state
    plan = state.plan
    info: dict[str, object] = {
        "applicationName": plan.application,
        "deploymentGroupName": plan.group,
        "deploymentConfigName": deployment.configuration,
        "deploymentId": deployment.id,
        "status": str(state.status or "Succeeded"),
        "createTime": deployment.created,
        "startTime": deployment.created,
        "creator": deployment.creator,
        "computePlatform": "Lambda",
        "deploymentOverview": _overview(state),
        "autoRollbackConfiguration": {
            "enabled": bool(plan.auto_rollback),
            "events": sorted(map(str, plan.auto_rollback)),
        },
        "deploymentStyle": {"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"},
    }
    if deployment.ended is not None:
        info["completeTime"] = deployment.ended
    if state.failure is not None:
        info["errorInformation"] = {"code": str(state.failure.code), "message": state.failure.message}
    if state.rollback is not None:
        info["rollbackInfo"] = {
            "rollbackDeploymentId": state.rollback.deployment_id,
            "rollbackTriggeringDeploymentId": deployment.id,
            "rollbackMessage": state.rollback.message,
        }
    return info


def _overview(state: DeploymentState) -> dict[str, int]:
    counts = dict.fromkeys(("Pending", "InProgress", "Succeeded", "Failed", "Skipped", "Ready"), 0)
    status = {"Created": "Pending", "Stopped": "Skipped"}.get(str(state.status), str(state.status or "Succeeded"))
    return counts | {status: 1}


def _target(deployment: Deployment) -> dict[str, object]:
    plan, state = deployment.state.plan, deployment.state
    return {
        "deploymentId": deployment.id,
        "targetId": f"{plan.function}:{plan.alias}",
        "status": _of_target(state),
        "lifecycleEvents": [
            {
                "lifecycleEventName": str(event.name),
                "status": str(event.status),
                **({} if event.started_at is None else {"startTime": event.started_at}),
                **({} if event.ended_at is None else {"endTime": event.ended_at}),
            }
            for event in state.events
        ],
        "lambdaFunctionInfo": {
            "functionName": plan.function,
            "functionAlias": plan.alias,
            "currentVersion": plan.current_version,
            "targetVersion": plan.target_version,
            "targetVersionWeight": state.new_percent / 100,
        },
    }


def _of_target(state: DeploymentState) -> str:
    """API reference, `LambdaTarget.status`: a target is never Stopped, as its deployment may be."""
    return {"Created": "Pending", "Stopped": "Failed"}.get(str(state.status), str(state.status or "Succeeded"))


def _group(group: Group) -> dict[str, object]:
    return {
        "applicationName": group.application,
        "deploymentGroupId": group.id,
        "deploymentGroupName": group.name,
        "deploymentConfigName": group.configuration,
        "serviceRoleArn": group.service_role,
        "computePlatform": "Lambda",
        "deploymentStyle": {"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"},
        "alarmConfiguration": {
            "enabled": group.alarms.enabled,
            "ignorePollAlarmFailure": group.alarms.ignore_poll_failure,
            "alarms": [{"name": name} for name in group.alarms.names],
        },
        "autoRollbackConfiguration": {"enabled": bool(group.rollback), "events": sorted(map(str, group.rollback))},
    }


def _routing(routing: Routing) -> dict[str, object]:
    match routing:
        case AllAtOnce():
            return {"type": "AllAtOnce"}
        case Canary(percentage, interval_s):
            canary = {"canaryPercentage": percentage, "canaryInterval": int(interval_s // 60)}
            return {"type": "TimeBasedCanary", "timeBasedCanary": canary}
        case Linear(percentage, interval_s):
            linear = {"linearPercentage": percentage, "linearInterval": int(interval_s // 60)}
            return {"type": "TimeBasedLinear", "timeBasedLinear": linear}
