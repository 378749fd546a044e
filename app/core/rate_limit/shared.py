"""Limits that all processes count together, in Redis: one key a caller, one round trip a call."""

from typing import Any

from redis.asyncio import Redis

from app.core.rate_limit.gcra import Decision, Rate

CLOCK = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
"""
"""Redis' own clock, which is the same for all processes."""

DECIDE = """
local interval, capacity = tonumber(ARGV[1]), tonumber(ARGV[2])
local free_at = tonumber(redis.call('GET', KEYS[1]) or 0)
local used = math.min(math.max(free_at - now, 0), capacity)
local after = used + interval
if after > capacity then
    return {0, used}
end
redis.call('SET', KEYS[1], string.format('%.0f', now + after), 'PX', math.ceil(after / 1000))
return {1, after}
"""
"""`gcra.decide` for Redis; the key goes when it says no more than its absence would."""


class SharedLimits:
    """Counts in Redis."""

    def __init__(self, redis: Redis) -> None:
        self._script: Any = redis.register_script(CLOCK + DECIDE)

    async def count(self, key: str, rate: Rate) -> Decision:
        """Count a call and judge it."""
        is_allowed, used = await self._script(keys=[key], args=[rate.interval, rate.capacity])
        return Decision(rate, is_allowed=is_allowed == 1, used=used)
