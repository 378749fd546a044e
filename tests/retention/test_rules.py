"""The rules of a site: who sets them, what they are, and that it can be seen."""

from datetime import UTC, datetime

import pytest

from app.audit.classes import EventClass
from app.core.config import Settings
from app.core.vocabulary import Role
from app.models import SiteRetention
from app.retention.rules import Rules, bounds_of
from tests.desk import ClientFor, error_of, refused_fields
from tests.factories import Make
from tests.retention.keeping import Archive

DEFAULTS = {
    "interactions_years": None,
    "trash_days": 30,
    "history_days": None,
    "audit_days": {"authentication": 180, "access": 365, "administration": 1095},
    "updated_at": None,
    "updated_by": None,
}


async def test_a_site_without_rules_has_those_of_the_installation(archive: Archive) -> None:
    response = await archive.client.get(archive.path)
    assert response.json() == {"site_id": archive.site.id} | DEFAULTS


async def test_rules_are_set_as_a_whole_and_what_is_left_out_is_the_installations(
    archive: Archive,
) -> None:
    await archive.rule(interactions_years=10, trash_days=7, audit_days={"access": 90})
    answer = await archive.rule(history_days=365)

    assert answer == (await archive.client.get(archive.path)).json()
    expected = DEFAULTS | {"history_days": 365, "updated_by": archive.admin.id}
    assert answer.pop("updated_at")
    assert answer == {"site_id": archive.site.id} | {
        name: value for name, value in expected.items() if name != "updated_at"
    }


async def test_a_change_of_the_rules_is_an_event_of_its_numbers(archive: Archive) -> None:
    await archive.rule(interactions_years=10, audit_days={"access": 90})
    (event,) = await archive.events("retention.changed")
    assert event == {
        "interactions_years": 10,
        "trash_days": None,
        "history_days": None,
        "audit_days_authentication": None,
        "audit_days_access": 90,
        "audit_days_administration": None,
    }


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        ({"interactions_years": 0}, "interactions_years"),
        ({"interactions_years": 101}, "interactions_years"),
        ({"interactions_years": "10"}, "interactions_years"),
        ({"trash_days": 0}, "trash_days"),
        ({"history_days": 29}, "history_days"),
        ({"audit_days": {"access": 29}}, "audit_days.access"),
        ({"audit_days": {"acces": 90}}, "audit_days.acces"),
        ({"trash_day": 30}, "trash_day"),
    ],
)
async def test_wrong_rules_are_refused_by_name(
    archive: Archive, rules: dict[str, object], field: str
) -> None:
    response = await archive.client.put(archive.path, json=rules)
    assert refused_fields(response).keys() == {field}


async def test_an_inactive_site_takes_no_rules(make: Make, client_for: ClientFor) -> None:
    site = await make.site(is_active=False)
    client = client_for(await make.admin())
    error_of(await client.put(f"/sites/{site.id}/retention", json={}), 409)


async def test_rules_are_for_site_admins(make: Make, client_for: ClientFor) -> None:
    site = await make.site()
    client = client_for(await make.member(site, role=Role.EDITOR))
    for path in (f"/sites/{site.id}/retention", f"/sites/{site.id}/retention/preview"):
        error_of(await client.get(path), 403)


def test_years_are_those_of_the_calendar(settings: Settings) -> None:
    rules = Rules.of(SiteRetention(interactions_years=3), settings)
    leap_day = datetime(2028, 2, 29, 12, tzinfo=UTC)
    bounds = bounds_of(rules, leap_day)
    assert bounds.ended == datetime(2025, 2, 28, 12, tzinfo=UTC)
    assert bounds.trashed == datetime(2028, 1, 30, 12, tzinfo=UTC)
    assert bounds.changed is None
    assert bounds.happened.keys() == set(EventClass)
