"""Lambda: ministack keeps the records, our runtime runs the code, and each invocation leaves what AWS would show of it.

Three seams: who answers to an ARN (an alias's weights count there, for every caller), the direct Invoke, and the
execution itself.
"""

import json
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.rehearsal.world.emulator.inside import waits
from pipeline.rehearsal.world.emulator.inside.aftermath import Aftermath, Ran
from pipeline.rehearsal.world.emulator.inside.code_folders import CodeFolders
from pipeline.rehearsal.world.emulator.inside.routing import choose
from pipeline.rehearsal.world.emulator.inside.seams import Seam
from pipeline.rehearsal.world.emulator.inside.telemetry import Place
from pipeline.rehearsal.world.lambda_runtime import (
    FunctionSpec,
    InvalidFunctionError,
    InvokeResult,
    LambdaRuntime,
    LambdaRuntimeError,
    PayloadTooLargeError,
    ThrottledError,
)
from pipeline.rehearsal.world.lambda_runtime.host_code import HostBuilder

MODULE = "ministack.services.lambda_svc"
FUNCTIONS = Seam(MODULE, "_functions")
RECORD_OF = Seam(MODULE, "_get_func_record_for_ref", ("function_ref",))
BASE_OF = Seam(MODULE, "_get_base_func_record_for_ref", ("function_ref",))
SPLIT_ARN = Seam(MODULE, "_lambda_function_name_and_qualifier_from_arn", ("value",))
SPLIT_NAME = Seam(MODULE, "_resolve_name_and_qualifier", ("name_or_arn",))
INVOKE = Seam(MODULE, "_invoke", ("name", "event", "headers", "path_qualifier", "query_params"))
EXECUTE = Seam(MODULE, "_execute_function", ("func", "event"))
PLACE_OF = Seam(MODULE, "_account_region_from_function_config", ("config",))
OUT_OF_PLACE = Seam(MODULE, "_function_config_scope_mismatch", ("config",))
IN_PLACE = Seam(MODULE, "_run_with_function_config_scope", ("func_or_config", "callback", "args", "kwargs"))
THROTTLED = Seam(MODULE, "_throttle_response", ("reason_code", "msg", "retry_after"))
OWN_METRICS = Seam(MODULE, "_emit_lambda_metrics", ("function_name", "duration_ms", "error", "throttle"))
QUALIFIER = Seam(MODULE, "_qualifier_from_path_or_query", ("path_qualifier", "query_params"))
SCOPE = Seam("ministack.core.responses", "request_scope", ("account_id", "region"))
SEAMS = (
    FUNCTIONS, RECORD_OF, BASE_OF, SPLIT_ARN, SPLIT_NAME, INVOKE, EXECUTE, PLACE_OF, OUT_OF_PLACE, IN_PLACE, THROTTLED,
    OWN_METRICS, QUALIFIER, SCOPE,
)  # fmt: skip

ASKED: ContextVar[tuple[str, str] | None] = ContextVar("asked", default=None)
"""The function and the alias that a direct Invoke named, while the version that its weights chose runs."""

MOST_SPECS = 500
log = logging.getLogger("slipway.functions")


@dataclass(frozen=True, slots=True)
class _Target:
    """What is to run: `qualifier` is what the caller named."""

    spec: FunctionSpec
    qualifier: str | None
    log_group: str | None

    @property
    def invoked_arn(self) -> str:
        base = self.spec.function_arn
        return f"{base}:{self.qualifier}" if self.qualifier else base


