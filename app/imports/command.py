"""The command line of `ims import`; what it runs is imported when it is called."""

import typer

from app.imports import options

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
    from app.imports.start import start

    start(
        file=file,
        maps=maps,
        site_column=site_column,
        site=site,
        date_format=date_format,
        time=time,
        duration=duration,
        site_zones=site_zones,
        create_sites=create_sites,
        username=username,
        dry_run=dry_run,
        refused=refused,
    )
