"""A real Lambda runtime over the real interpreter, and functions to run on it."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from pipeline.rehearsal.world.lambda_runtime import FunctionSpec, InvokeResult, LambdaRuntime

FUNCTIONS = Path(__file__).parent / "functions"


@pytest.fixture(scope="session")
def lambda_python() -> Path:
    """The interpreter of the runtime environment: tests never do without it."""
    python = Path(os.environ.get("SLIPWAY_RUNTIME_PYTHON", "nowhere"))
    if not python.is_file():
        pytest.fail(
            f"no Lambda interpreter at {python}: set SLIPWAY_RUNTIME_PYTHON to the python of an environment made from"
            " locks/runtime.txt"
        )
    return python


@pytest.fixture(scope="module")
def runtime(lambda_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LambdaRuntime]:
    """One runtime for the tests of a module; every test has a function of its own on it."""
    with LambdaRuntime(python=lambda_python, access=access_of, scratch=tmp_path_factory.mktemp("scratch")) as runtime:
        yield runtime


def access_of(spec: FunctionSpec) -> dict[str, str]:
    """Credentials and endpoint as the emulator gives them: the key is the account."""
    return {
        "AWS_ACCESS_KEY_ID": spec.account,
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
    }


class MakeSpec(Protocol):
    """Makes a function that no other test uses."""

    def __call__(
        self,
        handler: str,
        *,
        version: str = "7",
        code: Path = FUNCTIONS,
        memory_mb: int = 128,
        timeout_s: float = 5.0,
        environment: dict[str, str] | None = None,
        runtime: str = "python3.13",
    ) -> FunctionSpec:
        """The specification of one version."""


@pytest.fixture
def spec(request: pytest.FixtureRequest) -> MakeSpec:
    """A maker of functions named after the test."""

    def make(
        handler: str,
        *,
        version: str = "7",
        code: Path = FUNCTIONS,
        memory_mb: int = 128,
        timeout_s: float = 5.0,
        environment: dict[str, str] | None = None,
        runtime: str = "python3.13",
    ) -> FunctionSpec:
        return FunctionSpec(
            name=request.node.name,
            version=version,
            handler=handler,
            code_sha256="0" * 64,
            code=code,
            account="444444444444",
            region="eu-west-1",
            environment=environment or {},
            memory_mb=memory_mb,
            timeout_s=timeout_s,
            runtime=runtime,
        )

    return make


def call(
    runtime: LambdaRuntime,
    spec: FunctionSpec,
    payload: bytes = b"null",
    *,
    request_id: str | None = None,
    client_context: str | None = None,
    cognito_identity: str | None = None,
    trace_id: str | None = None,
) -> InvokeResult:
    """Invoke by the alias `live`."""
    return runtime.invoke(
        spec,
        payload,
        invoked_arn=f"{spec.function_arn}:live",
        request_id=request_id,
        client_context=client_context,
        cognito_identity=cognito_identity,
        trace_id=trace_id,
    )
