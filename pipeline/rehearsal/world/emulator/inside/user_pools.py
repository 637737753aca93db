"""User pools: the triggers that ministack leaves out, and calls without a signature in their pool's own account.

ministack runs the trigger before tokens. Here are those before a sign-in and after a sign-up, the answers that a caller
gets when a trigger refuses, and the groups that the trigger's second version sets. Source: Amazon Cognito developer
guide, "Customizing user pool workflows with Lambda triggers" and the section of each trigger.

Not here: Cognito's three attempts and five seconds for a trigger, and its other triggers. Who signs somebody in as an
administrator may do so by any flow, also where IAM is enforced and ministack would ask whether the client has it: a
rehearsal needs people in stages whose clients let no test in.
"""

import json
import os
from collections.abc import Callable, Mapping
from typing import Any

from pipeline.rehearsal.world.emulator.inside.seams import Seam
from pipeline.rehearsal.world.emulator.inside.telemetry import Place

MODULE = "ministack.services.cognito"
RUN = Seam(MODULE, "_run_idp_handler", ("handler", "action", "data"))
FLOW = Seam(MODULE, "_auth_flow_error", ("action", "data"))
POOLS = Seam(MODULE, "_user_pools")
RESOLVE_USER = Seam(MODULE, "_resolve_user", ("pool", "username"))
ATTRIBUTES = Seam(MODULE, "_attr_list_to_dict", ("attrs",))
POOL_OF_TOKEN = Seam(MODULE, "_pool_id_from_token", ("token",))
TRIGGER_RESPONSE = Seam(MODULE, "_extract_trigger_response", ("payload",))
SCOPE = Seam("ministack.core.responses", "request_scope", ("account_id", "region"))
REFUSAL = Seam(
    "ministack.core.responses", "error_response_json",
    ("code", "message", "status", "extra", "message_key", "content_type"),
)  # fmt: skip
SEAMS = (RUN, FLOW, POOLS, RESOLVE_USER, ATTRIBUTES, POOL_OF_TOKEN, TRIGGER_RESPONSE, SCOPE, REFUSAL)

BEFORE_TOKENS_FAILED = "PreTokenGeneration error: "
"""How ministack begins what it raises, in its strict way, when that trigger fails."""

SIGN_INS = frozenset({"AdminInitiateAuth", "InitiateAuth"})
WITH_PASSWORD = frozenset({"ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH", "USER_PASSWORD_AUTH", "USER_SRP_AUTH"})
CONFIRMATIONS = frozenset({"AdminConfirmSignUp", "ConfirmSignUp"})

type Invoke = Callable[[Place, str, Any], dict[str, Any]]
type Data = Mapping[str, Any]
type Pool = Mapping[str, Any]


class UserPools:
    """The triggers of every pool of every account; `invoke` runs a function by its ARN."""

    def __init__(self, invoke: Invoke) -> None:
        self._invoke = invoke

    def install(self) -> None:
        """Wrap the seams, and let ministack refuse tokens where the trigger before them fails, as AWS does."""
        os.environ["MINISTACK_COGNITO_PRETOKEN_STRICT"] = "1"
        RUN.wrap(self._running)
        TRIGGER_RESPONSE.wrap(_with_groups)
        FLOW.wrap(_of_administrators)

    def _running(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def run(handler: Callable[..., Any], action: str, data: dict[str, Any]) -> Any:
            found = pool_of(data)
            if found is None:
                return original(handler, action, data)
            place, pool = found
            with SCOPE.get()(*place):
                return self._answer(place, pool, action, data, lambda: original(handler, action, data))

        return run

    def _answer(self, place: Place, pool: Pool, action: str, data: Data, act: Callable[[], Any]) -> Any:
        if action in SIGN_INS and data.get("AuthFlow") in WITH_PASSWORD:
            username = str((data.get("AuthParameters") or {}).get("USERNAME"))
            refused = self._ask(place, pool, "PreAuthentication", "PreAuthentication_Authentication", username, data)
            if refused is not None:
                return refused
        try:
            answer = act()
        except RuntimeError as error:
            if not str(error).startswith(BEFORE_TOKENS_FAILED):
                raise
            return refusal("PreTokenGeneration", str(error).removeprefix(BEFORE_TOKENS_FAILED))
        if action in CONFIRMATIONS and answer[0] == 200:
            username = str(data.get("Username"))
            refused = self._ask(place, pool, "PostConfirmation", "PostConfirmation_ConfirmSignUp", username, data)
            return answer if refused is None else refused
        return answer

    def _ask(self, place: Place, pool: Pool, trigger: str, source: str, username: str, data: Data) -> Any:
        """The answer of a trigger that refuses; None if there is no such trigger or user, or it lets them through."""
        arn = (pool.get("LambdaConfig") or {}).get(trigger)
        user, _ = RESOLVE_USER.get()(pool, username)
        if not arn or not user:
            return None
        result = self._invoke(place, arn, event_of(place, pool, source, user, data))
        return refusal(trigger, result.get("body")) if result.get("error") else None


def pool_of(data: Data) -> tuple[Place, Pool] | None:
    """The pool that a call is about, and where it is: by its id, by a token of its, or by a client of its."""
    wanted = data.get("UserPoolId") or POOL_OF_TOKEN.get()(data.get("AccessToken") or "")
    client = data.get("ClientId")
    for (account, region, pool_id), pool in POOLS.get().all_items():
        if pool_id == wanted or (not wanted and client and client in pool.get("_clients", {})):
            return (account, region), pool
    return None


def event_of(place: Place, pool: Pool, source: str, user: Mapping[str, Any], data: Data) -> dict[str, Any]:
    """What Cognito sends to a trigger."""
    status = {"cognito:user_status": str(user.get("UserStatus", ""))}
    return {
        "version": "1",
        "region": place[1],
        "userPoolId": pool["Id"],
        "userName": user["Username"],
        "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": str(data.get("ClientId", ""))},
        "triggerSource": source,
        "request": {"userAttributes": {**ATTRIBUTES.get()(user.get("Attributes", [])), **status}},
        "response": {},
    }


def refusal(trigger: str, body: object) -> Any:
    """What a caller reads when a trigger raises."""
    said = body if isinstance(body, str) else json.dumps(body)
    message = body.get("errorMessage", said) if isinstance(body, Mapping) else said
    return REFUSAL.get()("UserLambdaValidationException", f"{trigger} failed with error {message}.", 400)


def _with_groups(original: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The groups of the second version stand beside both tokens' overrides; ministack looks for them within each."""

    def extract(payload: Any) -> Any:
        response = original(payload)
        details = (response or {}).get("claimsAndScopeOverrideDetails") or {}
        groups = details.get("groupOverrideDetails")
        if groups is None:
            return response
        sections = {
            name: {**(details.get(name) or {}), "groupOverrideDetails": groups}
            for name in ("idTokenGeneration", "accessTokenGeneration")
        }
        return {**response, "claimsAndScopeOverrideDetails": {**details, **sections}}

    return extract


def _of_administrators(original: Callable[[str, Data], Any]) -> Callable[[str, Data], Any]:
    def refusal(action: str, data: Data) -> Any:
        return None if action.startswith("Admin") else original(action, data)

    return refusal
