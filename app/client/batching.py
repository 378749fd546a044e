"""Dividing many changes into requests that the service takes."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from app.client.bodies import json_of

MAX_ITEMS = 200
MAX_BYTES = 250_000
"""Of the items of one request: a body may have 256 KiB."""

Items = list[Mapping[str, Any]]


def portions(items: Iterable[Mapping[str, Any]]) -> Iterator[Items]:
    """The items in their order, as many at a time as a request may have."""
    portion, size = Items(), 0
    for item in items:
        length = len(json_of(item)) + 1
        if portion and (len(portion) == MAX_ITEMS or size + length > MAX_BYTES):
            yield portion
            portion, size = Items(), 0
        portion.append(item)
        size += length
    if portion:
        yield portion
