"""From the options of an import to its summary."""

import asyncio
import sys
import time as clock
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

import typer
from sqlalchemy.exc import SQLAlchemyError

from app.core.config import Settings
from app.core.database import JOB_STATEMENT_SECONDS, create_app_engine
from app.core.database_errors import database_answer
from app.imports.dates import date_form
from app.imports.errors import CannotImportError
from app.imports.files.limits import FileLimits
from app.imports.files.opening import open_file
from app.imports.files.rows import require_columns
from app.imports.mapping import Value, column, parse_maps
from app.imports.progress import Progress
from app.imports.run import ImportRequest, import_interactions
from app.imports.summary import Summary, summary_lines
from app.imports.zones import read_zones
from app.interactions.schemas import InteractionContent
from app.local.connect import connected_settings
from app.schema.guard import require_safe_role


def start(
    *,
    file: Path,
    maps: list[str],
    site_column: str | None,
    site: str | None,
    date_format: str | None,
    time: str | None,
    duration: int | None,
    site_zones: Path | None,
    create_sites: bool,
    username: str | None,
    dry_run: bool,
    refused: Path | None,
) -> None:
    """Import a file and print what came of it; see `ims import interactions --help`.

    Raises:
        typer.BadParameter: The options do not fit together.
        typer.Exit: The import could not be done.
    """
    started_at = clock.monotonic()
    try:
        _, opened = open_file(file, FileLimits(max_bytes=sys.maxsize, max_rows=sys.maxsize))
        request = ImportRequest(
            file=opened,
            path=file,
            fields=_fields(maps, duration),
            site=_site(site_column, site),
            dates=date_form(date_format, time),
            duration=None if duration is None else timedelta(minutes=duration),
            zones=_zones(site_zones) if create_sites else None,
            username=username,
            is_dry_run=dry_run,
            refused_path=refused or file.with_name(f"{file.stem}.refused.csv"),
        )
        require_columns(opened.header, _columns(request))
        summary = asyncio.run(_run(connected_settings(), request))
    except CannotImportError as error:
        _fail(str(error))
    seconds = clock.monotonic() - started_at
    for line in summary_lines(summary, refused_path=request.refused_path, seconds=seconds):
        typer.echo(line)


def _fields(maps: list[str], duration: int | None) -> dict[str, Value]:
    """What is mapped, checked for what an interaction cannot be without."""
    fields = parse_maps(maps)
    if (duration is None) == ("end_datetime" not in fields):
        raise typer.BadParameter("Map end_datetime or give --duration, one of the two")
    given = {*fields, "timezone", "end_datetime"}
    required = [name for name, one in InteractionContent.model_fields.items() if one.is_required()]
    if missing := [name for name in required if name not in given]:
        raise typer.BadParameter(f"Not mapped, but required: {', '.join(missing)}")
    return fields


def _site(from_column: str | None, name: str | None) -> Value:
    if from_column is not None and name is None:
        return column(from_column)
    if name is not None and from_column is None:
        return Value((name,))
    raise typer.BadParameter("Give --site-column or --site, one of the two")


def _zones(path: Path | None) -> dict[str, str]:
    return {} if path is None else read_zones(path)


def _columns(request: ImportRequest) -> set[str]:
    return {name for value in (*request.fields.values(), request.site) for name in value.columns}


async def _run(settings: Settings, request: ImportRequest) -> Summary:
    engine = create_app_engine(settings, pool_size=1, statement_seconds=JOB_STATEMENT_SECONDS)
    try:
        await require_safe_role(engine)
        return await import_interactions(engine, request, Progress(sys.stderr))
    except (SQLAlchemyError, OSError) as error:
        if (answer := database_answer(error)) is None:
            raise
        raise CannotImportError(answer.text) from None
    finally:
        await engine.dispose()


def _fail(message: str) -> NoReturn:
    typer.echo(f"ims: {message}", err=True)
    raise typer.Exit(1)
