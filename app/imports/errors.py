"""What keeps an import from working at all."""


class CannotImportError(RuntimeError):
    """The file, or what was asked to be done with it, is of no use; the message says why."""
