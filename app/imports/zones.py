"""The time zones of new sites, out of a file of their own."""

import json
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from app.core.http.validation import model_refusal
from app.imports.errors import CannotImportError
from app.imports.files.csv_file import CsvFile
from app.imports.files.rows import require_columns
from app.imports.sites import site_key
from app.sites.schemas import SiteCreate

_NAMES = TypeAdapter(dict[str, str])


def read_zones(path: Path) -> dict[str, str]:
    """Time zones by the key of the site: CSV with the columns site and zone, or a JSON object.

    Raises:
        CannotImportError: The file cannot be read, or something in it is no zone.
    """
    pairs = _read_json(path) if path.suffix.lower() == ".json" else _read_csv(path)
    zones: dict[str, str] = {}
    for name, zone in pairs:
        try:
            site = SiteCreate(name=name, timezone=zone.strip())
        except ValidationError as error:
            reasons = "; ".join(map(str, (model_refusal(SiteCreate, error).details or {}).values()))
            raise CannotImportError(f"{path.name}, site {name!r}: {reasons}") from None
        if zones.setdefault(site_key(site.name), site.timezone) != site.timezone:
            raise CannotImportError(f"{path.name}: two zones for the site {name!r}")
    return zones


def _read_csv(path: Path) -> list[tuple[str, str]]:
    file = CsvFile(path)
    require_columns(file.header, ("site", "zone"))
    rows = list(file.rows())
    if any(not row.values for row in rows):
        raise CannotImportError(f"{path.name}: each row needs a site and a zone")
    return [(row.values["site"], row.values["zone"]) for row in rows]


def _read_json(path: Path) -> list[tuple[str, str]]:
    try:
        return list(_NAMES.validate_python(json.loads(path.read_text("utf-8-sig"))).items())
    except OSError as error:
        raise CannotImportError(f"Cannot read {path}: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise CannotImportError(
            f"{path.name} is not a JSON object of sites and their zones"
        ) from None
