"""How programs of Node in a build trust the rehearsal's AWS where it speaks TLS.

cdk-assets takes no notice of AWS_CA_BUNDLE (4.7.3). Node itself has one variable, NODE_EXTRA_CA_CERTS, which adds the
authorities of a file to those that it knows (Node's documentation, "Command-line API"): a machine behind a proxy may
need it for one already, so ours joins that one.
"""

from collections.abc import Mapping
from pathlib import Path

from pipeline.rehearsal.errors import Broke

EXTRA = "NODE_EXTRA_CA_CERTS"


def variables(aws: Mapping[str, str], host: Mapping[str, str], home: Path) -> dict[str, str]:
    """What a build is told besides `aws`; nothing where that is plain HTTP. A file that joins two goes into `home`."""
    authority = aws.get("AWS_CA_BUNDLE")
    if not authority:
        return {}
    others = host.get(EXTRA)
    if not others:
        return {EXTRA: authority}
    joined = home / "authorities.pem"
    try:
        joined.write_bytes(b"\n".join(Path(each).read_bytes() for each in (others, authority)))
    except OSError as problem:
        raise Broke(f"the authorities that builds are to trust can't be joined: {problem}; mend {EXTRA}") from problem
    return {EXTRA: str(joined)}
