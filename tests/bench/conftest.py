"""Where the benchmark's servers keep their data in a test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.places import open_folder


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that the servers' account can reach."""
    with open_folder() as folder:
        yield folder
