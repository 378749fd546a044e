"""The signing key: given, or made once and kept to its owner."""

import json
import multiprocessing
import stat
from base64 import urlsafe_b64decode
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from jose import jwk

from app.auth.keys import (
    Algorithm,
    OwnKeys,
    UnknownKeyError,
    VerificationKey,
    jwks_document,
    load_signing_key,
    thumbprint,
)
from app.core.config import Settings

STARTERS = 4
ROUNDS = 25

RFC_7638_MODULUS = (
    "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJE"
    "CPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2Q"
    "vzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6"
    "WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
)


def pem(key: Any, encryption: KeySerializationEncryption | None = None) -> str:
    encoded: bytes = key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, encryption_algorithm=encryption or NoEncryption()
    )
    return encoded.decode()


def settings_for(state_dir: Path, key: str | None = None) -> Settings:
    return Settings(_env_file=None, ims_state_dir=state_dir, token_signing_key=key)


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (rsa.generate_private_key(65537, 2048), Algorithm.RS256),
        (ec.generate_private_key(ec.SECP256R1()), Algorithm.ES256),
    ],
    ids=["RSA", "EC"],
)
def test_a_given_key_is_used(key: Any, algorithm: Algorithm, tmp_path: Path) -> None:
    loaded = load_signing_key(settings_for(tmp_path, pem(key)))
    on_one_line = load_signing_key(settings_for(tmp_path, pem(key).replace("\n", "\\n")))

    assert loaded.algorithm is algorithm
    assert loaded.private_key.private_numbers() == key.private_numbers()
    assert loaded.kid == on_one_line.kid
    assert not loaded.kid.startswith("dev-")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "unusable",
    [
        pytest.param("change-me", id="no PEM"),
        pytest.param("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", id="garbage"),
        pytest.param(pem(rsa.generate_private_key(65537, 1024)), id="RSA of 1024 bits"),  # noqa: S505
        pytest.param(pem(ec.generate_private_key(ec.SECP384R1())), id="P-384"),
        pytest.param(pem(ed25519.Ed25519PrivateKey.generate()), id="Ed25519"),
        pytest.param(
            pem(ec.generate_private_key(ec.SECP256R1()), BestAvailableEncryption(b"x")),
            id="with password",
        ),
        pytest.param(
            ec.generate_private_key(ec.SECP256R1())
            .public_key()
            .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            .decode(),
            id="public",
        ),
    ],
)
def test_an_unusable_key_is_refused_in_one_line_without_telling_it(
    unusable: str, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=r"^TOKEN_SIGNING_KEY ") as refusal:
        load_signing_key(settings_for(tmp_path, unusable))

    assert "\n" not in str(refusal.value)
    assert unusable not in str(refusal.value)


def test_a_missing_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    state_dir = tmp_path / "not" / "there yet"

    first = load_signing_key(settings_for(state_dir))
    second = load_signing_key(settings_for(state_dir))

    assert first.kid == second.kid
    assert first.kid.startswith("dev-")
    assert first.algorithm is Algorithm.ES256
    assert [file.name for file in state_dir.iterdir()] == ["signing-key.pem"]
    assert stat.S_IMODE((state_dir / "signing-key.pem").stat().st_mode) == 0o600
    assert stat.S_IMODE(state_dir.stat().st_mode) == 0o700


def test_a_spoiled_key_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "signing-key.pem").write_text("")

    with pytest.raises(ValueError, match=r"signing-key\.pem is not a private key"):
        load_signing_key(settings_for(tmp_path))


def test_production_generates_no_key(tmp_path: Path) -> None:
    production = Settings.model_construct(environment="production", ims_state_dir=tmp_path)

    with pytest.raises(ValueError, match="TOKEN_SIGNING_KEY is not set"):
        load_signing_key(production)

    assert list(tmp_path.iterdir()) == []


def test_processes_that_start_together_have_one_key(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    barrier, kids = context.Barrier(STARTERS), context.Queue()
    starters = [
        context.Process(target=start_often, args=(tmp_path, barrier, kids)) for _ in range(STARTERS)
    ]
    for starter in starters:
        starter.start()

    seen = [kids.get(timeout=60) for _ in starters]
    for starter in starters:
        starter.join(timeout=60)

    assert seen == [seen[0]] * STARTERS
    assert len(set(seen[0])) == ROUNDS
    assert {file.name for file in tmp_path.glob("*/*")} == {"signing-key.pem"}


def start_often(root: Path, barrier: Barrier, kids: "Queue[list[str]]") -> None:
    """Load the key of one new directory after the other, in step with the other processes."""
    seen = []
    for turn in range(ROUNDS):
        barrier.wait(timeout=60)
        seen.append(load_signing_key(settings_for(root / str(turn))).kid)
    kids.put(seen)


def test_a_key_is_named_as_in_the_example_of_rfc_7638() -> None:
    modulus = int.from_bytes(urlsafe_b64decode(RFC_7638_MODULUS + "=="), "big")
    key = rsa.RSAPublicNumbers(65537, modulus).public_key()

    assert thumbprint(key) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


async def test_the_key_set_has_the_public_half_only(tmp_path: Path) -> None:
    keys = [
        load_signing_key(settings_for(tmp_path)),
        load_signing_key(settings_for(tmp_path, pem(rsa.generate_private_key(65537, 2048)))),
    ]

    document = json.loads(json.dumps(jwks_document(*(key.verification_key for key in keys))))

    ours, given = document["keys"]
    assert list(document) == ["keys"]
    assert set(ours) == {"kty", "crv", "x", "y", "kid", "use", "alg"}
    assert set(given) == {"kty", "n", "e", "kid", "use", "alg"}
    for published, key in zip(document["keys"], keys, strict=True):
        assert (published["kid"], published["use"]) == (key.kid, "sig")
        signature = jwk.construct(pem(key.private_key), key.algorithm.value).sign(b"words")
        assert jwk.construct(published).verify(b"words", signature)


async def test_only_our_own_keys_are_found() -> None:
    public_key = ec.generate_private_key(ec.SECP256R1()).public_key()
    key = VerificationKey("one", Algorithm.ES256, public_key=public_key)

    assert await OwnKeys(key).get("one") is key
    with pytest.raises(UnknownKeyError):
        await OwnKeys(key).get("two")
