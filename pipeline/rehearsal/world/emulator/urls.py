"""Addresses of APIs and of token endpoints on AWS, and where they answer on this machine. Pure."""

import re

TOKENS = re.compile(r"https://[a-z0-9-]+\.auth\.[a-z0-9-]+\.amazoncognito\.com(?P<path>/oauth2/token)")
EXECUTE_API = re.compile(
    r"https://(?P<api>[a-z0-9]+)\.execute-api\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?(?P<rest>/[^\s\"']*)?"
)


def local_url(text: str, endpoint: str) -> str:
    """Every `https://API.execute-api.REGION.amazonaws.com/STAGE/…` in the text as a path below `endpoint`.

    The token endpoint of every pool is one path: the client says which pool is meant.
    """

    def local(found: re.Match[str]) -> str:
        stage, _, path = (found["rest"] or "/").removeprefix("/").partition("/")
        return f"{endpoint}/restapis/{found['api']}/{stage}/_user_request_/{path}"

    return TOKENS.sub(lambda found: f"{endpoint}{found['path']}", EXECUTE_API.sub(local, text))
