"""Cells that a spreadsheet may open: nothing that somebody wrote becomes a formula there."""

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
MARK = "'"


def guarded(cell: str) -> str:
    """The cell with a mark before it, if it could be taken for a formula."""
    return MARK + cell if cell.startswith((*_STARTS, MARK)) else cell


def unguarded(cell: str) -> str:
    """What was written before the mark was put there."""
    return cell[1:] if cell.startswith(MARK) and cell[1:].startswith((*_STARTS, MARK)) else cell
