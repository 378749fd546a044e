"""From what is said of a file to a reader of its rows, checked before any row is read."""

from datetime import timedelta

from app.imports.dates import date_form
from app.imports.errors import CannotImportError
from app.imports.files.rows import RowFile, require_columns
from app.imports.guessing import missing_fields
from app.imports.mapping import Value, column, constant, template
from app.imports.reading import RowReader
from app.imports.schemas import ImportMapping, Source
from app.imports.sites import Sites
from app.interactions.schemas import InteractionContent

REQUIRED = [name for name, field in InteractionContent.model_fields.items() if field.is_required()]


def value_of(source: Source) -> Value:
    """What a source makes of a row."""
    if source.column is not None:
        made = column(source.column)
    elif source.template is not None:
        made = template(source.template)
    else:
        made = constant(source.value or "")
    return Value(made.parts, source.default)


def make_reader(
    mapping: ImportMapping,
    file: RowFile,
    sites: Sites,
    *,
    site_id: int | None = None,
    zone: str | None = None,
) -> RowReader:
    """A reader of a file's rows.

    Args:
        mapping: What its columns mean.
        file: What is read.
        sites: Those that rows may be written to.
        site_id: The site of rows that name none.
        zone: Of times without an offset, where none is mapped.

    Raises:
        CannotImportError: Something that every row needs is not mapped, or a column not there.
    """
    if missing := missing_fields(mapping, REQUIRED):
        raise CannotImportError(f"Not mapped, but required: {', '.join(missing)}")
    fields = {str(name): value_of(source) for name, source in mapping.fields.items()}
    site = _site(mapping.site, site_id)
    values = (*fields.values(), site)
    require_columns(file.header, sorted({name for value in values for name in value.columns}))
    minutes = mapping.duration_minutes
    return RowReader(
        fields=fields,
        site=site,
        dates=date_form(mapping.date_format, mapping.time),
        duration=None if minutes is None else timedelta(minutes=minutes),
        sites=sites,
        zone=zone,
    )


def _site(source: Source | None, site_id: int | None) -> Value:
    default = "" if site_id is None else str(site_id)
    if source is None:
        return Value((), default)
    return Value(value_of(source).parts, source.default or default)
