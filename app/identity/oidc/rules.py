"""What becomes of an account at the provider when it is the first of its person here."""

import re
import secrets
from collections.abc import Collection, Iterator

from pydantic_core import PydanticCustomError

from app.auth.id_tokens import ProviderAccount
from app.core.text import clean_line

# ASCII only: among other letters there are some that become a plain one in lower case, or look
# like it, and would be somebody else's address.
_ADDRESS = re.compile(r"([!-?A-~]{1,64})@([A-Za-z0-9.-]{1,189})")
_MAX_NAME = 100
_MAX_USERNAME = 40
_TRIES = 5


def verified_address(account: ProviderAccount) -> str | None:
    """The address that the provider has verified; None when there is none to go by."""
    if not account.is_email_verified or not _ADDRESS.fullmatch(account.email or ""):
        return None
    return account.email


def is_of_domain(address: str, domains: Collection[str]) -> bool:
    """Whether an address is of one of these domains, and not only of a part of one."""
    return address.rpartition("@")[2].lower() in {domain.lower() for domain in domains}


def usernames(address: str) -> Iterator[str]:
    """Names for a new user, to be tried in turn: the address's own, then others like it."""
    name = re.sub(r"[^A-Za-z0-9._-]", "", address.partition("@")[0])[:_MAX_USERNAME]
    if len(name) < 3:
        name = f"user-{name}"
    yield name
    for _ in range(_TRIES):
        yield f"{name}-{secrets.token_hex(3)}"


def full_name(account: ProviderAccount, address: str) -> str:
    """What a new user is called: as the provider says, else as their address does."""
    try:
        name = str(clean_line(account.name or ""))[:_MAX_NAME].strip()
    except PydanticCustomError:
        name = ""
    return name or address.partition("@")[0]
