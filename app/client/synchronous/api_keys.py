# Made by `make client` from app/client/asynchronous/api_keys.py: change that instead.

"""Keys for machines."""

from collections.abc import Iterator

from app.client.bodies import Json
from app.client.calls import call
from app.client.schemas import ApiKeyCreate, ApiKeyPage, ApiKeyRead, ApiKeyWithSecret
from app.client.synchronous.operations import Operations


class ApiKeys(Operations):
    """`/api-keys`."""

    def list_api_keys(self, *, page: int = 1, page_size: int = 20) -> ApiKeyPage:
        """A page of the caller's keys, without their secrets.

        Example:
            keys = client.list_api_keys().api_keys
        """
        query = {"page": page, "page_size": page_size}
        return self._answer(ApiKeyPage, call("GET", "/api-keys", query=query))

    def iter_api_keys(self, *, page_size: int = 100) -> Iterator[ApiKeyRead]:
        """All of the caller's keys.

        Example:
            unused = [key.name for key in client.iter_api_keys() if not key.last_used_at]
        """
        return self._walk(self.list_api_keys, lambda page: page.api_keys, page_size=page_size)

    def create_api_key(self, body: ApiKeyCreate | Json) -> ApiKeyWithSecret:
        """Make a key; the whole of it is told this once, in `key`.

        Example:
            wanted = {"name": "Nightly export", "site_ids": [site_id], "role": "viewer"}
            secret = client.create_api_key(wanted).key
        """
        return self._answer(ApiKeyWithSecret, call("POST", "/api-keys", body=body))

    def rotate_api_key(self, key_id: int) -> ApiKeyWithSecret:
        """Give a key another secret; the one before stays good for a while.

        Example:
            secret = client.rotate_api_key(key_id).key
        """
        return self._answer(ApiKeyWithSecret, call("POST", "/api-keys/{}/rotate", key_id))

    def revoke_api_key(self, key_id: int) -> None:
        """End a key.

        Example:
            client.revoke_api_key(key_id)
        """
        self._send(call("DELETE", "/api-keys/{}", key_id))
