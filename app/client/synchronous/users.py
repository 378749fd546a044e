# Made by `make client` from app/client/asynchronous/users.py: change that instead.

"""The people who may log in."""

from collections.abc import Iterator

from app.client.bodies import Json
from app.client.calls import call
from app.client.schemas import UserCreate, UserPage, UserRead, UserReplace
from app.client.synchronous.operations import Operations


class Users(Operations):
    """`/users`."""

    def list_users(self, *, page: int = 1, page_size: int = 20) -> UserPage:
        """A page of the users whom the caller may see.

        Example:
            print(client.list_users().total)
        """
        query = {"page": page, "page_size": page_size}
        return self._answer(UserPage, call("GET", "/users", query=query))

    def iter_users(self, *, page_size: int = 100) -> Iterator[UserRead]:
        """All of them.

        Example:
            gone = [user.username for user in client.iter_users() if not user.is_active]
        """
        return self._walk(self.list_users, lambda page: page.users, page_size=page_size)

    def create_user(self, body: UserCreate | Json) -> UserRead:
        """Make a user; without a password they are invited by e-mail.

        Example:
            user = client.create_user(
                {"username": new_name, "email": f"{new_name}@example.org", "full_name": "Emma"}
            )
        """
        return self._answer(UserRead, call("POST", "/users", body=body))

    def get_user(self, user_id: int) -> UserRead:
        """Read a user.

        Example:
            user = client.get_user(user_id)
        """
        return self._answer(UserRead, call("GET", "/users/{}", user_id))

    def replace_user(self, user_id: int, body: UserReplace | Json) -> UserRead:
        """Replace what can be set of a user.

        Example:
            from app.client.schemas import UserReplace

            user = client.get_user(user_id)
            content = UserReplace(
                username=user.username,
                email=user.email,
                full_name="Emma Editor",
                is_active=True,
                is_system_admin=False,
            )
            client.replace_user(user_id, content)
        """
        return self._answer(UserRead, call("PUT", "/users/{}", user_id, body=body))

    def deactivate_user(self, user_id: int) -> None:
        """Keep a user from logging in; what they wrote stays.

        Example:
            client.deactivate_user(user_id)
        """
        self._send(call("DELETE", "/users/{}", user_id))
