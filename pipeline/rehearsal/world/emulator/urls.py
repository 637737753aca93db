"""Addresses of APIs on AWS, and where they answer on this machine. Pure."""

import re

EXECUTE_API = re.compile(
    r"https://(?P<api>[a-z0-9]+)\.execute-api\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?(?P<rest>/[^\s\"']*)?"
)


def local_url(text: str, port: int) -> str:
    """Every `https://API.execute-api.REGION.amazonaws.com/STAGE/…` in the text as a path of this machine's port."""

    def local(found: re.Match[str]) -> str:
        stage, _, path = (found["rest"] or "/").removeprefix("/").partition("/")
        return f"http://127.0.0.1:{port}/restapis/{found['api']}/{stage}/_user_request_/{path}"

    return EXECUTE_API.sub(local, text)
