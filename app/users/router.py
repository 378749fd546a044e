"""`/users`: the people who may log in."""

from typing import Annotated

from fastapi import Depends, Path, Request, Response

from app.audit.record import Action, record_event
from app.auth.dependencies import CHANGES_SCOPES, Passwords, SystemAdmin
from app.core.errors import Forbidden
from app.core.fields import UserId
from app.core.http.routing import Router
from app.core.pagination import Paging, link_pages, page_fields
from app.core.vocabulary import MailKind, Role
from app.mail.dependencies import AfterCommit
from app.tenancy.dependencies import CurrentScope, Reads, Writes
from app.tenancy.session import WriteSession
from app.users import repository
from app.users.schemas import UserCreate, UserPage, UserRead, UserReplace

router = Router(prefix="/users", tags=["users"])

UserPath = Annotated[UserId, Path(description="The user's id.")]


async def require_some_administration(scope: CurrentScope) -> None:
    """Refuse who administers nothing.

    Raises:
        Forbidden: The caller is neither a system administrator nor a site_admin anywhere.
    """
    if not scope.is_system_admin and Role.SITE_ADMIN not in scope.roles.values():
        raise Forbidden("This needs the role site_admin at a site")


Administration = [Depends(require_some_administration)]


@router.get("", operation_id="listUsers", dependencies=Administration)
async def list_users(
    request: Request, response: Response, session: Reads, paging: Paging
) -> UserPage:
    """List users: a system administrator all, a site_admin the members of their sites."""
    rows, total = await repository.list_users(session, paging)
    users = [UserRead.model_validate(row) for row in rows]
    page = UserPage(users=users, **page_fields(paging, total))
    link_pages(response, request.url, page)
    return page


@router.get("/{user_id}", operation_id="getUser", dependencies=Administration)
async def get_user(session: Reads, user_id: UserPath) -> UserRead:
    """Read one user: a system administrator any, a site_admin the members of their sites."""
    return UserRead.model_validate(await repository.get_user(session, user_id))


@router.post("", operation_id="createUser", status_code=201)
async def create_user(
    request: Request,
    response: Response,
    _admin: SystemAdmin,
    passwords: Passwords,
    outbox: AfterCommit,
    session: Writes,
    body: UserCreate,
) -> UserRead:
    """Create a user; without a password they are invited by e-mail to choose one.

    The link in the invitation is good for seven days; after that, a reset of the password sends
    another.
    """
    password_hash = None
    if body.password is not None:
        password_hash = await passwords.hash_new_password(
            body.password.get_secret_value(), field="password", about=body.names
        )
    row = await repository.create_user(
        session, body.model_dump(exclude={"password"}), password_hash
    )
    if password_hash is None:
        await outbox.queue(session, MailKind.INVITATION, row.email)
    _record(session, Action.USER_CREATED, row.id)
    response.headers["Location"] = f"{request.url.path}/{row.id}"
    return UserRead.model_validate(row)


@router.put("/{user_id}", operation_id="replaceUser", dependencies=CHANGES_SCOPES)
async def replace_user(
    _admin: SystemAdmin, session: Writes, user_id: UserPath, body: UserReplace
) -> UserRead:
    """Change a user; deactivating one ends their logins."""
    row, changes = await repository.update_user(session, user_id, body.model_dump())
    _record(session, Action.USER_UPDATED, user_id, changes)
    return UserRead.model_validate(row)


@router.delete(
    "/{user_id}",
    operation_id="deactivateUser",
    status_code=204,
    response_class=Response,
    dependencies=CHANGES_SCOPES,
)
async def deactivate_user(_admin: SystemAdmin, session: Writes, user_id: UserPath) -> None:
    """Deactivate a user and end their logins; what they wrote stays."""
    await repository.update_user(session, user_id, {"is_active": False})
    _record(session, Action.USER_DEACTIVATED, user_id)


def _record(
    session: WriteSession, action: Action, user_id: int, details: dict[str, object] | None = None
) -> None:
    record_event(
        session,
        action,
        actor_id=session.scope.user_id,
        subject=f"user:{user_id}",
        details=details,
    )
