"""Brings a register of meetings into a site, and what has changed in it since.

    IMS_KEY=ims_... python sync_register.py https://ims.example.org 1 meetings.csv

Run it as often as you like: what is there already is left as it is. It waits while the service is
away, and when it is stopped itself, the next run goes on where it was.
"""

import csv
import os
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from pydantic import ValidationError

from app.client import IMSClient, Retries
from app.client.schemas import InteractionCreate

Row = dict[str, object]


def meeting(record: dict[str, str], site_id: int) -> InteractionCreate:
    """A row of the register as an interaction; the number of the row tells it from all others."""
    day = datetime.strptime(record["date"], "%d-%m-%Y")  # noqa: DTZ007 - wall time in Brussels
    return InteractionCreate(
        site_id=site_id,
        external_id=f"register-{record['']}",
        title=record["title"],
        type="MEETING",
        lead=record["mep"],
        location=record["location"],
        timezone="Europe/Brussels",
        start_datetime=day.replace(hour=9),
        end_datetime=day.replace(hour=10),
        description=f"{record['lobbyists']} {record['dossier']}",
    )


def changes(client: IMSClient, site_id: int, path: str, told: Counter[str]) -> Iterator[Row]:
    """What has to be done so that the site has what the register says."""
    there = {row.external_id: row for row in client.iter_site_interactions(site_id)}
    with open(path, encoding="utf-8", newline="") as file:
        for record in csv.DictReader(file):
            try:
                wanted = meeting(record, site_id)
            except ValidationError as refused:
                told[refused.errors()[0]["msg"]] += 1
                continue
            row = there.get(wanted.external_id)
            data = wanted.model_dump(exclude_unset=True)
            if row is None:
                yield {"op": "create", "data": data}
            elif any(getattr(row, name) != value for name, value in data.items()):
                yield {"op": "update", "id": row.id, "data": data, "if_version": row.version}
            else:
                told["unchanged"] += 1


def main() -> None:
    """Do it, and tell what came of it."""
    url, site, path = sys.argv[1:]
    told = Counter[str]()
    with IMSClient(url, api_key=os.environ["IMS_KEY"], retries=Retries(tries=20)) as client:
        for answer in client.iter_batches(changes(client, int(site), path, told)):
            told["written"] += answer.succeeded
            told["refused by the service"] += answer.failed
    for what, count in told.most_common():
        print(f"{count:7,} {what}")


if __name__ == "__main__":
    main()
