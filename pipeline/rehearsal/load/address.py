"""Traffic goes to this machine and to no other."""

import ipaddress
import socket

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from pipeline.rehearsal.errors import Unreadable

LOOPBACK = "127.0.0.1"


def check_loopback(base_url: str) -> str:
    """The URL without a slash at its end; Unreadable unless it is http or https to this machine.

    127.0.0.0/8, ::1, localhost and names below it are this machine (RFC 6761, 6.3).
    """
    try:
        url = URL(base_url)
        host, fine = url.host or "", url.scheme in ("http", "https") and url.user is None
    except ValueError:
        host, fine = "", False
    if fine and _is_loopback(host):
        return base_url.rstrip("/")
    raise Unreadable(f"traffic to {base_url!r} is refused", "give it an http:// address of this machine (127.0.0.1)")


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class LoopbackResolver(AbstractResolver):
    """Finds every name on this machine, without asking anybody."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """127.0.0.1, whatever the name."""
        return [ResolveResult(hostname=host, host=LOOPBACK, port=port, family=family, proto=0, flags=0)]

    async def close(self) -> None:
        """Nothing is open."""
