"""Which API a request means: by the host that AWS gives an API, or by a path that works on any machine."""

import re

HOST = re.compile(r"^(?P<api>[a-z0-9]{8,10})\.execute-api\.")
PREFIX = "/restapis/"
MARK = "_user_request_"


def path_of(api: str, stage: str, path: str = "/") -> str:
    """The path on this machine under which a stage of an API answers."""
    return f"{PREFIX}{api}/{stage}/{MARK}{path}"


def address_of(host: str, path: str) -> tuple[str, str, str] | None:
    """The API's id, the stage and the path below it, None when the request means no API."""
    if path.startswith(PREFIX):
        api, _, rest = path.removeprefix(PREFIX).partition("/")
        stage, _, rest = rest.partition("/")
        mark, _, rest = rest.partition("/")
        return (api, stage, f"/{rest}") if mark == MARK else None
    if found := HOST.match(host):
        stage, _, rest = path.removeprefix("/").partition("/")
        return found["api"], stage, f"/{rest}"
    return None
