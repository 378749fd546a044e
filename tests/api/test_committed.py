"""`docs/openapi.json` is what the code says, and no change of it breaks clients unawares."""

import json
from copy import deepcopy
from pathlib import Path

import pytest

from app.core.config import Settings
from app.main import create_app
from app.openapi.committed import BreaksClientsError, require_announced, text_of, write
from tests.api.described import DOCUMENT
from tests.desk import Json

COMMITTED = Path(__file__).parents[2] / "docs" / "openapi.json"


def without_search() -> Json:
    """The document of a service that cannot be searched any more."""
    changed = deepcopy(DOCUMENT)
    del changed["paths"]["/api/v1/search/interactions"]
    return changed


def test_what_is_committed_breaks_no_clients_unawares() -> None:
    require_announced(json.loads(COMMITTED.read_text(encoding="utf-8")), DOCUMENT)


def test_what_is_committed_is_what_the_code_says() -> None:
    is_current = COMMITTED.read_text(encoding="utf-8") == text_of(DOCUMENT)

    assert is_current, "run make openapi, and look at what changes in docs/openapi.json"


def test_it_does_not_depend_on_settings() -> None:
    other = Settings(docs_enabled=False, conceal_foreign_ids=True, import_max_bytes=2048)

    assert create_app(other).openapi() == DOCUMENT


def test_a_break_is_refused_by_name_and_nothing_is_written(tmp_path: Path) -> None:
    file = tmp_path / "openapi.json"
    write(DOCUMENT, file)

    with pytest.raises(BreaksClientsError) as refusal:
        write(without_search(), file)

    assert "searchInteractions: GET /api/v1/search/interactions is removed" in refusal.value.changes
    assert file.read_text(encoding="utf-8") == text_of(DOCUMENT)


@pytest.mark.parametrize(
    ("old", "new", "is_allowed"),
    [
        ("0.1.0", "0.1.0", False),
        ("0.1.0", "0.1.9", False),
        ("0.1.0", "0.2.0", True),
        ("0.9.0", "0.10.0", True),
        ("0.2.0", "0.1.0", False),
        ("0.1.0", "1.0.0", True),
        ("1.1.0", "1.2.0", False),
        ("1.1.0", "2.0.0", True),
    ],
)
def test_a_break_needs_the_version_that_tells_of_it(
    old: str, new: str, is_allowed: bool, tmp_path: Path
) -> None:
    file = tmp_path / "openapi.json"
    write(DOCUMENT | {"info": DOCUMENT["info"] | {"version": old}}, file)
    changed = without_search()
    changed["info"]["version"] = new

    if is_allowed:
        write(changed, file)
        assert file.read_text(encoding="utf-8") == text_of(changed)
    else:
        with pytest.raises(BreaksClientsError):
            write(changed, file)


def test_what_only_adds_is_written(tmp_path: Path) -> None:
    file = tmp_path / "openapi.json"
    write(without_search(), file)

    write(DOCUMENT, file)

    assert file.read_text(encoding="utf-8") == text_of(DOCUMENT)
