"""The address that the web process listens at."""

import socket

from app.local.errors import LocalServerError

USUAL_PORT = 8000
ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # compared with, not bound to


def choose_port(host: str, wanted: int | None) -> int:
    """The port asked for, or else the usual one if it is free, or else any free one.

    Raises:
        LocalServerError: The port asked for is taken, or this machine has no such address.
    """
    if wanted:
        if _free_port(host, wanted) is None:
            raise LocalServerError(
                f"Port {wanted} of {host} is taken or not ours to take: set PORT to another one, "
                "or leave it unset to have a free one chosen"
            )
        return wanted
    port = (None if wanted == 0 else _free_port(host, USUAL_PORT)) or _free_port(host, 0)
    if port is None:
        raise LocalServerError(f"Cannot listen at {host}: set HOST to an address of this machine")
    return port


def address(host: str, port: int) -> str:
    """The URL for clients on this machine."""
    reached = ANY_ADDRESS.get(host, host)
    return f"http://[{reached}]:{port}" if ":" in reached else f"http://{reached}:{port}"


def _free_port(host: str, port: int) -> int | None:
    try:
        family, *_, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family) as probe:
            # Connections of a web process that has just stopped do not count as taken.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
            return int(probe.getsockname()[1])
    except OSError:
        return None
