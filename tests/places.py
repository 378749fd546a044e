"""Folders for servers that do not run as we do."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder with a short path; `tmp_path` is closed to the account that root's servers use."""
    folder = Path(tempfile.mkdtemp(prefix="ims-place-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)
