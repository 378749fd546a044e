"""Which sites an import writes to, and in whose name."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.database import unscoped_transaction
from app.core.vocabulary import Role
from app.imports.actor import find_user
from app.imports.errors import CannotImportError
from app.models import Site, User
from tests.desk import ClientFor, Desk
from tests.factories import Make, unique
from tests.imports.importing import Importing, line, outcome


async def site_names(engine: AsyncEngine, *names: str) -> dict[str, str]:
    """The zones of those of these sites that there are."""
    async with unscoped_transaction(engine) as session:
        found = await session.execute(select(Site.name, Site.timezone).where(Site.name.in_(names)))
        return dict(found.all())


async def test_only_sites_where_the_user_is_an_editor_are_written_to(
    importing: Importing, desk: Desk, make: Make
) -> None:
    foreign, watched, closed = await make.site(), await make.site(), await make.site()
    await make.membership(watched, desk.user, Role.VIEWER)
    await make.membership(closed, desk.user, Role.SITE_ADMIN)
    await close(importing.engine, closed)
    names = [site.name for site in (desk.site, foreign, watched, closed)]
    importing.write(*(line(name, title=f"Of the site {name}") for name in (*names, "Nowhere")))

    assert outcome(await importing.run()) == {"created": 1, "refused": 4}

    assert [(row["#field"], row["#reason"]) for row in importing.refused()] == [
        ("site", "This site is not one of yours"),
        ("site", "This needs the role editor at the site"),
        ("site", "This site is not one of yours"),
        ("site", "This site is not one of yours"),
    ]


async def test_an_inactive_site_takes_nothing_from_a_system_administrator_either(
    importing: Importing, desk: Desk, make: Make
) -> None:
    closed = await make.site()
    await close(importing.engine, closed)
    importing.write(line(desk.site.name), line(closed.name), line("Nowhere"))

    await importing.run(username=(await make.admin()).username)

    assert [row["#reason"] for row in importing.refused()] == [
        "The site is not active and takes no changes",
        "There is no such site",
    ]


async def test_missing_sites_are_made_in_their_zones_and_the_others_keep_theirs(
    importing: Importing, make: Make, client_for: ClientFor
) -> None:
    admin, there, new = await make.admin(), await make.site(), unique("New")
    importing.write(line(there.name), line(new), line(new.upper()))
    zones = {new.lower(): "Asia/Tokyo", there.name.lower(): "Asia/Tokyo"}

    summary = await importing.run(username=admin.username, zones=zones)

    assert (summary.sites_made, outcome(summary)) == (1, {"created": 3})
    assert await site_names(importing.engine, there.name, new) == {
        there.name: "Europe/Paris",
        new: "Asia/Tokyo",
    }
    sites = (await client_for(admin).get("/auth/sites")).json()["sites"]
    (site_id,) = [site["id"] for site in sites if site["name"] == new]
    page = (await client_for(admin).get(f"/interactions?site_id={site_id}")).json()
    assert {row["start_datetime"] for row in page["interactions"]} == {"2026-06-12T01:00:00Z"}


async def test_a_new_site_without_a_zone_is_an_error_before_anything_is_written(
    importing: Importing, desk: Desk, make: Make
) -> None:
    new, other = unique("New"), unique("New")
    importing.write(line(desk.site.name), line(new), line(other))
    admin = await make.admin()

    with pytest.raises(CannotImportError, match=f"No time zone for 1 new sites: '{other}'"):
        await importing.run(username=admin.username, zones={new.lower(): "Asia/Tokyo"})

    assert await desk.titles() == []
    assert not await site_names(importing.engine, new, other)


async def test_only_a_system_administrator_makes_sites(importing: Importing, desk: Desk) -> None:
    new = unique("New")
    importing.write(line(new))

    with pytest.raises(CannotImportError, match="Only a system administrator"):
        await importing.run(zones={new.lower(): "Asia/Tokyo"})

    assert not await site_names(importing.engine, new)


async def test_a_dry_run_tells_what_would_be_and_writes_nothing(
    importing: Importing, desk: Desk, make: Make
) -> None:
    new, admin = unique("New"), await make.admin()
    importing.write(line(desk.site.name, "k1", title="As it was"))
    await importing.run()
    importing.write(
        line(desk.site.name, "k1", title="As it would be"),
        line(desk.site.name, "k2"),
        line(new, "k1"),
        line(new, title="x"),
    )

    summary = await importing.run(
        username=admin.username, zones={new.lower(): "Asia/Tokyo"}, is_dry_run=True
    )

    assert summary.sites_made == 1
    assert outcome(summary) == {"created": 2, "updated": 1, "refused": 1}
    assert await desk.titles() == ["As it was"]
    assert not await site_names(importing.engine, new)
    assert len(importing.refused()) == 1


async def test_a_file_none_of_whose_sites_is_the_users_is_an_error(importing: Importing) -> None:
    importing.write(line("Nowhere"), line("Elsewhere"))

    with pytest.raises(CannotImportError, match="names 2 sites, and none"):
        await importing.run()


async def test_without_a_name_the_first_active_system_administrator_writes(
    engine: AsyncEngine, make: Make
) -> None:
    await make.admin()

    user_id = await find_user(engine, None)

    async with unscoped_transaction(engine) as session:
        is_one = User.is_system_admin & User.is_active
        assert user_id == await session.scalar(select(func.min(User.id)).where(is_one))


async def test_a_user_who_is_unknown_or_not_active_cannot_import(
    engine: AsyncEngine, make: Make
) -> None:
    gone = await make.user(is_active=False)

    for username in (gone.username, "nobody.of.this.name", ""):
        with pytest.raises(CannotImportError, match="There is no active user"):
            await find_user(engine, username)


async def test_the_case_of_a_user_name_makes_no_difference(engine: AsyncEngine, make: Make) -> None:
    user = await make.user()

    assert await find_user(engine, user.username.upper()) == user.id


async def close(engine: AsyncEngine, site: Site) -> None:
    async with unscoped_transaction(engine) as session:
        (await session.get_one(Site, site.id)).is_active = False
