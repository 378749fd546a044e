"""Where a request comes from: told apart for counting, masked for keeping."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network


@lru_cache(maxsize=4096)
def mask_address(address: str | None) -> str:
    """A client's network instead of its address: /24, or /48 for IPv6; `-` for anything else."""
    parsed = _parse(address)
    if parsed is None:
        return "-"
    return str(ip_network((parsed, 24 if parsed.version == 4 else 48), strict=False))


@lru_cache(maxsize=4096)
def address_to_count(address: str | None) -> str:
    """What counts as one client: an IPv4 address, or a /64, of which one client has all."""
    parsed = _parse(address)
    if parsed is None:
        return "-"
    return str(ip_network((parsed, 32 if parsed.version == 4 else 64), strict=False))


def _parse(address: str | None) -> IPv4Address | IPv6Address | None:
    try:
        parsed = ip_address((address or "").partition("%")[0])
    except ValueError:
        return None
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped:
        return parsed.ipv4_mapped
    return parsed
