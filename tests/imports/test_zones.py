"""The file of time zones."""

from pathlib import Path

import pytest

from app.imports.errors import CannotImportError
from app.imports.zones import read_zones


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("zones.csv", "\ufeffsite,zone\nLYON,Europe/Paris\n Tōkyō , Asia/Tokyo \n"),
        ("zones.json", '{"Lyon": "Europe/Paris", "Tōkyō": "Asia/Tokyo"}'),
    ],
)
def test_zones_are_read_from_csv_and_json(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")

    assert read_zones(path) == {"lyon": "Europe/Paris", "tōkyō": "Asia/Tokyo"}


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("zones.csv", "Lyon,Europe/Paris\n", "no column 'site'"),
        ("zones.csv", "site,zone\nLyon\n", "needs a site and a zone"),
        ("zones.csv", "site,zone\nLyon,Mars/Base\n", "site 'Lyon': Time zone must be an IANA"),
        ("zones.csv", "site,zone\nLyon,\n", "site 'Lyon': Time zone"),
        ("zones.csv", "site,zone\n,Europe/Paris\n", "site '': Name is required"),
        ("zones.csv", "site,zone\nLyon,Europe/Paris\nlyon,Asia/Tokyo\n", "two zones"),
        ("zones.json", "{", "not a JSON object"),
        ("zones.json", "[" * 100_000, "not a JSON object"),
        ("zones.json", '["Lyon"]', "not a JSON object"),
        ("zones.json", '{"Lyon": 1}', "not a JSON object"),
    ],
)
def test_a_file_that_is_of_no_use_is_refused(
    tmp_path: Path, name: str, text: str, message: str
) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")

    with pytest.raises(CannotImportError, match=message):
        read_zones(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    for name in ("zones.csv", "zones.json"):
        with pytest.raises(CannotImportError, match="zones"):
            read_zones(tmp_path / name)
