# Made by `make client` from app/client/asynchronous/browser.py: change that instead.

"""What browsers use: sessions by cookie, and single sign-on. Programs seldom want it."""

from app.client.bodies import Json
from app.client.calls import Caller, call
from app.client.schemas import BrowserSession, LoggedOut, LoginRequest
from app.client.synchronous.operations import Operations


class Browser(Operations):
    """`/auth/session` and `/auth/oidc`; the client keeps the cookies."""

    def open_session(self, body: LoginRequest | Json) -> BrowserSession:
        """Log in with a cookie. Other methods of this client go on without it.

        Example:
            session = client.open_session({"username": username, "password": password})
        """
        asked = call("POST", "/auth/session", body=body, caller=Caller.BROWSER)
        return self._answer(BrowserSession, asked)

    def get_session(self) -> BrowserSession:
        """Who is logged in with the cookie.

        Example:
            client.open_session({"username": username, "password": password})
            session = client.get_session()
        """
        asked = call("GET", "/auth/session", caller=Caller.BROWSER)
        return self._answer(BrowserSession, asked)

    def close_session(self, csrf_token: str) -> LoggedOut:
        """Log out. The token is that of `open_session` or `get_session`.

        Example:
            session = client.open_session({"username": username, "password": password})
            client.close_session(session.csrf_token)
        """
        headers = {"X-CSRF-Token": csrf_token, "Sec-Fetch-Site": "same-origin"}
        asked = call("DELETE", "/auth/session", headers=headers, caller=Caller.BROWSER)
        return self._answer(LoggedOut, asked)

    def begin_provider_login(self, *, return_to: str = "/") -> str:
        """The address at the provider of single sign-on where a person logs in.

        Example:
            address = client.begin_provider_login()
        """
        asked = call(
            "GET",
            "/auth/oidc/login",
            query={"return_to": return_to},
            caller=Caller.BROWSER,
            answers=frozenset({302}),
        )
        return self._send(asked).headers["Location"]

    def finish_provider_login(
        self,
        *,
        code: str | None = None,
        state: str | None = None,
        error: str | None = None,
        iss: str | None = None,
    ) -> str:
        """The address where the person goes on, after the provider has sent them back.

        The session's cookie is kept, as after `open_session`. It has to be the client that has
        begun.

        Example:
            address = client.begin_provider_login()
            sent = sent_back_from(address)
            place = client.finish_provider_login(code=sent["code"], state=sent["state"])
        """
        asked = call(
            "GET",
            "/auth/oidc/callback",
            query={"code": code, "state": state, "error": error, "iss": iss},
            caller=Caller.BROWSER,
            answers=frozenset({303}),
        )
        return self._send(asked).headers["Location"]
