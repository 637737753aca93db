"""AWS Lambda's execution environment: real interpreters with `awslambdaric` behind a Runtime API of ours.

Standard library only: it runs inside the emulator's process, which has none of the project's dependencies.
"""

from pipeline.rehearsal.world.lambda_runtime.ledger import Limits
from pipeline.rehearsal.world.lambda_runtime.process import NOT_EXERCISED
from pipeline.rehearsal.world.lambda_runtime.runtime import LambdaRuntime
from pipeline.rehearsal.world.lambda_runtime.spec import (
    FunctionSpec,
    InvalidFunctionError,
    InvokeResult,
    LambdaRuntimeError,
    PayloadTooLargeError,
    ThrottledError,
)

__all__ = [
    "NOT_EXERCISED",
    "FunctionSpec",
    "InvalidFunctionError",
    "InvokeResult",
    "LambdaRuntime",
    "LambdaRuntimeError",
    "Limits",
    "PayloadTooLargeError",
    "ThrottledError",
]
