"""What the address of a server says: where it is, and whether the way there is encrypted."""

from ipaddress import ip_address
from urllib.parse import parse_qs, urlsplit

_OFF = frozenset({"disable", "allow", "prefer"})
"""What PostgreSQL's clients call it when a connection may do without TLS."""


def is_remote(url: str) -> bool:
    """Whether a server is on another machine: neither at a socket nor at a loopback address.

    Without a host the clients look on this one.
    """
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return False
    in_query = ",".join(parse_qs(parts.query).get("host", ())).split(",")
    return not all(_is_here(host) for host in (parts.hostname, *in_query) if host)


def _is_here(host: str) -> bool:
    if host.startswith("/") or host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def encryption_fault(service: str, url: str) -> str | None:
    """What keeps a connection from being encrypted to whom it is meant for, if anything does."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    if service == "postgresql" and _OFF & {*query.get("ssl", ()), *query.get("sslmode", ())}:
        return "switches TLS off"
    if service == "redis" and parts.scheme == "redis":
        return "is not rediss://"
    if service == "redis" and query.keys() & {"ssl_cert_reqs", "ssl_check_hostname"}:
        return "changes how certificates are checked"
    return None
