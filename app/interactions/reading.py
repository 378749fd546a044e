"""Answering with one interaction: the read that is asked most."""

from fastapi import Request, Response
from sqlalchemy import BigInteger, any_, bindparam, select

from app.core.http.conditional import is_known
from app.core.statement import compile_statement
from app.interactions.answers import answer_of, as_json, include_names
from app.interactions.confidential import ConfidentialNotes
from app.interactions.finding.columns import SHOWN
from app.interactions.finding.parameters import SITES
from app.interactions.repository import InteractionNotFound
from app.models import Interaction
from app.tenancy.scope import SiteScope
from app.tenancy.snapshot import snapshot

_ONE = compile_statement(
    select(*SHOWN).where(
        Interaction.id == bindparam("id", type_=BigInteger()),
        Interaction.site_id == any_(SITES),
        Interaction.deleted_at.is_(None),
    )
)


async def answer_one(
    request: Request, scope: SiteScope, interaction_id: int, include: frozenset[str]
) -> Response:
    """One interaction, or that the client has it already.

    Raises:
        InteractionNotFound: It is not in the scope, or deleted.
    """
    state = request.app.state
    async with snapshot(state.direct_pool, scope) as seen:
        rows = await seen.fetch(_ONE, {"id": interaction_id})
        confidential = ConfidentialNotes(state.key_ring, scope)
        answers = [answer_of(row, confidential) for row in rows]
        await include_names(seen, answers, include)
    if not answers:
        raise InteractionNotFound(interaction_id)
    (answer,) = answers
    etag = f'"{answer["version"]}"'
    if not include and is_known(request, etag):  # names change without the version
        return Response(status_code=304, headers={"ETag": etag})
    return Response(as_json(answer), media_type="application/json", headers={"ETag": etag})
