"""Reading interactions one by one."""

from collections.abc import Callable

from tests.factories import Client, Make


async def test_get_answers_an_interaction_of_ones_own_site(
    make: Make, client_for: Callable[..., Client]
) -> None:
    site = await make.site()
    editor = await make.member(site)
    row = await make.interaction(site, editor, title="Hello there")

    response = await client_for(editor).get(f"/interactions/{row.id}")

    assert response.status_code == 200
    assert response.json()["title"] == "Hello there"
    assert response.headers["ETag"] == '"1"'


async def test_get_refuses_another_sites_interaction(
    make: Make, client_for: Callable[..., Client]
) -> None:
    ours, theirs = await make.site(), await make.site()
    editor, stranger = await make.member(theirs), await make.member(ours)
    row = await make.interaction(theirs, editor)

    response = await client_for(stranger).get(f"/interactions/{row.id}")

    assert response.status_code == 403
    assert response.json()["error"]["code"] == "forbidden"
