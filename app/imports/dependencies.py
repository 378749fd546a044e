"""What the routes of imports depend on."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Path, Request
from pydantic import ValidationError

from app.auth.dependencies import Engine, PersonalCaller
from app.core.config import Settings
from app.core.errors import ValidationFailed
from app.core.fields import Id
from app.core.http.deadline import postpone_deadline
from app.core.http.json_body import read_json
from app.core.http.json_request import sent_object
from app.core.http.upload import Upload, received_upload
from app.core.http.validation import model_refusal
from app.core.storage import Storage
from app.core.vocabulary import Role
from app.idempotency.keys import UPLOAD_DIGEST
from app.imports import repository
from app.imports.errors import CannotImportError
from app.imports.files.kinds import recognise
from app.imports.keys import upload_key
from app.imports.removing import remove_files
from app.imports.schemas import ImportOptions
from app.interactions.naming_sites import require_site, site_ids_in
from app.jobs.dependencies import CurrentStorage
from app.models import Import
from app.tenancy.dependencies import CurrentScope
from app.tenancy.scope import SiteScope
from app.tenancy.session import read_session, scoped_session

ImportId = Annotated[Id, Path(description="The import's id.")]

STORING_SECONDS = 5 * 60.0
"""How long the storage may take to receive a file."""

_JSON_FIELDS = frozenset({"mapping", "duplicates", "window"})
_FIELDS = frozenset({"site_id", "tz", *_JSON_FIELDS})


@dataclass(frozen=True, slots=True)
class StoredUpload:
    """A file that was sent and lies in the storage."""

    upload: Upload
    options: ImportOptions
    key: str


async def get_dropped_files(storage: CurrentStorage) -> AsyncIterator[list[str | None]]:
    """The keys of files that the request has no more use for; removed when all is committed."""
    keys: list[str | None] = []
    yield keys
    await remove_files(storage, keys)


DroppedFiles = Annotated[list[str | None], Depends(get_dropped_files, scope="function")]
"""To be named before the session: what a route depends on first is left last."""


async def receive_import(
    request: Request,
    engine: Engine,
    _caller: PersonalCaller,
    scope: CurrentScope,
    storage: CurrentStorage,
) -> AsyncIterator[StoredUpload]:
    """The file that the request sends, once it is known who sends it; no session waits for it.

    Raises:
        ValidationFailed: It is no file that can be imported, or the options are wrong.
        SiteForbidden: They name a site that the caller cannot write to.
    """
    settings: Settings = request.app.state.settings
    async with received_upload(
        request, fields=_FIELDS, max_bytes=settings.import_max_bytes
    ) as upload:
        options = _options(upload.fields, scope)
        try:
            recognise(upload.path)
        except CannotImportError as error:
            raise ValidationFailed(details={"file": str(error)}) from None
        setattr(request.state, UPLOAD_DIGEST, _digest(upload))
        key = upload_key(datetime.now(UTC).date())
        postpone_deadline(request.scope, STORING_SECONDS)
        await storage.put(key, upload.path)
        postpone_deadline(request.scope)
        try:
            yield StoredUpload(upload, options, key)
        except BaseException:
            await _take_back(engine, scope, storage, key)
            raise


async def _take_back(engine: Engine, scope: SiteScope, storage: Storage, key: str) -> None:
    """Leave nothing of an upload that came to nothing; one that a job is about stays."""
    async with scoped_session(engine, scope) as session:
        if not await repository.forget_unstarted_import(session, key):
            return
    await remove_files(storage, [key])


def _digest(upload: Upload) -> str:
    """What is the same only for the same file with the same fields."""
    return f"{upload.digest} {sorted(upload.fields.items())}"


def _options(fields: dict[str, str], scope: SiteScope) -> ImportOptions:
    values: dict[str, object] = {}
    for name, text in fields.items():
        if name in _JSON_FIELDS:
            values[name] = read_json(text.encode())
        elif name == "site_id" and text.isascii() and text.isdecimal():
            values[name] = int(text[:20])
        else:
            values[name] = text
    for site_id in site_ids_in(values.get("site_id")):
        require_site(scope, site_id, Role.EDITOR, field="site_id")
        scope.require_writable(site_id, Role.EDITOR)
    try:
        return ImportOptions.model_validate(values)
    except ValidationError as error:
        raise model_refusal(ImportOptions, error) from None


async def require_named_site(request: Request, scope: CurrentScope) -> None:
    """Refuse a site that the caller cannot write to before the rest of the body is looked at.

    Raises:
        SiteForbidden: It is not the caller's, or their role too low.
        ValidationFailed: A system administrator named one that there is not.
    """
    body = await sent_object(request)
    for site_id in site_ids_in(body.get("site_id")):
        require_site(scope, site_id, Role.EDITOR, field="site_id")


async def get_own_import(
    engine: Engine, _caller: PersonalCaller, scope: CurrentScope, import_id: ImportId
) -> Import:
    """One of the caller's imports, for routes that go on without a session.

    Raises:
        NotFound: There is none, or it is another's.
    """
    async with read_session(engine, scope) as session:
        row, _ = await repository.get_import(session, import_id)
    return row


ReceivedImport = Annotated[StoredUpload, Depends(receive_import)]
OwnImport = Annotated[Import, Depends(get_own_import)]

NAMES_SITES = [Depends(require_named_site)]
"""For `dependencies=` of a route whose body says how a file is read."""
