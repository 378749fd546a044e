"""Length counts, and what everybody would guess is refused; at every place alike."""

from concurrent.futures import ThreadPoolExecutor
from time import process_time

import pytest

from app.auth.password_policy import is_easily_guessed
from app.demo.people import DEMO_PASSWORD
from tests.desk import ClientFor, refused_fields
from tests.factories import PASSWORD, Make, unique
from tests.identity.passwords.conftest import Person

EMMA = ("emma.editor", "emma@rivermill.example", "Emma Fotheringay")

GUESSED = [
    "passwordpassword",
    "123456789012",
    "qwertyuiop12",
    "P4$$w0rd1234",
    "emma.editoremma.editor",
    "Emma.Editor1",
    "emma@rivermill.example",
    "rivermill1234",
    "Fotheringay12",
    "interactions1",
    "aaaaaaaaaaaa" * 80,
]
GOOD = [
    PASSWORD,
    DEMO_PASSWORD,
    "a long enough one",
    "correct horse battery staple",
    "\u6771\u4eac\u306e\u6625\u306f\u304b\u306a\u308a\u6696\u304b\u3044\u3067\u3059",
    "x7#" + "kL9$vQ2" * 140,
]


@pytest.mark.parametrize("password", GUESSED, ids=lambda password: password[:20])
def test_what_is_guessed_early_is_refused(password: str) -> None:
    assert is_easily_guessed(password, EMMA)


@pytest.mark.parametrize("password", GOOD, ids=lambda password: ascii(password[:20]))
def test_any_other_of_its_length_is_good(password: str) -> None:
    assert not is_easily_guessed(password, EMMA)


def test_many_at_once_do_not_mix_up_whose_names_they_look_for() -> None:
    names = [f"{word}-fotheringay" for word in ("zyx", "wvu", "tsr", "qpo")] * 8
    with ThreadPoolExecutor(8) as threads:
        own = list(threads.map(lambda name: is_easily_guessed(f"{name}1", [name]), names))
        of_nobody = list(threads.map(lambda name: is_easily_guessed(f"{name}1", []), names))

    assert own == [True] * len(names)
    assert of_nobody == [False] * len(names)


def test_no_password_takes_long_to_look_at() -> None:
    begun = process_time()
    is_easily_guessed(
        "80+!+933+277!12$25[40%8{265(|+5[0[<|25<4|@94(5%87+045[81@%28![|14%1!$%0", EMMA
    )

    assert process_time() - begun < 3  # seconds; half of one where this was written


async def test_every_way_to_set_one_refuses_it_by_its_field(
    person: Person, make: Make, client_for: ClientFor
) -> None:
    doubled = person.user.username * 2
    admin, name = client_for(await make.admin()), unique("hired")
    hired = {"username": name, "email": f"{name}@example.org", "full_name": "Hired"}

    answers = {
        "password": await admin.post("/users", json=hired | {"password": name * 2}),
        "new_password": await person.change(PASSWORD, doubled),
    }
    reset = await person.confirm(await person.link(), doubled)

    for field, answer in [*answers.items(), ("new_password", reset)]:
        fields = refused_fields(answer)
        assert fields.keys() == {field}
        assert "easily guessed" in fields[field]
        assert doubled not in answer.text
    assert (await person.log_in(PASSWORD)).status_code == 200


@pytest.mark.parametrize(
    "password", ["eleven char", "", "x" * 1025, "a password with\0 in it", None, 123456789012]
)
async def test_what_is_no_password_is_refused_by_its_field(
    person: Person, password: object
) -> None:
    sent = {"current_password": PASSWORD, "new_password": password}

    answer = await person.client.post("/auth/password/change", json=sent)

    assert refused_fields(answer).keys() == {"new_password"}
