# Made by `make client` from app/client/asynchronous/logins.py: change that instead.

"""Logging in, and the caller's own account."""

from contextlib import suppress
from uuid import UUID

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
from app.client.synchronous.access import LoginAccess
from app.client.synchronous.operations import Operations

SECONDS_TO_LEAVE = 5.0
"""Nobody waits longer than that to be logged out."""


class Logins(Operations):
    """`/auth`, as a program uses it."""

    def log_in(self, body: LoginRequest | Json) -> LoggedIn:
        """Log in; from now on, this client calls as that user and carries the login on.

        A client that was made with user name and password does that by itself. This is for those
        with a second factor, whose code is good for one login.

        Raises:
            InvalidCredentialsError: They do not belong together, or a code is asked for.
            LockedError: Too many failed logins.

        Example:
            logged_in = client.log_in({"username": username, "password": password})
            print(logged_in.user.full_name)
        """
        asked = body if isinstance(body, LoginRequest) else LoginRequest.model_validate(body)
        access = LoginAccess(asked.username, asked.password)
        logged_in = access.log_in(self._transport.send, asked)
        self._transport.access = access
        return logged_in

    def refresh_tokens(self, body: RefreshRequest | Json) -> TokenPair:
        """Exchange a refresh token for a new pair; it works once.

        The client does that for its own login. This is for tokens that are kept elsewhere.

        Example:
            pair = client.refresh_tokens({"refresh_token": refresh_token})
        """
        asked = call("POST", "/auth/refresh", body=body, caller=Caller.NOBODY)
        return self._answer(TokenPair, asked)

    def log_out(self) -> None:
        """End the login that this client calls with; the next call logs in anew.

        Example:
            client.log_out()
        """
        access = self._transport.access
        if isinstance(access, LoginAccess):
            self._end(access)
        else:
            self._send(call("POST", "/auth/logout"))

    def _end(self, access: LoginAccess) -> None:
        token = access.take_token()
        if token is not None:
            headers = {"Authorization": f"Bearer {token}"}
            self._transport.send_once(
                call(
                    "POST",
                    "/auth/logout",
                    headers=headers,
                    caller=Caller.NOBODY,
                    read_seconds=SECONDS_TO_LEAVE,
                )
            )

    def _leave(self) -> None:
        """End what this client has logged in itself, if that is possible just now."""
        access = self._transport.access
        if isinstance(access, LoginAccess):
            with suppress(IMSError):
                self._end(access)

    def get_current_user(self) -> CurrentUser:
        """Who the caller is, and their sites with their roles.

        Example:
            me = client.get_current_user()
            print(me.full_name, {site.name: site.role for site in me.sites})
        """
        return self._answer(CurrentUser, call("GET", "/auth/me"))

    def list_my_sites(self) -> SiteMemberships:
        """The caller's sites.

        Example:
            sites = client.list_my_sites().sites
        """
        return self._answer(SiteMemberships, call("GET", "/auth/sites"))

    def list_sessions(self) -> OpenLogins:
        """Where the caller is logged in.

        Example:
            for one in client.list_sessions().sessions:
                print(one.kind, one.last_used_at, one.address)
        """
        return self._answer(OpenLogins, call("GET", "/auth/sessions"))

    def revoke_session(self, session_id: UUID | str) -> None:
        """End one of the caller's logins.

        Example:
            oldest = client.list_sessions().sessions[-1]
            client.revoke_session(oldest.id)
        """
        self._send(call("DELETE", "/auth/sessions/{}", session_id))

    def revoke_all_sessions(self) -> None:
        """End all of the caller's logins, this one included.

        Example:
            client.revoke_all_sessions()
        """
        self._send(call("DELETE", "/auth/sessions"))

    def change_password(self, body: PasswordChange | Json) -> None:
        """Change the caller's password; all their other logins end.

        Example:
            client.change_password(
                {"current_password": password, "new_password": "rain over the harbour"}
            )
        """
        self._send(call("POST", "/auth/password/change", body=body))

    def request_password_reset(self, body: PasswordResetRequest | Json) -> PasswordResetRequested:
        """Have a link sent that sets a new password; answers alike whoever the address is of.

        Example:
            client.request_password_reset({"email": "emma@example.org"})
        """
        asked = call("POST", "/auth/password/reset", body=body, caller=Caller.NOBODY)
        return self._answer(PasswordResetRequested, asked)

    def confirm_password_reset(self, body: PasswordResetConfirmation | Json) -> None:
        """Set a new password with what the link ends with.

        Example:
            client.confirm_password_reset(
                {"token": token_of_the_link, "new_password": "rain over the harbour"}
            )
        """
        asked = call("POST", "/auth/password/reset/confirm", body=body, caller=Caller.NOBODY)
        self._send(asked)

    def add_second_factor(self, body: OwnPassword | Json) -> NewSecondFactor:
        """Begin to set a second factor up: a secret for an authenticator app.

        Example:
            factor = client.add_second_factor({"password": password})
            code_to_scan = factor.otpauth_uri
        """
        return self._answer(NewSecondFactor, call("POST", "/auth/totp", body=body))

    def confirm_second_factor(self, body: OwnCode | Json) -> None:
        """Set it up for good, with the code that the app shows.

        Example:
            client.confirm_second_factor({"totp": code_of_the_app})
        """
        self._send(call("POST", "/auth/totp/confirm", body=body))

    def remove_second_factor(self, body: OwnPasswordAndCode | Json) -> None:
        """Do without a second factor again.

        Example:
            client.remove_second_factor({"password": password, "totp": next_code})
        """
        self._send(call("DELETE", "/auth/totp", body=body))
