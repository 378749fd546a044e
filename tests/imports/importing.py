"""A small file, and the import of it."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from app.imports.dates import DateForm
from app.imports.files.limits import FileLimits
from app.imports.files.opening import open_file
from app.imports.mapping import column, parse_maps
from app.imports.progress import Progress
from app.imports.run import ImportRequest, import_interactions
from app.imports.summary import Summary
from tests.factories import unique

HEADER = "key,site,title,when,who"
MAPS = (
    "external_id=key",
    "title=title",
    "lead=who",
    "start_datetime=when",
    "type:=meeting",
    "description=Met {who}",
)


@dataclass
class Importing:
    """A file of rows for one site, and how it is to be imported."""

    engine: AsyncEngine
    path: Path
    username: str
    over: dict[str, Any] = field(default_factory=dict)

    def write(self, *lines: str, header: str = HEADER) -> None:
        """Write the file."""
        self.path.write_text("\n".join([header, *lines, ""]), encoding="utf-8")

    @property
    def refused_path(self) -> Path:
        """Where the refused rows go."""
        return self.path.with_name("refused.csv")

    def refused(self) -> list[dict[str, str]]:
        """The rows that were refused."""
        with self.refused_path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def request(self, maps: tuple[str, ...] = MAPS, **over: Any) -> ImportRequest:
        """What is asked for, but for what a test wants otherwise."""
        request = ImportRequest(
            file=open_file(self.path, FileLimits())[1],
            path=self.path,
            fields=parse_maps([*maps]),
            site=column("site"),
            dates=DateForm(),
            duration=timedelta(minutes=60),
            zones=None,
            username=self.username,
            is_dry_run=False,
            refused_path=self.refused_path,
        )
        return replace(request, **over)

    async def run(self, maps: tuple[str, ...] = MAPS, **over: Any) -> Summary:
        """Import the file."""
        request = self.request(maps, **over)
        return await import_interactions(self.engine, request, Progress(io.StringIO()))


def line(site: str, key: str = "", **over: str) -> str:
    """A row that can be imported."""
    values = {"title": unique("A title"), "when": "2026-06-12T10:00:00", "who": "Ada"} | over
    return ",".join([key, site, values["title"], values["when"], values["who"]])


def outcome(summary: Summary) -> Mapping[str, int]:
    """The counts that are not zero."""
    names = ("created", "updated", "unchanged", "refused")
    return {name: count for name in names if (count := getattr(summary.tally, name))}
