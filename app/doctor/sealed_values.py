"""Whether what is stored encrypted can still be opened."""

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.config import Settings
from app.core.database import unscoped_transaction
from app.core.sealing import FILE, load_key_ring
from app.core.vocabulary import Role
from app.doctor.deployment import Deployment
from app.doctor.finding import Finding, ok, warning, wrong
from app.models import Site
from app.tenancy.scope import SiteScope
from app.tenancy.session import read_session

# The oldest and the newest: a key that has gone missing, and one that is not there everywhere yet.
_OF_INTERACTIONS = text("""
    SELECT DISTINCT substring(sample.confidential_notes FROM 1 FOR :length)
    FROM (
        (SELECT i.confidential_notes FROM app.interactions i ORDER BY i.id LIMIT 5000)
        UNION ALL
        (SELECT i.confidential_notes FROM app.interactions i ORDER BY i.id DESC LIMIT 5000)
    ) sample
    WHERE sample.confidential_notes IS NOT NULL
""")
_OF_SECOND_FACTORS = text("""
    SELECT DISTINCT substring(sample.secret FROM 1 FOR :length)
    FROM (SELECT c.secret FROM app.totp_credentials c LIMIT 10000) sample
""")


async def check_sealed_values(deployment: Deployment) -> Finding:
    """Whether the keys are there that notes and second factors were encrypted with."""
    settings = deployment.settings
    heads = _heads(settings)
    found = await _found_heads(deployment.engine, length=len(heads[0]) if heads else 1)
    if lost := found - set(heads):
        return wrong(
            f"{len(lost)} of the {len(found)} keys that values are encrypted with are missing",
            "Put the earlier keys back into ENCRYPTION_KEYS, after the one that encrypts now",
        )
    if found - set(heads[:1]):
        return warning("some values are under an earlier key", "Run `ims rotate-keys`")
    return ok("all in the sample are under the newest key" if found else "there are none yet")


def _heads(settings: Settings) -> list[bytes]:
    """What the values of each key begin with, the newest key's first."""
    if not settings.encryption_keys:
        made = (settings.ims_state_dir / FILE).exists()
        return [load_key_ring(settings).current_head] if made else []
    alone = [
        settings.model_copy(update={"encryption_keys": (k,)}) for k in settings.encryption_keys
    ]
    return [load_key_ring(one).current_head for one in alone]


async def _found_heads(engine: AsyncEngine, *, length: int) -> set[bytes]:
    async with unscoped_transaction(engine) as session:
        found = set(await session.scalars(_OF_SECOND_FACTORS, {"length": length}))
        site_ids = list(await session.scalars(select(Site.id)))
    scope = SiteScope(user_id=0, roles=dict.fromkeys(site_ids, Role.VIEWER))
    async with read_session(engine, scope) as session:
        found |= set(await session.scalars(_OF_INTERACTIONS, {"length": length}))
    return found
