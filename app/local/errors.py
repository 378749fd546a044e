"""What can go wrong on this machine, told in words for a terminal."""


class LocalServerError(Exception):
    """A server or command cannot be started, or ended by itself."""
