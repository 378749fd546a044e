"""Logging in, and the caller's own account."""

from contextlib import suppress
from uuid import UUID

from app.client.asynchronous.access import LoginAccess
from app.client.asynchronous.operations import Operations
from app.client.bodies import Json
from app.client.calls import Caller, call
from app.client.errors import IMSError
from app.client.schemas import (
    CurrentUser,
    LoggedIn,
    LoginRequest,
    NewSecondFactor,
    OpenLogins,
    OwnCode,
    OwnPassword,
    OwnPasswordAndCode,
    PasswordChange,
    PasswordResetConfirmation,
    PasswordResetRequest,
    PasswordResetRequested,
    RefreshRequest,
    SiteMemberships,
    TokenPair,
)

SECONDS_TO_LEAVE = 5.0
"""Nobody waits longer than that to be logged out."""


class Logins(Operations):
    """`/auth`, as a program uses it."""

    async def log_in(self, body: LoginRequest | Json) -> LoggedIn:
        """Log in; from now on, this client calls as that user and carries the login on.

        A client that was made with user name and password does that by itself. This is for those
        with a second factor, whose code is good for one login.

        Raises:
            InvalidCredentialsError: They do not belong together, or a code is asked for.
            LockedError: Too many failed logins.

        Example:
            logged_in = await client.log_in({"username": username, "password": password})
            print(logged_in.user.full_name)
        """
        asked = body if isinstance(body, LoginRequest) else LoginRequest.model_validate(body)
        access = LoginAccess(asked.username, asked.password)
        logged_in = await access.log_in(self._transport.send, asked)
        self._transport.access = access
        return logged_in

    async def refresh_tokens(self, body: RefreshRequest | Json) -> TokenPair:
        """Exchange a refresh token for a new pair; it works once.

        The client does that for its own login. This is for tokens that are kept elsewhere.

        Example:
            pair = await client.refresh_tokens({"refresh_token": refresh_token})
        """
        asked = call("POST", "/auth/refresh", body=body, caller=Caller.NOBODY)
        return await self._answer(TokenPair, asked)

    async def log_out(self) -> None:
        """End the login that this client calls with; the next call logs in anew.

        Example:
            await client.log_out()
        """
        access = self._transport.access
        if isinstance(access, LoginAccess):
            await self._end(access)
        else:
            await self._send(call("POST", "/auth/logout"))

    async def _end(self, access: LoginAccess) -> None:
        token = access.take_token()
        if token is not None:
            headers = {"Authorization": f"Bearer {token}"}
            await self._transport.send_once(
                call(
                    "POST",
                    "/auth/logout",
                    headers=headers,
                    caller=Caller.NOBODY,
                    read_seconds=SECONDS_TO_LEAVE,
                )
            )

    async def _leave(self) -> None:
        """End what this client has logged in itself, if that is possible just now."""
        access = self._transport.access
        if isinstance(access, LoginAccess):
            with suppress(IMSError):
                await self._end(access)

    async def get_current_user(self) -> CurrentUser:
        """Who the caller is, and their sites with their roles.

        Example:
            me = await client.get_current_user()
            print(me.full_name, {site.name: site.role for site in me.sites})
        """
        return await self._answer(CurrentUser, call("GET", "/auth/me"))

    async def list_my_sites(self) -> SiteMemberships:
        """The caller's sites.

        Example:
            sites = (await client.list_my_sites()).sites
        """
        return await self._answer(SiteMemberships, call("GET", "/auth/sites"))

    async def list_sessions(self) -> OpenLogins:
        """Where the caller is logged in.

        Example:
            for one in (await client.list_sessions()).sessions:
                print(one.kind, one.last_used_at, one.address)
        """
        return await self._answer(OpenLogins, call("GET", "/auth/sessions"))

    async def revoke_session(self, session_id: UUID | str) -> None:
        """End one of the caller's logins.

        Example:
            oldest = (await client.list_sessions()).sessions[-1]
            await client.revoke_session(oldest.id)
        """
        await self._send(call("DELETE", "/auth/sessions/{}", session_id))

    async def revoke_all_sessions(self) -> None:
        """End all of the caller's logins, this one included.

        Example:
            await client.revoke_all_sessions()
        """
        await self._send(call("DELETE", "/auth/sessions"))

    async def change_password(self, body: PasswordChange | Json) -> None:
        """Change the caller's password; all their other logins end.

        Example:
            await client.change_password(
                {"current_password": password, "new_password": "rain over the harbour"}
            )
        """
        await self._send(call("POST", "/auth/password/change", body=body))

    async def request_password_reset(
        self, body: PasswordResetRequest | Json
    ) -> PasswordResetRequested:
        """Have a link sent that sets a new password; answers alike whoever the address is of.

        Example:
            await client.request_password_reset({"email": "emma@example.org"})
        """
        asked = call("POST", "/auth/password/reset", body=body, caller=Caller.NOBODY)
        return await self._answer(PasswordResetRequested, asked)

    async def confirm_password_reset(self, body: PasswordResetConfirmation | Json) -> None:
        """Set a new password with what the link ends with.

        Example:
            await client.confirm_password_reset(
                {"token": token_of_the_link, "new_password": "rain over the harbour"}
            )
        """
        asked = call("POST", "/auth/password/reset/confirm", body=body, caller=Caller.NOBODY)
        await self._send(asked)

    async def add_second_factor(self, body: OwnPassword | Json) -> NewSecondFactor:
        """Begin to set a second factor up: a secret for an authenticator app.

        Example:
            factor = await client.add_second_factor({"password": password})
            code_to_scan = factor.otpauth_uri
        """
        return await self._answer(NewSecondFactor, call("POST", "/auth/totp", body=body))

    async def confirm_second_factor(self, body: OwnCode | Json) -> None:
        """Set it up for good, with the code that the app shows.

        Example:
            await client.confirm_second_factor({"totp": code_of_the_app})
        """
        await self._send(call("POST", "/auth/totp/confirm", body=body))

    async def remove_second_factor(self, body: OwnPasswordAndCode | Json) -> None:
        """Do without a second factor again.

        Example:
            await client.remove_second_factor({"password": password, "totp": next_code})
        """
        await self._send(call("DELETE", "/auth/totp", body=body))
