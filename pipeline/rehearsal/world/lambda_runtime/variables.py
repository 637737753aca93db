"""The environment variables of a function's process.

Source: "Defined runtime environment variables" in the Lambda developer guide. Two are ours: on Lambda every
environment has a /tmp of its own and no home folder, here TMPDIR and HOME point to a folder of the environment, so
that temporary files stay apart and nobody's ~/.aws reaches a function. LD_LIBRARY_PATH is left alone, or the
interpreter would not load.
"""

from collections.abc import Mapping
from pathlib import Path

from pipeline.rehearsal.world.lambda_runtime.spec import FunctionSpec, InvalidFunctionError

RESERVED = frozenset(
    {
        "_HANDLER",
        "_X_AMZN_TRACE_ID",
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_MAX_CONCURRENCY",
        "AWS_LAMBDA_METADATA_API",
        "AWS_LAMBDA_METADATA_TOKEN",
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
    }
)
"""Names that Lambda refuses in a function's configuration."""


def check_variables(spec: FunctionSpec) -> None:
    """Refuse the variables that Lambda would refuse at deployment."""
    if reserved := sorted(RESERVED & spec.environment.keys()):
        raise InvalidFunctionError(
            f"{spec.arn}: Lambda was unable to configure your environment variables because they contain reserved keys:"
            f" {', '.join(reserved)}. Remove them from the function's environment."
        )


def log_group(spec: FunctionSpec) -> str:
    """Where CloudWatch keeps the function's log unless its LoggingConfig says otherwise."""
    return f"/aws/lambda/{spec.name}"


def process_variables(
    spec: FunctionSpec,
    *,
    runtime_api: str,
    log_stream: str,
    python: Path,
    scratch: Path,
    access: Mapping[str, str],
) -> dict[str, str]:
    """The whole environment of the process: nothing is inherited from ours.

    `runtime_api` is host:port, `access` holds credentials and endpoint; what Lambda reserves wins over the rest.
    """
    return {
        "LANG": "en_US.UTF-8",
        "PATH": f"{python.parent}:/usr/local/bin:/usr/bin:/bin",
        "TZ": ":UTC",
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
        **spec.environment,
        **access,
        "AWS_DEFAULT_REGION": spec.region,
        "AWS_REGION": spec.region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{spec.runtime}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(spec.memory_mb),
        "AWS_LAMBDA_FUNCTION_NAME": spec.name,
        "AWS_LAMBDA_FUNCTION_VERSION": spec.version,
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": log_group(spec),
        "AWS_LAMBDA_LOG_STREAM_NAME": log_stream,
        "AWS_LAMBDA_RUNTIME_API": runtime_api,
        "LAMBDA_RUNTIME_DIR": str(python.parent.parent),
        "LAMBDA_TASK_ROOT": str(spec.code),
        "_HANDLER": spec.handler,
    }
