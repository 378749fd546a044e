"""How many rows wait."""

from app.imports.batches import BATCH, MOST_WAITING, Batches
from app.imports.csv_file import CsvRow
from app.imports.reading import Record


def record(site: str, number: int) -> Record:
    return Record(CsvRow(str(number), [], {}), site, {"external_id": None})


def test_rows_of_many_sites_wait_within_a_bound_and_none_is_lost() -> None:
    batches = Batches()
    waiting, taken = 0, 0
    for number in range(3 * MOST_WAITING):
        # One site has half of the rows, so that sites fill at different speeds.
        site = "big" if number % 2 else f"small {number % 100}"
        batch = batches.add(record(site, number))
        waiting += 1 - len(batch)
        taken += len(batch)
        assert waiting < MOST_WAITING
        assert len({one.site for one in batch}) <= 1
        assert len(batch) <= BATCH

    assert taken + sum(map(len, batches.rest())) == 3 * MOST_WAITING
    assert not list(batches.rest())


def test_when_too_many_wait_the_fullest_site_goes_first() -> None:
    batches = Batches()
    batches.add(record("full", 0))
    for number in range(MOST_WAITING - 2):
        assert not batches.add(record(f"site {number}", number))

    assert [one.site for one in batches.add(record("full", 1))] == ["full", "full"]
