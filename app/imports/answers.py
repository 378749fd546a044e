"""An import as it is read."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from app.core.page import Page
from app.core.vocabulary import ImportStage, JobStatus
from app.imports.outcomes import FileReading, Outcome
from app.imports.schemas import ImportOptions


class ImportFault(BaseModel):
    """Why an import came to nothing."""

    code: str
    message: str


class ImportState(BaseModel):
    """An import, and how far it is."""

    id: int
    job_id: int | None
    stage: ImportStage = Field(description="`check`: nothing is written. `commit`: it is, or was.")
    status: JobStatus = Field(description="Of the stage; `expired`: the file is gone.")
    progress: int = Field(description="In percent.")
    rows_done: int
    rows_total: int | None
    file_name: str
    file_size: int
    file_hash: str = Field(description="SHA-256 of the file, in hexadecimal.")
    error: ImportFault | None
    operation_id: UUID | None = Field(description="What takes it back: see `/operations`.")
    has_errors_file: bool
    expires_at: datetime = Field(description="When its files are removed.")
    created_at: datetime
    updated_at: datetime


class ImportRead(ImportState):
    """An import with all that is known of it."""

    options: ImportOptions
    reading: FileReading | None
    check: Outcome | None = Field(description="What it would do.")
    result: Outcome | None = Field(description="What it has done.")


class ImportPage(Page):
    """A page of imports, newest first."""

    imports: list[ImportState]
