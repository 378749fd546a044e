"""How a file is announced that is to be saved."""

from typing import Any
from urllib.parse import quote


def attachment(name: str, *, plain: str) -> str:
    """The `Content-Disposition` of a file to be saved (RFC 6266).

    Args:
        name: What it is called.
        plain: What it is called by a client that knows ASCII alone.
    """
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def file_content(*media_types: str) -> dict[str, Any]:
    """What the OpenAPI document says of an answer that is a file of one of these types."""
    return {name: {"schema": {"type": "string", "format": "binary"}} for name in media_types}
