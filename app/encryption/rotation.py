"""`ims rotate-keys`: encrypting everything with the newest key, while the service runs."""

from functools import partial

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.audit.record import Action, record_event
from app.core.command_engine import command_engine
from app.core.config import Settings
from app.core.database import unscoped_transaction
from app.core.sealing import KeyRing, load_key_ring
from app.core.vocabulary import Role
from app.encryption.renewing import Renewal, SealedColumn, renew
from app.identity.totp.second_factors import sealing_context
from app.interactions.confidential import context_of
from app.models import Interaction, Site, TotpCredential
from app.schema.guard import require_safe_role
from app.tenancy.scope import SiteScope
from app.tenancy.session import scoped_session

SECOND_FACTORS = SealedColumn(
    TotpCredential.user_id, TotpCredential.secret, context_of=sealing_context
)


async def rotate_keys(settings: Settings) -> dict[str, Renewal]:
    """Encrypt what is not encrypted with the first key; answers what came of it, by kind.

    Raises:
        StartRefusedError: The database is out of reach, or no key is one.
    """
    ring = load_key_ring(settings)
    async with command_engine(settings) as engine:
        await require_safe_role(engine)
        return await renew_all(engine, ring)


async def renew_all(engine: AsyncEngine, ring: KeyRing) -> dict[str, Renewal]:
    """Renew the confidential notes of all sites, inactive ones too, and all second factors."""
    found = {
        "confidential_notes": await _renew_notes(engine, ring),
        "second_factors": await renew(SECOND_FACTORS, ring, partial(unscoped_transaction, engine)),
    }
    renewed: dict[str, object] = {kind: one.renewed for kind, one in found.items()}
    if any(renewed.values()):
        async with unscoped_transaction(engine) as session:
            record_event(session, Action.KEYS_ROTATED, actor_id=None, details=renewed)
    return found


async def _renew_notes(engine: AsyncEngine, ring: KeyRing) -> Renewal:
    """Renew those of deleted interactions too; nobody has changed any, so no version comes."""
    async with unscoped_transaction(engine) as session:
        site_ids = (await session.scalars(select(Site.id).order_by(Site.id))).all()
    total = Renewal()
    for site_id in site_ids:
        scope = SiteScope(user_id=0, roles={site_id: Role.SITE_ADMIN})
        total.add(await renew(_notes_of(site_id), ring, partial(scoped_session, engine, scope)))
    return total


def _notes_of(site_id: int) -> SealedColumn:
    return SealedColumn(
        Interaction.id,
        Interaction.sealed_notes,
        context_of=lambda _id: context_of(site_id),
        kept=(Interaction.updated_at,),
    )


def rotation_lines(found: dict[str, Renewal]) -> list[str]:
    """What came of it, in words, and what to do next."""
    lines = [
        f"{kind.replace('_', ' ').capitalize()}: {one.renewed} encrypted anew, "
        f"{one.unreadable} that no key opens, {one.in_use} in use all the time"
        for kind, one in found.items()
    ]
    if any(one.unreadable for one in found.values()):
        lines.append(
            "Keep all keys, and add the one that is missing: the log of the service names the "
            "interactions whose notes are read in vain"
        )
    if any(one.in_use for one in found.values()):
        lines.append("Run this again: somebody held on to what is in use")
    if is_complete(found):
        lines.append(
            "Everything is encrypted with the first key. Once every process runs with it as the "
            "first, and this has been run again after that, the others can be removed from "
            "ENCRYPTION_KEYS; backups from before still need them"
        )
    return lines


def is_complete(found: dict[str, Renewal]) -> bool:
    """Whether nothing is left that the first key has not encrypted."""
    return not any(one.unreadable or one.in_use for one in found.values())
