"""`/sites/{site_id}/members`: who holds which role at a site."""

from typing import Annotated

from fastapi import Path, Request, Response

from app.audit.record import Action, record_event
from app.auth.dependencies import CHANGES_SCOPES
from app.core.fields import SiteId, UserId
from app.core.http.routing import Router
from app.core.pagination import Paging, link_pages, page_fields
from app.core.vocabulary import Role
from app.sites import members
from app.sites.member_schemas import MemberCreate, MemberPage, MemberRead, RoleChange
from app.sites.members import Member
from app.tenancy.dependencies import AdminReads, AdminWrites
from app.tenancy.session import WriteSession

router = Router(prefix="/sites/{site_id}/members", tags=["members"])

MemberId = Annotated[UserId, Path(description="The user's id.")]


@router.get("", operation_id="listMembers")
async def list_members(
    request: Request, response: Response, session: AdminReads, paging: Paging
) -> MemberPage:
    """List the people who hold a role at the site."""
    rows, total = await members.list_members(session, paging)
    page = MemberPage(members=[_present(row) for row in rows], **page_fields(paging, total))
    link_pages(response, request.url, page)
    return page


@router.post("", operation_id="addMember", status_code=201, dependencies=CHANGES_SCOPES)
async def add_member(session: AdminWrites, site_id: SiteId, body: MemberCreate) -> MemberRead:
    """Give a person a role at the site, by id or by e-mail address."""
    session.scope.require_writable(site_id, Role.SITE_ADMIN)
    user = await members.find_person(session, user_id=body.user_id, email=body.email)
    member = await members.add_member(session, site_id, user, body.role)
    _record(session, Action.MEMBER_ADDED, site_id, user.id, role=body.role)
    return _present(member)


@router.put("/{user_id}", operation_id="changeMember", dependencies=CHANGES_SCOPES)
async def change_member(
    session: AdminWrites, site_id: SiteId, user_id: MemberId, body: RoleChange
) -> MemberRead:
    """Give a member another role; the site keeps at least one site_admin."""
    session.scope.require_writable(site_id, Role.SITE_ADMIN)
    member, old_role = await members.change_role(session, user_id, body.role)
    _record(session, Action.MEMBER_CHANGED, site_id, user_id, old_role=old_role, role=body.role)
    return _present(member)


@router.delete(
    "/{user_id}",
    operation_id="removeMember",
    status_code=204,
    response_class=Response,
    dependencies=CHANGES_SCOPES,
)
async def remove_member(session: AdminWrites, site_id: SiteId, user_id: MemberId) -> None:
    """Take a person's role at the site away; the site keeps at least one site_admin."""
    session.scope.require_writable(site_id, Role.SITE_ADMIN)
    await members.remove_member(session, user_id)
    _record(session, Action.MEMBER_REMOVED, site_id, user_id)


def _present(member: Member) -> MemberRead:
    user = member.user
    return MemberRead(
        user_id=user.id,
        username=user.username,
        email=user.email,
        full_name=user.full_name,
        is_active=user.is_active,
        role=member.membership.role,
        created_at=member.membership.created_at,
    )


def _record(
    session: WriteSession, action: Action, site_id: int, user_id: int, **details: object
) -> None:
    record_event(
        session,
        action,
        actor_id=session.scope.user_id,
        site_id=site_id,
        subject=f"user:{user_id}",
        details=details or None,
    )
