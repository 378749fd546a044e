"""`ims`: everything that is done from a shell.

Each command imports what it runs when it is called: `make run` starts four of them one after the
other, and none has to wait for what only the others need.
"""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from app.core.config import StartRefusedError, get_settings, in_a_line
from app.core.version import service_version
from app.imports.command import import_app
from app.local.connect import connected_settings
from app.local.errors import LocalServerError

SECONDS_TO_FINISH = 25
"""How long requests that are under way may take after the process is told to stop."""

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they print what variables hold
    help="Interaction Management",
)
app.add_typer(import_app, name="import")


@app.command()
def dev() -> None:
    """Run everything on this machine: databases, migrations, API and worker."""
    from app.local.supervisor import run

    raise typer.Exit(run(get_settings()))


@app.command()
def serve() -> None:
    """Run the API."""
    import uvicorn

    from app.schema.guard import require_safe_database

    settings = get_settings()
    # Asked again when each process starts; here it can be told in a line.
    asyncio.run(require_safe_database(settings.required_database_url))
    uvicorn.run(
        "app.main:create_lasting_app",
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
    from app.schema.guard import require_safe_database
    from app.worker import run

    settings = get_settings()
    asyncio.run(require_safe_database(settings.required_database_url))
    asyncio.run(run(settings))


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema; makes roles where they are missing."""
    from sqlalchemy import make_url

    from app.local.databases import named_database
    from app.schema.migrate import prepare, run_revisions

    settings = connected_settings()
    app_url, url = named_database(settings, settings.ims_state_dir)
    if url is None:
        raise typer.BadParameter("MIGRATION_DATABASE_URL is not set")
    left_to_do = prepare(make_url(url), app_url=make_url(app_url))
    if left_to_do:
        typer.echo("This login may not do the following; have it done by one that may:", err=True)
        for statement in left_to_do:
            typer.echo(f"  {statement};", err=True)
    run_revisions(make_url(url))


@app.command()
def seed() -> None:
    """Put demo sites, users and interactions into a database that has no users."""
    from app.demo.seed import seed_demo

    typer.echo(asyncio.run(seed_demo(connected_settings())))


@app.command("create-admin")
def create_admin(
    username: Annotated[str, typer.Option(prompt=True, help="3-50 of A-Z a-z 0-9 . _ -")],
    email: Annotated[str, typer.Option(prompt=True)],
    full_name: Annotated[str, typer.Option(prompt=True)],
) -> None:
    """Make a system administrator; the password is asked for, or read from standard input."""
    from pydantic import ValidationError

    from app.users.first_admin import create_admin as store_admin
    from app.users.schemas import UserCreate

    password = _read_password()
    try:
        admin = UserCreate.model_validate(
            {"username": username, "email": email, "full_name": full_name, "password": password}
        )
    except ValidationError as error:
        raise StartRefusedError(in_a_line(error)) from None
    user_id = asyncio.run(store_admin(connected_settings(), admin))
    typer.echo(f"Made {username}, user {user_id}")


@app.command("reset-second-factor")
def reset_second_factor(
    user: Annotated[str, typer.Option(prompt=True, help="User name or e-mail address.")],
) -> None:
    """Remove the second factor of a person who has lost it."""
    from app.identity.totp.reset import reset_second_factor as remove

    user_id = asyncio.run(remove(connected_settings(), user))
    typer.echo(f"Removed the second factor of {user}, user {user_id}")


def _read_password() -> str:
    """The password: never an option, which others on the machine could see."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    typed: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return typed


@app.command()
def doctor(
    user: Annotated[
        str | None, typer.Option(help="Tell what this user may do: name, e-mail address or id.")
    ] = None,
    interaction: Annotated[int | None, typer.Option(min=1, max=2**63 - 1)] = None,
    site: Annotated[int | None, typer.Option(min=1, max=2**31 - 1)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Check this deployment and say what to do; or tell which rule lets a user do what."""
    from app.doctor.report import Question, report

    question = None if user is None else Question(user, interaction, site_id=site)
    if (interaction is not None) + (site is not None) != (question is not None):
        raise typer.BadParameter("--user goes with one of --interaction and --site")
    is_well = asyncio.run(report(connected_settings(), question, as_json=as_json))
    raise typer.Exit(0 if is_well else 1)


@app.command("rotate-keys")
def rotate_keys() -> None:
    """Encrypt everything with the first of ENCRYPTION_KEYS; the service may go on meanwhile.

    The exit code is 1 when something is left that another key has encrypted.
    """
    from app.encryption.rotation import is_complete, rotation_lines
    from app.encryption.rotation import rotate_keys as run

    found = asyncio.run(run(connected_settings()))
    for line in rotation_lines(found):
        typer.echo(line)
    raise typer.Exit(0 if is_complete(found) else 1)


@app.command()
def openapi(
    file: Annotated[
        Path | None, typer.Argument(help="Where to write it; refused if it breaks clients.")
    ] = None,
) -> None:
    """Print the OpenAPI document, or write it to a file."""
    from app.main import create_app
    from app.openapi.committed import BreaksClientsError, text_of, write

    document = create_app().openapi()
    if file is None:
        typer.echo(text_of(document), nl=False)
        return
    try:
        write(document, file)
    except BreaksClientsError as error:
        for change in error.changes:
            typer.echo(f"  {change}", err=True)
        raise StartRefusedError(
            "This breaks clients, so nothing is written: raise the version in pyproject.toml first"
        ) from None


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(service_version())


def main() -> None:
    """Run a command; what is missing or unsafe is told in a line."""
    try:
        app()
    except (StartRefusedError, LocalServerError) as error:
        typer.echo(f"ims: {error}", err=True)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
