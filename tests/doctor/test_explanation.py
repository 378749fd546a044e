"""Why somebody may do something, or may not."""

import pytest

from app.core.vocabulary import Role
from app.doctor.deployment import Deployment
from app.doctor.explanation import explain_interaction, explain_site
from app.doctor.finding import Finding, Verdict
from app.models import Interaction, Site, User
from tests.desk import ClientFor
from tests.doctor.conftest import Change
from tests.factories import Make, unique

OPERATIONS = ("read", "update", "delete", "read history")


@pytest.fixture
async def site(make: Make) -> Site:
    return await make.site()


@pytest.fixture
async def row(make: Make, site: Site) -> Interaction:
    """Somebody else's interaction at the site."""
    return await make.interaction(site, await make.member(site), title=unique("Nobody knows"))


async def answers(one: Deployment, user: User, row: Interaction) -> dict[str, Finding]:
    """What is said of a user and an interaction, of which the title never is."""
    lines = dict(await explain_interaction(one, user.username, row.id))
    assert row.title not in str(lines)
    return lines


def allowed(lines: dict[str, Finding]) -> list[str]:
    """What the user may do."""
    return [what for what in OPERATIONS if lines[what].verdict is Verdict.ALLOWED]


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.VIEWER, ["read", "read history"]),
        (Role.EDITOR, ["read", "update", "read history"]),
        (Role.SITE_ADMIN, list(OPERATIONS)),
    ],
)
async def test_the_role_at_the_site_decides(
    changed: Change, make: Make, site: Site, row: Interaction, role: Role, may: list[str]
) -> None:
    lines = await answers(changed(), await make.member(site, role=role), row)

    assert allowed(lines) == may
    assert lines["role"].seen == role
    assert lines["interaction"].seen == f"of site {site.id}, not deleted"


async def test_an_editor_deletes_what_they_created(changed: Change, make: Make, site: Site) -> None:
    editor = await make.member(site)
    own, others = [await make.interaction(site, by) for by in (editor, await make.member(site))]

    assert (await answers(changed(), editor, own))["delete"].verdict is Verdict.ALLOWED
    refusal = (await answers(changed(), editor, others))["delete"]
    assert refusal == Finding(Verdict.REFUSED, "An editor may delete only what they created")


async def test_nothing_is_allowed_at_another_site(
    changed: Change, make: Make, site: Site, row: Interaction
) -> None:
    stranger = await make.member(await make.site(), role=Role.SITE_ADMIN)

    lines = await answers(changed(), stranger, row)

    assert allowed(lines) == []
    assert lines["role"] == Finding(Verdict.REFUSED, "none at this site")
    assert str(site.id) in lines["interaction"].seen


async def test_a_system_administrator_may_do_everything(
    changed: Change, make: Make, row: Interaction
) -> None:
    lines = await answers(changed(), await make.admin(), row)

    assert allowed(lines) == list(OPERATIONS)
    assert "system administrator" in lines["user"].seen


async def test_an_inactive_site_is_read_by_system_administrators_only(
    changed: Change, make: Make
) -> None:
    site = await make.site(is_active=False)
    member = await make.member(site, role=Role.SITE_ADMIN)
    row = await make.interaction(site, member)

    of_member = await answers(changed(), member, row)
    of_admin = await answers(changed(), await make.admin(), row)

    assert allowed(of_member) == []
    assert of_member["site"].verdict is Verdict.REFUSED
    assert of_member["role"].seen == Role.SITE_ADMIN
    assert allowed(of_admin) == ["read", "read history"]
    assert "not active" in of_admin["update"].seen


async def test_a_deleted_one_has_a_history_for_its_creator_only(
    changed: Change, make: Make, site: Site, client_for: ClientFor
) -> None:
    creator = await make.member(site)
    row = await make.interaction(site, creator)
    await client_for(creator).delete(f"/interactions/{row.id}")

    of_creator = await answers(changed(), creator, row)
    of_other = await answers(changed(), await make.member(site), row)
    of_stranger = await answers(changed(), await make.user(), row)

    assert allowed(of_creator) == ["read history"]
    assert of_creator["interaction"] == Finding(Verdict.REFUSED, f"of site {site.id}, deleted")
    assert allowed(of_other) == []
    # The service does not tell a stranger of it, and no more does this.
    assert of_stranger.keys() == {"user", "interaction"}
    assert str(site.id) not in of_stranger["interaction"].seen.split()


async def test_the_user_is_known_by_name_address_or_id(changed: Change, make: Make) -> None:
    user, nobody = await make.user(), 2**31
    for name in (user.username.upper(), user.email.upper(), str(user.id)):
        ((subject, finding), *_) = await explain_site(changed(), name, 1)
        assert (subject, finding.verdict) == ("user", Verdict.OK)
        assert finding.seen.startswith(f"{user.id},")

    for name in (unique("nobody"), str(nobody), ""):
        ((_, finding),) = await explain_site(changed(), name, 1)
        assert finding.verdict is Verdict.WRONG


async def test_a_user_who_is_not_active_may_do_nothing(
    changed: Change, make: Make, row: Interaction
) -> None:
    lines = await answers(changed(), await make.user(is_active=False), row)

    assert lines.keys() == {"user"}
    assert lines["user"].verdict is Verdict.REFUSED


async def test_a_second_factor_that_is_required_and_missing_is_told(
    changed: Change, make: Make, site: Site
) -> None:
    admin, editor = await make.member(site, role=Role.SITE_ADMIN), await make.member(site)
    strict = changed(require_totp_for_admins=True)

    of_admin = dict(await explain_site(strict, admin.username, site.id))
    of_editor = dict(await explain_site(strict, editor.username, site.id))
    without = dict(await explain_site(changed(), admin.username, site.id))

    assert of_admin["second factor"].verdict is Verdict.REFUSED
    assert "second factor" not in of_editor
    assert "second factor" not in without


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (None, []),
        (Role.VIEWER, ["read"]),
        (Role.EDITOR, ["read", "record"]),
        (Role.SITE_ADMIN, ["read", "record", "manage members"]),
    ],
)
async def test_a_site_can_be_asked_for(
    changed: Change, make: Make, site: Site, role: Role | None, may: list[str]
) -> None:
    user = await (make.member(site, role=role) if role else make.user())

    lines = await explain_site(changed(), user.username, site.id)

    assert [what for what, finding in lines if finding.verdict is Verdict.ALLOWED] == may


async def test_a_site_that_there_is_not_is_told(changed: Change, make: Make) -> None:
    lines = dict(await explain_site(changed(), (await make.admin()).username, 2**31 - 1))

    assert lines["site"].verdict is Verdict.REFUSED
    assert lines["read"].verdict is Verdict.REFUSED
