"""Passwords as argon2id hashes, made in threads of their own, few at a time."""

import asyncio
import secrets
import unicodedata
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import ParamSpec, TypeVar

from pwdlib.hashers.argon2 import Argon2Hasher

from app.auth.password_policy import EASILY_GUESSED, is_easily_guessed
from app.core.errors import Unavailable, ValidationFailed

MAX_PASSWORD_LENGTH = 1024

P = ParamSpec("P")
R = TypeVar("R")


class PasswordHasher:
    """Hashes and verifies passwords without holding up the event loop.

    The costs are those that RFC 9106 recommends where memory counts; the memory of all hashes
    under way is `max_running` times `memory_cost` (in KiB). Who comes when `max_waiting` others
    wait is sent away at once.
    """

    def __init__(
        self,
        *,
        time_cost: int = 3,
        memory_cost: int = 64 * 1024,
        parallelism: int = 4,
        max_running: int = 2,
        max_waiting: int = 32,
    ) -> None:
        self._argon2 = Argon2Hasher(time_cost, memory_cost, parallelism=parallelism)
        # The bound is the number of threads, not an asyncio semaphore: a cancelled request would
        # give that back while its thread goes on hashing.
        self._threads = ThreadPoolExecutor(max_running, thread_name_prefix="password")
        self._places = BoundedSemaphore(max_running + max_waiting)
        self._nobodys_hash = self._argon2.hash(secrets.token_urlsafe())

    async def hash_new_password(self, password: str, *, field: str, about: Sequence[str]) -> str:
        """Hash a password that somebody has chosen, if it is fit to be one.

        Args:
            password: Of a length that the schema has checked.
            field: What the refusal calls it.
            about: Names and addresses of whose password it will be.

        Raises:
            ValidationFailed: It is easily guessed, or no text.
            Unavailable: Too many are waiting.
        """
        if not _is_acceptable(password):
            raise ValidationFailed(details={field: "A password is made of text"})
        if await self._in_thread(is_easily_guessed, _normalised(password), about):
            raise ValidationFailed(details={field: EASILY_GUESSED})
        return await self.hash_password(password)

    async def hash_password(self, password: str) -> str:
        """Hash a password, whatever it is worth.

        Raises:
            ValidationFailed: It is empty, too long, or no text.
            Unavailable: Too many are waiting.
        """
        if not _is_acceptable(password):
            raise ValidationFailed(f"A password has 1 to {MAX_PASSWORD_LENGTH} characters of text")
        return await self._in_thread(self._argon2.hash, _normalised(password))

    async def verify_password(self, password: str, password_hash: str | None) -> bool:
        """Tell whether a password is right; without a hash it is not, after the same work.

        Raises:
            Unavailable: Too many are waiting.
        """
        if not _is_acceptable(password):
            return False
        matches = await self._in_thread(
            self._argon2.verify, _normalised(password), password_hash or self._nobodys_hash
        )
        return matches and password_hash is not None

    def needs_rehash(self, password_hash: str) -> bool:
        """Tell whether a hash was made with other costs than today's."""
        return self._argon2.check_needs_rehash(password_hash)

    def close(self) -> None:
        """Let the threads go; who still waits is cancelled."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _in_thread(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        if not self._places.acquire(blocking=False):
            raise Unavailable("Too many passwords are being checked", retry_after=1)
        work = self._threads.submit(function, *args, **kwargs)
        work.add_done_callback(lambda _: self._places.release())
        return await asyncio.wrap_future(work)


def _is_acceptable(password: str) -> bool:
    return 1 <= len(password) <= MAX_PASSWORD_LENGTH and not any(
        character == "\x00" or "\ud800" <= character <= "\udfff" for character in password
    )


def _normalised(password: str) -> str:
    """Write an accented letter in one way, whichever way the keyboard composed it (RFC 8265)."""
    return unicodedata.normalize("NFC", password)
