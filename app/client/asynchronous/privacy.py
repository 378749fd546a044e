"""How long what is kept, and what is held on one person."""

from os import PathLike
from pathlib import Path

from app.client.asynchronous.downloads import Downloads
from app.client.asynchronous.waiting import wait_for
from app.client.bodies import Json
from app.client.calls import call
from app.client.errors import JobFailedError
from app.client.receiving import Progress
from app.client.schemas import (
    ErasureCreate,
    JobStatus,
    PrivacyCreate,
    PrivacyRead,
    RetentionPreview,
    RetentionRead,
    RetentionReplace,
)


class Privacy(Downloads):
    """`/sites/{site_id}/retention` and `/privacy`."""

    async def get_retention(self, site_id: int) -> RetentionRead:
        """The rules that hold at a site.

        Example:
            print((await client.get_retention(site_id)).trash_days)
        """
        return await self._answer(RetentionRead, call("GET", "/sites/{}/retention", site_id))

    async def replace_retention(self, site_id: int, body: RetentionReplace | Json) -> RetentionRead:
        """Replace the rules of a site; what is left out is as the installation has it.

        Example:
            await client.replace_retention(site_id, {"interactions_years": 10})
        """
        asked = call("PUT", "/sites/{}/retention", site_id, body=body)
        return await self._answer(RetentionRead, asked)

    async def preview_retention(self, site_id: int) -> RetentionPreview:
        """What the next run would remove.

        Example:
            print((await client.preview_retention(site_id)).interactions.count)
        """
        return await self._answer(
            RetentionPreview, call("GET", "/sites/{}/retention/preview", site_id)
        )

    async def request_privacy_export(self, body: PrivacyCreate | Json) -> PrivacyRead:
        """Ask for all that is held on one person, as a file.

        Example:
            asked = await client.request_privacy_export({"person": "John Smith"})
        """
        return await self._answer(PrivacyRead, call("POST", "/privacy/exports", body=body))

    async def request_erasure(self, body: ErasureCreate | Json) -> PrivacyRead:
        """Have one person erased; with `dry_run` it is only counted.

        Example:
            asked = await client.request_erasure({"person": "John Smith", "dry_run": True})
        """
        return await self._answer(PrivacyRead, call("POST", "/privacy/erasures", body=body))

    async def get_privacy_request(self, request_id: int) -> PrivacyRead:
        """Read a request about one person, and how far it is.

        Example:
            print((await client.get_privacy_request(request_id)).status)
        """
        return await self._answer(PrivacyRead, call("GET", "/privacy/requests/{}", request_id))

    async def wait_for_privacy_request(
        self, request_id: int, *, seconds: float | None = None
    ) -> PrivacyRead:
        """Wait until a request about one person is done.

        Raises:
            JobFailedError: It has failed.
            WaitTimeoutError: It takes longer than so many seconds.

        Example:
            done = await client.wait_for_privacy_request(request_id)
            print(done.outcome)
        """
        done = await wait_for(
            lambda: self.get_privacy_request(request_id),
            lambda request: request.status.is_open,
            seconds=seconds,
            on_progress=None,
        )
        if done.status is not JobStatus.SUCCEEDED:
            raise JobFailedError(request_id, done.status, done.error_code)
        return done

    async def download_privacy_export(
        self, request_id: int, path: str | PathLike[str], *, on_progress: Progress | None = None
    ) -> Path:
        """Download what is held on one person to a path.

        Example:
            await client.wait_for_privacy_request(request_id)
            await client.download_privacy_export(request_id, folder / "john-smith.jsonl")
        """
        asked = call("GET", "/privacy/requests/{}/download", request_id)
        return await self._download(asked, path, on_progress)
