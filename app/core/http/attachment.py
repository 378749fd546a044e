"""How a file is announced that is to be saved."""

from urllib.parse import quote


def attachment(name: str, *, plain: str) -> str:
    """The `Content-Disposition` of a file to be saved (RFC 6266).

    Args:
        name: What it is called.
        plain: What it is called by a client that knows ASCII alone.
    """
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
