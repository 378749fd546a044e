"""What may be done with an import, and when; pure functions."""

from collections.abc import Collection

from app.core.errors import Conflict
from app.core.vocabulary import ImportStage, JobStatus


def require_changeable(stage: ImportStage, *, has_file: bool) -> None:
    """Let nobody change what is being written, or was.

    Raises:
        Conflict: It is, or its file is gone.
    """
    if stage is ImportStage.COMMIT:
        raise Conflict("The import is committed; undo its operation instead")
    if not has_file:
        raise Conflict("The file is gone: send it again")


def require_committable(
    stage: ImportStage, status: JobStatus, *, has_file: bool, is_checked: bool, is_undone: bool
) -> None:
    """Let an import be written once it was looked through, or when writing it was cut off.

    Raises:
        Conflict: It is not so far, or further already.
    """
    if is_undone:
        raise Conflict("The import was taken back: send the file again")
    if stage is ImportStage.COMMIT and (status is JobStatus.SUCCEEDED or status.is_open):
        raise Conflict("The import is committed already")
    if not has_file:
        raise Conflict("The file is gone: send it again")
    if stage is ImportStage.CHECK and status.is_open:
        raise Conflict("The file is still being looked through")
    if not is_checked:
        raise Conflict("The file cannot be imported as it is mapped: see reading.missing and error")


def require_all_sites(site_ids: Collection[int], *, reached: Collection[int]) -> None:
    """Let an import be written only where all its sites are within reach.

    The rows of the others would be refused, and the file be gone with them.

    Raises:
        Conflict: The request names one of them, or some are not the caller's any more.
    """
    if not set(site_ids) <= set(reached):
        raise Conflict(
            "The file was sent for more sites than this request is for: "
            "commit it for all of them, or send it again for these"
        )


def require_droppable(stage: ImportStage, status: JobStatus) -> None:
    """Let nobody drop an import that is being written.

    Raises:
        Conflict: It is.
    """
    if stage is ImportStage.COMMIT and status.is_open:
        raise Conflict("The import is being written; wait for it, then undo its operation")
