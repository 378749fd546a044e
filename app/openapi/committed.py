"""The document as it is committed: what clients have been promised."""

import json
from pathlib import Path
from typing import Any

from app.openapi.breaking import breaking_changes, may_break

Json = dict[str, Any]


class BreaksClientsError(Exception):
    """A document breaks clients of the one before, and its version does not say so.

    Attributes:
        changes: Each change by name.
    """

    def __init__(self, changes: list[str]) -> None:
        self.changes = changes
        super().__init__(f"This breaks clients: {'; '.join(changes)}")


def text_of(document: Json) -> str:
    """A document as it is committed: in an order that changes only with what it says."""
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def require_announced(old: Json, new: Json) -> None:
    """See to it that a new document breaks nobody unawares.

    Raises:
        BreaksClientsError: It would; its version has to be raised first.
    """
    if may_break(old["info"]["version"], new["info"]["version"]):
        return
    if changes := breaking_changes(old, new):
        raise BreaksClientsError(changes)


def write(document: Json, path: Path) -> None:
    """Write a document over the one before.

    Raises:
        BreaksClientsError: It would break clients unawares; nothing is written.
    """
    if path.exists():
        require_announced(json.loads(path.read_text(encoding="utf-8")), document)
    path.write_text(text_of(document), encoding="utf-8")
