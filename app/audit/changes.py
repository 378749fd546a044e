"""What an event tells of a change: which fields, and not what was written into them."""

from collections.abc import Collection, Mapping


def changes_of(
    row: object, content: Mapping[str, object], *, told: Collection[str] = ()
) -> dict[str, object]:
    """The details of the event of a change that is about to be made.

    Args:
        row: The row as it is.
        content: What is to be set of it.
        told: Fields whose new values are no text of anybody's and are told too.
    """
    changed = {name: new for name, new in content.items() if new != getattr(row, name)}
    values = {name: new for name, new in changed.items() if name in told}
    return {"fields": sorted(changed)} | values
