"""Changes of many interactions, to be taken back."""

from collections.abc import Callable
from uuid import UUID

from app.client.asynchronous.operations import Operations
from app.client.asynchronous.waiting import wait_for
from app.client.calls import call
from app.client.errors import JobFailedError
from app.client.schemas import JobStatus, OperationRead


class Undoing(Operations):
    """`/operations`."""

    async def get_operation(self, operation_id: UUID | str) -> OperationRead:
        """Read an operation, and how far taking it back is.

        Example:
            operation = await client.get_operation(operation_id)
        """
        return await self._answer(OperationRead, call("GET", "/operations/{}", operation_id))

    async def undo_operation(self, operation_id: UUID | str) -> OperationRead:
        """Take an operation back, in the background.

        Example:
            await client.undo_operation(operation_id)
        """
        return await self._answer(OperationRead, call("POST", "/operations/{}/undo", operation_id))

    async def wait_for_undo(
        self,
        operation_id: UUID | str,
        *,
        seconds: float | None = None,
        on_progress: Callable[[OperationRead], None] | None = None,
    ) -> OperationRead:
        """Wait until an operation is taken back; its `undo.outcome` says what came of it.

        Raises:
            JobFailedError: It cannot be taken back, or nobody has asked for it.
            WaitTimeoutError: It takes longer than so many seconds.

        Example:
            await client.undo_operation(operation_id)
            done = await client.wait_for_undo(operation_id)
            print(done.undo.outcome.removed)
        """
        operation = await wait_for(
            lambda: self.get_operation(operation_id),
            lambda operation: operation.undo is not None and operation.undo.status.is_open,
            seconds=seconds,
            on_progress=on_progress,
        )
        status = operation.undo.status if operation.undo else "not asked for"
        if status is not JobStatus.SUCCEEDED:
            raise JobFailedError(operation_id, status, None)
        return operation
