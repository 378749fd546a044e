"""Regions of a page that a command writes; what stands around them is written by hand."""

import re

HEAD, TAIL = "<!-- generated: {} -->", "<!-- end of {} -->"


class NoSuchRegionError(LookupError):
    """A page has no place for what was generated."""


def replace_region(page: str, name: str, content: str) -> str:
    """The page with other content between the two comments of a region.

    Raises:
        NoSuchRegionError: The page lacks them.
    """
    head, tail = HEAD.format(name), TAIL.format(name)
    pattern = re.compile(f"{re.escape(head)}.*?{re.escape(tail)}", re.DOTALL)
    if not pattern.search(page):
        raise NoSuchRegionError(f"There is no {head} ... {tail}")
    return pattern.sub(lambda _: f"{head}\n\n{content.strip()}\n\n{tail}", page, count=1)
