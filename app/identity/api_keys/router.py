"""`/api-keys`: the keys with which machines call on behalf of a person."""

from fastapi import Request, Response

from app.audit.record import Action, record_event
from app.auth.api_key_format import ApiKeyText
from app.auth.dependencies import PersonalCaller
from app.core.http.routing import Router
from app.core.pagination import Paging, link_pages, page_fields
from app.identity.api_keys import repository
from app.identity.api_keys.dependencies import (
    NAMES_SITES,
    OF_ALL_SITES,
    KeyId,
    NewKey,
    Peppers,
)
from app.identity.api_keys.schemas import (
    ApiKeyCreate,
    ApiKeyPage,
    ApiKeyRead,
    ApiKeyWithSecret,
)
from app.tenancy.dependencies import Reads, Writes
from app.tenancy.session import WriteSession

router = Router(prefix="/api-keys", tags=["auth"])


@router.get("", operation_id="listApiKeys")
async def list_api_keys(
    request: Request, response: Response, caller: PersonalCaller, session: Reads, paging: Paging
) -> ApiKeyPage:
    """List the caller's own keys, expired ones too, without their secrets."""
    rows, total = await repository.list_api_keys(session, caller.user_id, paging)
    keys = [ApiKeyRead.model_validate(row) for row in rows]
    page = ApiKeyPage(api_keys=keys, **page_fields(paging, total))
    link_pages(response, request.url, page)
    return page


@router.post("", operation_id="createApiKey", status_code=201, dependencies=NAMES_SITES)
async def create_api_key(
    request: Request,
    response: Response,
    caller: PersonalCaller,
    session: Writes,
    peppers: Peppers,
    text: NewKey,
    body: ApiKeyCreate,
) -> ApiKeyWithSecret:
    """Make a key for some of the caller's sites, in a role that they hold at each.

    The answer is the only one that ever shows the whole of it. What a key reaches is never more
    than its owner reaches at that moment, and it may manage no keys, passwords or sessions.
    """
    row = await repository.create_api_key(
        session, caller.user_id, body, public_id=text.public_id, digest=text.digest(peppers)
    )
    answer = ApiKeyRead.model_validate(row)
    _record(session, Action.API_KEY_CREATED, answer)
    response.headers["Location"] = f"{request.url.path}/{row.id}"
    return answer.with_secret(str(text))


@router.post("/{key_id}/rotate", operation_id="rotateApiKey", dependencies=OF_ALL_SITES)
async def rotate_api_key(
    caller: PersonalCaller, session: Writes, peppers: Peppers, key_id: KeyId
) -> ApiKeyWithSecret:
    """Give one of the caller's keys a new secret; its sites, role and expiry stay.

    The secret that it had stays good until `previous_expires_at`, 24 hours from now, or until the
    key is rotated again; one from before that ends at once.
    """
    row = await repository.lock_api_key(session, caller.user_id, key_id)
    text = ApiKeyText.with_new_secret(row.public_id)
    repository.replace_secret(row, text.digest(peppers))
    answer = ApiKeyRead.model_validate(row)
    _record(session, Action.API_KEY_ROTATED, answer)
    return answer.with_secret(str(text))


@router.delete("/{key_id}", operation_id="revokeApiKey", status_code=204, response_class=Response)
async def revoke_api_key(caller: PersonalCaller, session: Writes, key_id: KeyId) -> None:
    """End one of the caller's keys, with both of its secrets."""
    row = await repository.lock_api_key(session, caller.user_id, key_id)
    repository.revoke(row)
    _record(session, Action.API_KEY_REVOKED, ApiKeyRead.model_validate(row))


def _record(session: WriteSession, action: Action, key: ApiKeyRead) -> None:
    """Tell each site that the key is for; none, when its owner has no role there any more."""
    told: list[int | None] = [site_id for site_id in key.site_ids if site_id in session.scope.roles]
    for site_id in told or [None]:
        record_event(
            session,
            action,
            actor_id=session.scope.user_id,
            site_id=site_id,
            subject=f"api_key:{key.id}",
            details={"role": key.role},
        )
