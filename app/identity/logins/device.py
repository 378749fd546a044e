"""What somebody logs in from."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from app.core.addresses import address_to_count, mask_address

MAX_USER_AGENT = 200


@dataclass(frozen=True, slots=True)
class Device:
    """A browser or a program, as far as its request tells.

    Attributes:
        address: Masked, to be kept with the login.
        network: What counts as one client when guesses are counted; never kept as it is.
        user_agent: What the program calls itself.
    """

    address: str
    network: str
    user_agent: str | None


async def get_device(request: Request) -> Device:
    """What this request comes from."""
    address = request.client.host if request.client else None
    name = "".join(c for c in request.headers.get("user-agent", "") if c.isprintable())
    return Device(
        address=mask_address(address),
        network=address_to_count(address),
        user_agent=name[:MAX_USER_AGENT] or None,
    )


CurrentDevice = Annotated[Device, Depends(get_device)]
