"""Who is made without a password is invited by e-mail to choose one."""

from tests.desk import ClientFor, error_of
from tests.factories import Client, Make, unique
from tests.identity.passwords.conftest import NEW
from tests.post_office import PostOffice, token_of


async def test_an_invited_person_chooses_a_password_and_logs_in(
    make: Make, client_for: ClientFor, nobody: Client, post: PostOffice
) -> None:
    name = unique("invited")
    sent = {"username": name, "email": f"{name}@example.org", "full_name": "Invited Person"}
    created = await client_for(await make.admin()).post("/users", json=sent)
    assert created.status_code == 201

    (message,) = await post.deliver(sent["email"])
    answer = await nobody.post(
        "/auth/password/reset/confirm", json={"token": token_of(message), "new_password": NEW}
    )

    assert answer.status_code == 204
    assert "7 days" in message.get_content()
    assert "Invited Person" not in str(message)
    login = {"username": sent["email"], "password": NEW}
    assert (await nobody.post("/auth/login", json=login)).status_code == 200


async def test_who_is_made_with_a_password_or_not_at_all_is_not_invited(
    make: Make, client_for: ClientFor, post: PostOffice
) -> None:
    admin, name = client_for(await make.admin()), unique("hired")
    sent = {"username": name, "email": f"{name}@example.org", "full_name": "Hired"}
    await admin.post("/users", json=sent | {"password": NEW})
    other = sent | {"email": f"other-{name}@example.org"}

    error_of(await admin.post("/users", json=other), 409)

    assert await post.waiting(sent["email"]) == []
    assert await post.waiting(other["email"]) == []
