"""The options of `ims import`, in the words of its help."""

from pathlib import Path
from typing import Annotated

import typer

from app.imports.schemas import MAX_MINUTES

File = Annotated[
    Path,
    typer.Argument(
        metavar="FILE", help="CSV or XLSX, with the names of the columns first, or ICS."
    ),
]
Maps = Annotated[
    list[str],
    typer.Option(
        "--map",
        metavar="FIELD=COLUMN",
        help="What a field is made of; repeatable. `field=column`, `field='{a} {b}'` for several "
        "columns, `field:=text` for the same text in each row. `#row` in a text or template is the "
        "row's number.",
    ),
]
SiteColumn = Annotated[
    str | None, typer.Option("--site-column", metavar="COLUMN", help="Where the site's name is.")
]
SiteName = Annotated[str | None, typer.Option("--site", metavar="NAME", help="One site for all.")]
DateFormat = Annotated[
    str | None,
    typer.Option(metavar="FORM", help="How dates are written, such as %d-%m-%Y; else RFC 3339."),
]
TimeOfDay = Annotated[
    str | None,
    typer.Option("--time", metavar="HH:MM", help="The time of day, when dates have none."),
]
Duration = Annotated[
    int | None,
    typer.Option(
        metavar="MINUTES", min=1, max=MAX_MINUTES, help="For the end, when it is not mapped."
    ),
]
SiteZones = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="The time zones of new sites: CSV with the columns `site` and `zone`, or a JSON "
        "object. Sites that are there keep their own.",
    ),
]
CreateSites = Annotated[
    bool,
    typer.Option("--create-sites", help="Make the sites that are not there; needs their zones."),
]
Username = Annotated[
    str | None,
    typer.Option(
        "--as", metavar="USER", help="In whose name. Default: the first system administrator."
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only tell what would be done.")]
Refused = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Where refused rows go with field and reason, to be corrected and imported again; "
        "replaced each time. Default: FILE.refused.csv beside the input.",
    ),
]
