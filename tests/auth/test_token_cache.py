"""The cache of verified tokens forgets in time, and never grows beyond its bound."""

from datetime import UTC, datetime
from uuid import UUID

from app.auth.claims import Claims
from app.auth.token_cache import TokenCache

LOGIN = UUID("6d0f0e0c-3a52-4b9c-9d1e-0d9f5b7a4c11")


class Clock:
    """A clock that is set by hand."""

    now = 1_800_000_000.0

    def __call__(self) -> float:
        """Tell the time set."""
        return self.now


def claims_until(expires: float) -> Claims:
    return Claims("issuer", "7", login_id=LOGIN, expires_at=datetime.fromtimestamp(expires, UTC))


def test_a_verified_token_is_known_for_a_minute() -> None:
    clock = Clock()
    cache, claims = TokenCache(clock=clock), claims_until(clock.now + 1800)

    cache.put("a.b.c", claims)

    assert cache.get("a.b.c") is claims
    assert cache.get("a.b.d") is None
    clock.now += 59.9
    assert cache.get("a.b.c") is claims
    clock.now += 0.1
    assert cache.get("a.b.c") is None
    assert len(cache) == 0


def test_looking_a_token_up_does_not_lengthen_its_minute() -> None:
    clock = Clock()
    cache = TokenCache(clock=clock)
    cache.put("a.b.c", claims_until(clock.now + 1800))

    known = []
    for _ in range(4):
        clock.now += 20
        known.append(cache.get("a.b.c") is not None)

    assert known == [True, True, False, False]


def test_a_token_is_forgotten_when_it_expires() -> None:
    clock = Clock()
    cache = TokenCache(clock=clock)
    cache.put("a.b.c", claims_until(clock.now + 10))

    clock.now += 10

    assert cache.get("a.b.c") is None


def test_a_token_in_its_leeway_is_not_kept() -> None:
    clock = Clock()
    cache = TokenCache(clock=clock)

    cache.put("a.b.c", claims_until(clock.now - 20))

    assert len(cache) == 0


def test_the_least_used_token_makes_way() -> None:
    clock = Clock()
    cache, claims = TokenCache(max_entries=3, clock=clock), claims_until(clock.now + 1800)
    for token in ("1", "2", "3"):
        cache.put(token, claims)

    cache.get("1")
    cache.put("4", claims)

    assert len(cache) == 3
    assert [token for token in "1234" if cache.get(token)] == ["1", "3", "4"]


def test_the_cache_stays_within_ten_thousand_tokens() -> None:
    clock = Clock()
    cache, claims = TokenCache(clock=clock), claims_until(clock.now + 1800)

    for number in range(10_500):
        cache.put(str(number), claims)

    assert len(cache) == 10_000


def test_the_cache_keeps_no_token_and_minds_no_text() -> None:
    clock = Clock()
    cache = TokenCache(clock=clock)

    cache.put("secret \ud800\x00", claims_until(clock.now + 1800))

    assert "secret" not in repr(vars(cache))
    assert cache.get("secret \ud800\x00") is not None
