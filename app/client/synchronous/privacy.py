# Made by `make client` from app/client/asynchronous/privacy.py: change that instead.

"""How long what is kept, and what is held on one person."""

from os import PathLike
from pathlib import Path

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
from app.client.synchronous.downloads import Downloads
from app.client.synchronous.waiting import wait_for


class Privacy(Downloads):
    """`/sites/{site_id}/retention` and `/privacy`."""

    def get_retention(self, site_id: int) -> RetentionRead:
        """The rules that hold at a site.

        Example:
            print(client.get_retention(site_id).trash_days)
        """
        return self._answer(RetentionRead, call("GET", "/sites/{}/retention", site_id))

    def replace_retention(self, site_id: int, body: RetentionReplace | Json) -> RetentionRead:
        """Replace the rules of a site; what is left out is as the installation has it.

        Example:
            client.replace_retention(site_id, {"interactions_years": 10})
        """
        asked = call("PUT", "/sites/{}/retention", site_id, body=body)
        return self._answer(RetentionRead, asked)

    def preview_retention(self, site_id: int) -> RetentionPreview:
        """What the next run would remove.

        Example:
            print(client.preview_retention(site_id).interactions.count)
        """
        return self._answer(RetentionPreview, call("GET", "/sites/{}/retention/preview", site_id))

    def request_privacy_export(self, body: PrivacyCreate | Json) -> PrivacyRead:
        """Ask for all that is held on one person, as a file.

        Example:
            asked = client.request_privacy_export({"person": "John Smith"})
        """
        return self._answer(PrivacyRead, call("POST", "/privacy/exports", body=body))

    def request_erasure(self, body: ErasureCreate | Json) -> PrivacyRead:
        """Have one person erased; with `dry_run` it is only counted.

        Example:
            asked = client.request_erasure({"person": "John Smith", "dry_run": True})
        """
        return self._answer(PrivacyRead, call("POST", "/privacy/erasures", body=body))

    def get_privacy_request(self, request_id: int) -> PrivacyRead:
        """Read a request about one person, and how far it is.

        Example:
            print(client.get_privacy_request(request_id).status)
        """
        return self._answer(PrivacyRead, call("GET", "/privacy/requests/{}", request_id))

    def wait_for_privacy_request(
        self, request_id: int, *, seconds: float | None = None
    ) -> PrivacyRead:
        """Wait until a request about one person is done.

        Raises:
            JobFailedError: It has failed.
            WaitTimeoutError: It takes longer than so many seconds.

        Example:
            done = client.wait_for_privacy_request(request_id)
            print(done.outcome)
        """
        done = wait_for(
            lambda: self.get_privacy_request(request_id),
            lambda request: request.status.is_open,
            seconds=seconds,
            on_progress=None,
        )
        if done.status is not JobStatus.SUCCEEDED:
            raise JobFailedError(request_id, done.status, done.error_code)
        return done

    def download_privacy_export(
        self, request_id: int, path: str | PathLike[str], *, on_progress: Progress | None = None
    ) -> Path:
        """Download what is held on one person to a path.

        Example:
            client.wait_for_privacy_request(request_id)
            client.download_privacy_export(request_id, folder / "john-smith.jsonl")
        """
        asked = call("GET", "/privacy/requests/{}/download", request_id)
        return self._download(asked, path, on_progress)
