"""Exports of many rows are written with the memory that few take."""

import os
import sys
from asyncio.subprocess import PIPE, create_subprocess_exec
from pathlib import Path

import pytest

AT_LENGTH = pytest.mark.skipif(
    "IMS_LOAD" not in os.environ, reason="takes long: IMS_LOAD=1 runs it"
)

FEW, MANY = 2_000, 200_000
MOST_GROWTH = 12
"""MB by which the memory may grow meanwhile."""

ROOT = Path(__file__).parents[2]


@AT_LENGTH
@pytest.mark.timeout(900)
@pytest.mark.parametrize("format_", ["xlsx", "ics"])
async def test_memory_stays_flat(format_: str, tmp_path: Path) -> None:
    few, many = [await peak(format_, rows, tmp_path / f"{rows}") for rows in (FEW, MANY)]

    assert (tmp_path / f"{MANY}").stat().st_size > 40 * (tmp_path / f"{FEW}").stat().st_size
    assert many - few < MOST_GROWTH


async def peak(format_: str, rows: int, path: Path) -> float:
    """How much memory a process takes to write so many rows, in MB."""
    arguments = ("-m", "tests.load.export_rows", format_, str(rows), str(path))
    process = await create_subprocess_exec(sys.executable, *arguments, cwd=ROOT, stdout=PIPE)
    told, _ = await process.communicate()
    assert process.returncode == 0
    return float(told)
