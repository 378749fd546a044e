"""`ims import`: the command line of imports."""

import asyncio
import sys
import time as clock
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

import typer
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from app.core.config import Settings
from app.core.database import JOB_STATEMENT_SECONDS, create_engine
from app.core.database_errors import database_answer
from app.imports import options
from app.imports.csv_file import CsvFile
from app.imports.dates import date_form
from app.imports.errors import CannotImportError
from app.imports.mapping import Value, column, parse_maps
from app.imports.progress import Progress
from app.imports.run import ImportRequest, import_interactions
from app.imports.summary import Summary, summary_lines
from app.imports.zones import read_zones
from app.interactions.schemas import InteractionContent
from app.local.connect import connected_settings
from app.schema.guard import require_safe_role

import_app = typer.Typer(no_args_is_help=True, help="Import what another system wrote to a file.")


@import_app.callback()
def _imports() -> None:
    """Keep `interactions` a command of its own, also while it is the only one."""


@import_app.command()
def interactions(
    file: options.File,
    maps: options.Maps,
    site_column: options.SiteColumn = None,
    site: options.SiteName = None,
    date_format: options.DateFormat = None,
    time: options.TimeOfDay = None,
    duration: options.Duration = None,
    site_zones: options.SiteZones = None,
    create_sites: options.CreateSites = False,
    username: options.Username = None,
    dry_run: options.DryRun = False,
    refused: options.Refused = None,
) -> None:
    """Import interactions, by the rules of the API and with history.

    A row with an external id that the site has already is compared, and updated when it differs;
    one whose interaction is in the trash is refused. So the same file can be imported again, also
    after the first time was cut off. Without an external id every row is new.

    Times without an offset are read in the site's zone, unless `timezone` is mapped.

    The exit code is 0 when all rows were read, also when some were refused; 1 when the import
    could not be done; 2 when the options do not fit together.
    """
    started_at = clock.monotonic()
    try:
        request = ImportRequest(
            file=CsvFile(file),
            fields=_fields(maps, duration),
            site=_site(site_column, site),
            dates=date_form(date_format, time),
            duration=None if duration is None else timedelta(minutes=duration),
            zones=_zones(site_zones) if create_sites else None,
            username=username,
            is_dry_run=dry_run,
            refused_path=refused or file.with_name(f"{file.stem}.refused.csv"),
        )
        request.file.require(_columns(request))
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
    engine = create_engine(
        make_url(settings.required_database_url),
        pool_size=1,
        statement_seconds=JOB_STATEMENT_SECONDS,
    )
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
