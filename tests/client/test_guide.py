"""What README.md and docs/client.md tell to type in does what they say."""

import asyncio
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.client.served import Service
from tests.factories import PASSWORD

ROOT = Path(__file__).parents[2]
PROGRAM = re.compile(r"<<'END'\n(from .*?)\nEND\n", re.DOTALL)


@pytest.mark.parametrize("page", ["README.md", "docs/client.md"])
async def test_the_program_to_begin_with_runs(served: Service, tmp_path: Path, page: str) -> None:
    site = await served.make.site()
    editor = await served.make.member(site)
    await served.make.interaction(site, editor, lead="Leonie Lead")
    (program,) = PROGRAM.findall((ROOT / page).read_text(encoding="utf-8"))
    for shown, real in (
        ("http://127.0.0.1:8000", served.url),
        ("emil.editor", editor.username),
        ("look-around-first", PASSWORD),
    ):
        assert shown in program
        program = program.replace(shown, real)

    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stderr == ""
    assert done.stdout.count("\n") >= 1