class Functions:
    """Every function of every account."""

    def __init__(
        self,
        runtime: LambdaRuntime,
        host: HostBuilder,
        aftermath: Aftermath,
        folder: Path,
        draw: Callable[[], float],
        speed: float,
    ) -> None:
        self._runtime = runtime
        self._speed = speed
        self._folders = CodeFolders(host, folder)
        self._aftermath = aftermath
        self.not_exercised: set[str] = set()
        self._draw = draw
        self._specs: dict[tuple[str, str, str], FunctionSpec] = {}

    def install(self) -> None:
        """Wrap the seams."""
        RECORD_OF.wrap(self._resolving)
        INVOKE.wrap(self._invoking)
        EXECUTE.put(self.execute)
        OWN_METRICS.put(lambda *_args, **_kwargs: None)

    def _resolving(self, original: Callable[[str], Any]) -> Callable[[str], Any]:
        """The record behind an ARN or a name; an alias gives the version that its weights choose this time."""
        base_of, split_arn, split_name = BASE_OF.get(), SPLIT_ARN.get(), SPLIT_NAME.get()

        def resolve(function_ref: str) -> Any:
            found = original(function_ref)
            base, _, name = base_of(function_ref)
            is_arn = isinstance(function_ref, str) and function_ref.startswith("arn:")
            _, qualifier = split_arn(function_ref) if is_arn else split_name(function_ref)
            alias = (base or {}).get("aliases", {}).get(qualifier)
            if alias is None or found[0] is None:
                return found
            version = choose(alias, self._draw())
            record = base if version == "$LATEST" else base["versions"][version]
            config = {**record["config"], "FunctionArn": f"{base['config']['FunctionArn']}:{qualifier}"}
            return {**record, "config": config}, config, name

        return resolve

    def _invoking(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """Direct Invoke: of an alias, invoke the version that its weights choose, under the alias's name."""
        functions, qualifier_of = FUNCTIONS.get(), QUALIFIER.get()

        async def invoke(
            name: str,
            event: Any,
            headers: Mapping[str, str],
            path_qualifier: str | None = None,
            query_params: Mapping[str, Any] | None = None,
        ) -> Any:
            qualifier = qualifier_of(path_qualifier, query_params)
            alias = (functions.get(name) or {}).get("aliases", {}).get(qualifier)
            if alias is None:
                return await original(name, event, headers, path_qualifier, query_params)
            token = ASKED.set((name, qualifier))
            try:
                return await original(name, event, headers, choose(alias, self._draw()), query_params)
            finally:
                ASKED.reset(token)

        return invoke

    def invoke_by_name(self, place: Place, function_ref: str, event: Any) -> dict[str, Any]:
        """Run a function that is named, as its own account's; for those who are no request themselves."""
        with SCOPE.get()(*place):
            record, config, _ = RECORD_OF.get()(function_ref)
            if record is None:
                return _failure("ResourceNotFoundException", f"Function not found: {function_ref}")
            return self.execute({**record, "config": config}, event)

    def warm_by_name(self, place: Place, function_ref: str) -> None:
        """Start a function that will be asked soon; what is wrong with it is told when it is asked."""
        with SCOPE.get()(*place), suppress(InvalidFunctionError, LambdaRuntimeError, ThrottledError, OSError):
            record, config, _ = RECORD_OF.get()(function_ref)
            if record is not None:
                self._runtime.warm(self._target(record, config).spec)

    def retire_by_name(self, place: Place, function: str, version: str | None = None) -> None:
        """End the idle environments of a function, or of one version of it, that will hardly be asked again."""
        account, region = place
        arn = function if function.startswith("arn:") else f"arn:aws:lambda:{region}:{account}:function:{function}"
        with suppress(LambdaRuntimeError):
            self._runtime.retire(f"{arn}:{version}" if version else arn)

    def execute(self, func: dict[str, Any], event: Any) -> dict[str, Any]:
        """Run one invocation, in ministack's shape: `body`, and `error` or `throttle` where it failed."""
        config = func.get("config") or func
        if OUT_OF_PLACE.get()(config):
            result: dict[str, Any] = IN_PLACE.get()(config, self.execute, func, event)
            return result
        try:
            target = self._target(func, config)
            return self._run(target, event, self._reserved(target.spec))
        except (InvalidFunctionError, PayloadTooLargeError) as error:
            return _failure(type(error).__name__.removesuffix("Error"), str(error))
        except (LambdaRuntimeError, OSError) as error:
            log.exception("the runtime failed")
            self._aftermath.world_failed(PLACE_OF.get()(config), str(error))
            return _failure("ServiceException", str(error))

    def _run(self, target: _Target, event: Any, reserved: int | None) -> dict[str, Any]:
        spec = target.spec
        began = self._aftermath.now()
        try:
            result = self._runtime.invoke(
                spec, json.dumps(event).encode(), invoked_arn=target.invoked_arn, reserved_concurrency=reserved
            )
        except ThrottledError as refused:
            self._aftermath.throttled(spec, target.qualifier)
            answer: dict[str, Any] = THROTTLED.get()(refused.reason, str(refused))
            return answer
        self._aftermath.ran(Ran(spec, target.qualifier, began, result, target.log_group or result.log_group))
        return _answer(result)

    def _reserved(self, spec: FunctionSpec) -> int | None:
        """Reserved concurrency is the function's, not a version's."""
        base = FUNCTIONS.get().get_scoped(spec.account, spec.region, spec.name) or {}
        reserved = base.get("concurrency")
        return None if reserved is None else int(reserved)

    def _target(self, func: Mapping[str, Any], config: Mapping[str, Any]) -> _Target:
        name = config["FunctionName"]
        asked = ASKED.get()
        _, named = SPLIT_ARN.get()(config["FunctionArn"])
        qualifier = asked[1] if asked is not None and asked[0] == name else named
        return _Target(self._spec(func, config), qualifier, (config.get("LoggingConfig") or {}).get("LogGroup"))

    def _spec(self, func: Mapping[str, Any], config: Mapping[str, Any]) -> FunctionSpec:
        account, region = PLACE_OF.get()(config)
        key = (f"{account}:{region}:{config['FunctionName']}", config["Version"], config["RevisionId"])
        spec = self._specs.get(key)
        if spec is None:
            architecture = (config.get("Architectures") or ["x86_64"])[0]
            spec = FunctionSpec(
                name=config["FunctionName"],
                version=config["Version"],
                handler=config["Handler"],
                code_sha256=config["CodeSha256"],
                code=self._code(func.get("code_zip"), config, architecture),
                account=account,
                region=region,
                environment=waits.compressed((config.get("Environment") or {}).get("Variables", {}), self._speed),
                memory_mb=int(config["MemorySize"]),
                timeout_s=float(config["Timeout"]),
                runtime=config["Runtime"],
                architecture=architecture,
                role=str(config.get("Role", "")),
            )
            if len(self._specs) >= MOST_SPECS:
                self._specs.clear()
            self._specs[key] = spec
        return spec

    def _code(self, code: bytes | None, config: Mapping[str, Any], architecture: str) -> Path:
        """The folder that the function runs from."""
        if not code:
            raise InvalidFunctionError(f"{config['FunctionArn']}: it has no code")
        fit = self._folders.fit(code, str(config["CodeSha256"]), architecture)
        self.not_exercised.update(fit.not_exercised)
        return fit.code


def _answer(result: InvokeResult) -> dict[str, Any]:
    body = json.loads(result.payload) if result.payload else None
    if result.error is None:
        return {"body": body, "log": result.log}
    return {"body": body, "error": True, "function_error": result.error, "log": result.log}


def _failure(kind: str, message: str) -> dict[str, Any]:
    return {"body": {"errorType": kind, "errorMessage": message}, "error": True, "log": message}
