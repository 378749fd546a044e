"""Bodies as they are sent."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

from pydantic import BaseModel, SecretStr
from pydantic_core import to_json

Json: TypeAlias = Mapping[str, Any]
"""A body that is not looked at before it is sent; the service does."""

FileSource: TypeAlias = str | PathLike[str] | bytes | BinaryIO
"""A file by its path, its content, or open for reading."""


def json_of(body: BaseModel | Json) -> bytes:
    """A body as JSON: of a schema, only what was set."""
    return to_json(fields_of(body))


def fields_of(body: BaseModel | Json) -> dict[str, Any]:
    """The fields of a body by name: of a schema, only those that were set."""
    fields = _plain(body)
    assert isinstance(fields, dict)  # noqa: S101 - both kinds become one
    return fields


def _plain(value: object) -> object:
    """The same without the schemas and wrappers that pydantic would leave things out of."""
    if isinstance(value, BaseModel):
        return _plain(value.model_dump(by_alias=True, exclude_unset=True))
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value


@dataclass(frozen=True, slots=True)
class Upload:
    """A file, and the fields that go with it.

    Attributes:
        name: What the file is called where it goes to.
    """

    source: FileSource = field(repr=False)
    name: str
    fields: Mapping[str, str]

    @property
    def may_be_sent_again(self) -> bool:
        """Whether there is a way back to the beginning of the file."""
        return isinstance(self.source, str | bytes | PathLike) or self.source.seekable()

    @contextmanager
    def opened(self) -> Iterator[bytes | BinaryIO]:
        """The file, to be read from its beginning."""
        if isinstance(self.source, bytes):
            yield self.source
        elif isinstance(self.source, str | PathLike):
            with Path(self.source).open("rb") as file:
                yield file
        else:
            if self.source.seekable():
                self.source.seek(0)
            yield self.source


def upload_of(
    source: FileSource, name: str | None, fields: Mapping[str, BaseModel | Json | str | int | None]
) -> Upload:
    """A file and the fields beside it; what is None is left out."""
    if name is None:
        has_path = isinstance(source, str | PathLike)
        path = source if has_path else getattr(source, "name", None)
        name = Path(path).name if isinstance(path, str | PathLike) else "file"
    return Upload(
        source, name, {key: _form_text(value) for key, value in fields.items() if value is not None}
    )


def _form_text(value: BaseModel | Json | str | int) -> str:
    return json_of(value).decode() if isinstance(value, BaseModel | Mapping) else str(value)
