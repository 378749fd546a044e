"""The messages that development leaves in the state directory, told as they come."""

from pathlib import Path


class Mailbox:
    """The files of one state directory; those that lay there before are no news."""

    def __init__(self, state_dir: Path) -> None:
        self._folder = state_dir / "mail"
        self._known = self._all()

    def new_messages(self) -> list[Path]:
        """Those that have come since the last time, the oldest first."""
        found = self._all()
        new, self._known = found - self._known, found
        return sorted(new)

    def _all(self) -> set[Path]:
        return set(self._folder.glob("*.eml"))
