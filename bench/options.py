"""What the commands can be given, and where they keep what they make."""

from pathlib import Path
from typing import Annotated

import typer

from app.core.config import get_settings

DEFAULT_ROWS = [100_000, 1_000_000]

Rows = Annotated[list[int], typer.Option("--rows", min=100, help="Rows; several times: sizes.")]
OneSize = Annotated[int, typer.Option("--rows", min=100)]
Register = Annotated[
    Path | None,
    typer.Option(exists=True, dir_okay=False, help="Rows of this CSV of meetings, repeated."),
]
Seconds = Annotated[float, typer.Option(min=0.1, help="Of each round.")]
Rounds = Annotated[int, typer.Option(min=1)]
Connections = Annotated[int, typer.Option(min=1, help="Clients at once.")]
Only = Annotated[list[str], typer.Option(help='Cases by pattern, such as "search*one-site".')]
Questions = Annotated[int, typer.Option(min=1, help="How many are asked.")]


def folder() -> Path:
    """Where databases, logs and results are kept."""
    return get_settings().ims_state_dir / "bench"
