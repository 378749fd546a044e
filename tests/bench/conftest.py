"""Where the benchmark's servers keep their data in a test."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder with a short path that the servers' account can reach."""
    folder = Path(tempfile.mkdtemp(prefix="ims-bench-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)
