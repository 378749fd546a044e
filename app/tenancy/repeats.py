"""Requests that are sent again: answered as they were, if the caller may still be told.

The record of an answer is written in the transaction of the change that it tells of, so there is
never the one without the other.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from fastapi import Request
from sqlalchemy import TextClause
from starlette.responses import Response

from app.core.errors import Forbidden, IdempotencyMismatch, Unavailable
from app.core.http.answered import AnsweredError, keep_with
from app.core.sealing import KeyRing, SealBrokenError
from app.core.secret_keys import SecretKeys
from app.core.statement import Statement, compile_statement
from app.core.vocabulary import Role
from app.idempotency.kept_answer import KeptAnswer
from app.idempotency.keys import RequestKey, fingerprint_of
from app.idempotency.repository import Run, find_answer, keep_answer
from app.tenancy.direct import ScopedTransaction
from app.tenancy.scope import SiteScope
from app.tenancy.session import WriteSession

PURPOSE = "idempotency"
"""What fingerprints are signed for."""


async def answer_repeats(
    request: Request, key: RequestKey | None, writing: WriteSession | ScopedTransaction
) -> None:
    """Answer a request that was made before, and have this one's answer kept for its repeats.

    To be called as the first thing in the transaction.

    Raises:
        AnsweredError: It was made before.
        Conflict: It is being worked on.
        IdempotencyMismatch: Its key was given to another request.
        Forbidden: The caller may not do any more what it did.
    """
    if key is None:
        return
    keys: KeyRing = request.app.state.key_ring
    secret_keys: SecretKeys = request.app.state.secret_keys
    run = _runner(writing)
    fingerprint = await fingerprint_of(request)
    if (found := await find_answer(run, key)) is not None:
        if not secret_keys.verify(PURPOSE, fingerprint, found.fingerprint):
            raise IdempotencyMismatch
        kept = _opened(found.answer, keys, key)
        _require_access(writing.scope, kept)
        raise AnsweredError(kept.response())

    async def keep(response: Response) -> None:
        scope = writing.scope
        roles = {site_id: scope.roles[site_id] for site_id in writing.touched}
        answer = KeptAnswer.of(response, roles=roles, is_system_admin=scope.is_system_admin)
        signed = secret_keys.sign(PURPOSE, fingerprint)
        await keep_answer(run, key, signed, answer.sealed(keys, key))

    keep_with(request, keep)


def _opened(sealed: bytes, keys: KeyRing, key: RequestKey) -> KeptAnswer:
    try:
        return KeptAnswer.opened(sealed, keys, key)
    except SealBrokenError:
        # It was done: to do it again would be wrong, and to say that it was not would be too.
        raise Unavailable("What this request was answered cannot be read just now") from None


def _require_access(scope: SiteScope, kept: KeptAnswer) -> None:
    """Tell nobody of what they could not do any more.

    Raises:
        Forbidden: A site is not the caller's any more, or their role is lower than it was.
    """
    if kept.is_system_admin and not scope.is_system_admin:
        raise Forbidden
    for site_id, role in kept.roles.items():
        scope.require(int(site_id), Role(role))


def _runner(writing: WriteSession | ScopedTransaction) -> Run:
    if isinstance(writing, ScopedTransaction):
        transaction = writing

        async def run_directly(
            statement: TextClause, values: dict[str, object]
        ) -> Sequence[Mapping[str, Any]]:
            return await transaction.fetch(_compiled(statement), values)

        return run_directly
    session = writing

    async def run(statement: TextClause, values: dict[str, object]) -> Sequence[Mapping[str, Any]]:
        return [dict(row) for row in (await session.execute(statement, values)).mappings()]

    return run


@cache
def _compiled(statement: TextClause) -> Statement:
    return compile_statement(statement)
