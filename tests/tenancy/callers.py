"""Who calls in the proof, and what none of their answers may show."""

import json
from base64 import urlsafe_b64decode
from dataclasses import dataclass, field

from fastapi import FastAPI
from jose import jws

from app.auth.keys import load_signing_key
from app.core.vocabulary import Role
from app.models import User
from tests.factories import PASSWORD
from tests.tenancy.operations import Target
from tests.tenancy.world import Place, World

REQUEST_ID = "the-same-for-every-call"
"""Sent with every call, so that two answers can be compared byte by byte."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Somebody who calls.

    Attributes:
        name: For messages.
        hidden: Words that no answer may hold.
        username: Whom they log in as when the call is a login.
        refresh_token: One of that user's.
        headers: What they send with every call.
    """

    name: str
    hidden: tuple[str, ...]
    username: str
    refresh_token: str
    headers: dict[str, str] = field(default_factory=dict)

    def target(self, world: World, place: Place) -> Target:
        """A target at a place, with the caller's own credentials."""
        return Target(
            site_id=place.site.id,
            interaction_id=place.interaction_id,
            user_id=place.planted_by.id,
            newcomer_id=world.newcomer.id,
            username=self.username,
            refresh_token=self.refresh_token,
        )


async def outsiders(app: FastAPI, world: World) -> list[Caller]:
    """Everybody to whom the site of the others must stay hidden."""
    ours, theirs = world.ours, world.theirs
    strangers = (ours.canary, theirs.canary)
    members = [await log_in(app, ours.people[role], role, theirs.canary) for role in Role]
    nobody = await log_in(app, world.nobody, "member of no site", *strangers)
    both = await log_in(app, world.both, "member of both", theirs.canary)
    admin = members[-1]
    narrowed_token = with_site_ids(app, both.headers["Authorization"], [ours.site.id])
    return [
        *members,
        nobody,
        Caller(
            name="anonymous",
            hidden=strangers,
            username=nobody.username,
            refresh_token=nobody.refresh_token,
        ),
        Caller(
            name="narrowed by the token",
            hidden=(theirs.canary,),
            username=admin.username,
            refresh_token=admin.refresh_token,
            headers={"Authorization": narrowed_token},
        ),
        Caller(
            name="narrowed by X-Site-ID",
            hidden=(theirs.canary,),
            username=admin.username,
            refresh_token=admin.refresh_token,
            headers=both.headers | {"X-Site-ID": str(ours.site.id)},
        ),
    ]


async def log_in(app: FastAPI, user: User, name: str, *hidden: str) -> Caller:
    """A caller with a login of their own."""
    tokens = await app.state.login_service.log_in(user.username, PASSWORD)
    return Caller(
        name=name,
        hidden=hidden,
        username=user.username,
        refresh_token=tokens.refresh_token,
        headers={"Authorization": f"Bearer {tokens.access_token}"},
    )


def with_site_ids(app: FastAPI, authorization: str, site_ids: list[int]) -> str:
    """The same token with the claim that narrows it."""
    payload = authorization.split(".")[1]
    claims = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    key = load_signing_key(app.state.settings)
    signed = jws.sign(
        claims | {app.state.settings.site_ids_claim: site_ids},
        key.private_key,  # type: ignore[arg-type]  # the stubs know keys as text only
        headers={"typ": "at+jwt", "kid": key.kid},
        algorithm=key.algorithm.value,
    )
    return f"Bearer {signed}"
