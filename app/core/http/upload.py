"""A file and some fields that a form sends, written to disk while they arrive.

FastAPI would read a form before it asks who sends it. This is called by a dependency of its own,
after the caller is known.
"""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

from app.core.errors import BadRequest, PayloadTooLarge, UnsupportedMediaType, ValidationFailed
from app.core.http.deadline import postpone_deadline
from app.core.text import clean_line

IDLE_SECONDS = 30.0
MAX_SECONDS = 15 * 60.0
MAX_FIELD_BYTES = 256 * 1024
MAX_PARTS = 20
MAX_NAME = 255
WRITE_BYTES = 2**20

_SEPARATORS = re.compile(r"[\\/]")


@dataclass(slots=True)
class Upload:
    """What a form has sent.

    Attributes:
        path: Where the file lies; gone when the request is over.
        name: What the sender calls it, without folders; only to be shown.
        size: In bytes.
        digest: SHA-256, in hexadecimal.
        fields: The other fields.
    """

    path: Path
    name: str = "file"
    size: int = 0
    digest: str = ""
    fields: dict[str, str] = field(default_factory=dict)


@asynccontextmanager
async def received_upload(
    request: Request, *, fields: frozenset[str], max_bytes: int
) -> AsyncIterator[Upload]:
    """Receive a form with one file, named `file`, and some of these fields.

    Raises:
        UnsupportedMediaType: It is no form with files.
        BadRequest: It cannot be read, or is cut off.
        PayloadTooLarge: The file or a field is too large.
        ValidationFailed: There is no file, or a field that is not known.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise UnsupportedMediaType("Send the file as multipart/form-data")
    with TemporaryDirectory(prefix="ims-upload-") as folder:
        upload = Upload(Path(folder) / "file")
        with upload.path.open("wb") as file:
            form = _Form(options[b"boundary"], upload, max_bytes=max_bytes, known=fields)
            try:
                async with asyncio.timeout(MAX_SECONDS):
                    async for block in _blocks(request, form):
                        await asyncio.to_thread(file.write, block)
            except TimeoutError:
                raise BadRequest("The upload took too long") from None
        if not form.has_file:
            raise ValidationFailed(details={"file": "File is required"})
        yield upload


async def _blocks(request: Request, form: "_Form") -> AsyncIterator[bytes]:
    """The file in blocks, as long as it keeps coming."""
    try:
        async for chunk in request.stream():
            postpone_deadline(request.scope, IDLE_SECONDS)
            form.feed(chunk)
            if form.waiting >= WRITE_BYTES:
                yield form.take()
    except ClientDisconnect:
        raise BadRequest("The upload was cut off") from None
    postpone_deadline(request.scope)
    form.finish()
    yield form.take()


class _Form:
    """What the parser calls while the body goes by."""

    def __init__(
        self, boundary: bytes, upload: Upload, *, max_bytes: int, known: frozenset[str]
    ) -> None:
        self.has_file = False
        self._upload = upload
        self._max_bytes = max_bytes
        self._known = known
        self._digest = hashlib.sha256()
        self._waiting: list[bytes] = []
        self.waiting = 0
        self._header, self._value = b"", b""
        self._disposition = b""
        self._name = ""
        self._field = bytearray()
        self._parts = 0
        self._is_whole = False
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._take_header,
                "on_header_value": self._take_value,
                "on_header_end": self._end_header,
                "on_headers_finished": self._begin_content,
                "on_part_data": self._take_content,
                "on_part_end": self._end,
                "on_end": self._end_all,
            },
        )

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes of the body."""
        try:
            self._parser.write(chunk)
        except FormParserError:
            raise BadRequest("The form cannot be read") from None

    def finish(self) -> None:
        """Say that there are no more."""
        if not self._is_whole:
            raise BadRequest("The form is cut off")
        self._upload.digest = self._digest.hexdigest()

    def take(self) -> bytes:
        """What has come of the file and is not yet written."""
        block, self._waiting, self.waiting = b"".join(self._waiting), [], 0
        return block

    def _begin(self) -> None:
        self._parts += 1
        if self._parts > MAX_PARTS:
            raise BadRequest(f"The form has more than {MAX_PARTS} parts")
        self._disposition, self._name, self._field = b"", "", bytearray()
        self._header, self._value = b"", b""

    def _take_header(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _take_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = self._value
        self._header, self._value = b"", b""

    def _begin_content(self) -> None:
        _, options = parse_options_header(self._disposition)
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        if self._name == "file":
            if self.has_file:
                raise ValidationFailed(details={"file": "Send one file"})
            self.has_file = True
            self._upload.name = _shown_name(options.get(b"filename", b""))
        elif self._name not in self._known or self._name in self._upload.fields:
            known = ", ".join(["file", *sorted(self._known)])
            raise ValidationFailed(details={"form": f"The fields, each once, are {known}"})

    def _take_content(self, data: bytes, start: int, end: int) -> None:
        block = data[start:end]
        if self._name != "file":
            self._field += block
            if len(self._field) > MAX_FIELD_BYTES:
                raise PayloadTooLarge(f"A field is larger than {MAX_FIELD_BYTES} bytes")
            return
        self._upload.size += len(block)
        if self._upload.size > self._max_bytes:
            raise PayloadTooLarge(f"The file is larger than {self._max_bytes} bytes")
        self._digest.update(block)
        self._waiting.append(block)
        self.waiting += len(block)

    def _end(self) -> None:
        if self._name == "file":
            return
        try:
            self._upload.fields[self._name] = self._field.decode()
        except UnicodeDecodeError:
            raise ValidationFailed(details={self._name: "It has to be text in UTF-8"}) from None

    def _end_all(self) -> None:
        self._is_whole = True


def _shown_name(raw: bytes) -> str:
    """The last part of a name, without what is not text."""
    last = _SEPARATORS.split(raw.decode("utf-8", "replace"))[-1]
    printable = "".join(character for character in last if character.isprintable())
    return str(clean_line(printable))[:MAX_NAME] or "file"
