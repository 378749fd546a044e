"""`ims`: everything that is done from a shell."""

import asyncio
import json
from typing import Annotated

import typer
import uvicorn
from sqlalchemy import make_url

from app import worker as worker_process
from app.core.config import MissingSettingError, Settings, get_settings
from app.core.version import service_version
from app.demo.seed import seed_demo
from app.local.databases import named_database
from app.local.state import find_running
from app.local.supervisor import run as run_supervisor
from app.main import create_app
from app.schema.guard import UnsafeDatabaseError
from app.schema.migrate import migrate as migrate_database

SECONDS_TO_FINISH = 25
"""How long requests that are under way may take after the process is told to stop."""

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)


def connected_settings() -> Settings:
    """The settings, with the addresses of a `make run` of this state directory if there is one."""
    settings = get_settings()
    running = find_running(settings.ims_state_dir)
    if running is None or settings.database_url is not None:
        return settings
    return Settings(
        database_url=running.database_url,
        migration_database_url=running.migration_database_url,
        redis_url=running.redis_url,
    )


@app.command()
def dev() -> None:
    """Run everything on this machine: databases, migrations, API and worker."""
    raise typer.Exit(run_supervisor(get_settings()))


@app.command()
def serve() -> None:
    """Run the API."""
    settings = get_settings()
    uvicorn.run(
        "app.main:create_app",
        factory=True,
        host=settings.host,
        port=8000 if settings.port is None else settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=SECONDS_TO_FINISH,
    )


@app.command()
def worker() -> None:
    """Run the worker."""
    asyncio.run(worker_process.run(get_settings()))


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema; makes roles where they are missing."""
    settings = connected_settings()
    app_url, url = named_database(settings, settings.ims_state_dir)
    if url is None:
        raise typer.BadParameter("MIGRATION_DATABASE_URL is not set")
    left = migrate_database(make_url(url), app_url=make_url(app_url))
    if left.left_to_do:
        typer.echo("This login may not do the following; have it run by one that may:", err=True)
        for statement in left.left_to_do:
            typer.echo(f"  {statement};", err=True)


@app.command()
def seed() -> None:
    """Put demo sites, users and interactions into a database that has no users."""
    typer.echo(asyncio.run(seed_demo(connected_settings())))


@app.command()
def openapi(
    indent: Annotated[int, typer.Option(help="Spaces a level.")] = 2,
) -> None:
    """Print the OpenAPI document."""
    typer.echo(json.dumps(create_app(Settings()).openapi(), indent=indent))


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(service_version())


def main() -> None:
    """Run a command; what is missing or unsafe is told in a line."""
    try:
        app()
    except (MissingSettingError, UnsafeDatabaseError) as error:
        typer.echo(f"ims: {error}", err=True)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
