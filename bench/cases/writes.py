"""The cases that write, each time with the history of what they change."""

import orjson

from bench.cases.case import INTERACTIONS, Case, Comparison, Request, is_interaction
from bench.cases.facts import Facts
from bench.cases.reads import ALL
from bench.database.callers import Caller

DIFFERENT = 500
TEXT = "Agreed on the next steps with the client and the team, and who takes which of them. "


def create_case(caller: Caller, facts: Facts) -> Case:
    """Recording one interaction after the other at the caller's first site."""
    bodies = [_body(facts.site_ids[0], number) for number in range(DIFFERENT)]
    requests = [Request("POST", INTERACTIONS, orjson.dumps(body)) for body in bodies]
    return Case(
        kind="create",
        caller=caller,
        requests=dict.fromkeys(ALL, requests),
        check=is_interaction,
        status=201,
        compared=Comparison.NONE,
        changes_rows=True,
    )


def update_case(caller: Caller, facts: Facts) -> Case:
    """Changing one field of one interaction after the other.

    What changes nothing makes no history, so nobody writes what somebody wrote before.
    """
    requests = {
        contender: [
            Request("PATCH", f"{INTERACTIONS}/{row_id}", orjson.dumps({"location": location}))
            for location in (f"Room {contender} 1", f"Room {contender} 2")
            for row_id in facts.ids
        ]
        for contender in ALL
    }
    return Case(
        kind="update",
        caller=caller,
        requests=requests,
        check=is_interaction,
        compared=Comparison.NONE,
        changes_rows=True,
    )


def _body(site_id: int, number: int) -> dict[str, object]:
    return {
        "site_id": site_id,
        "title": f"Quarterly review {number}",
        "type": "MEETING",
        "lead": "Alex Example",
        "start_datetime": f"2026-03-{number % 28 + 1:02}T09:00:00Z",
        "end_datetime": f"2026-03-{number % 28 + 1:02}T10:30:00Z",
        "timezone": "Europe/Paris",
        "location": "Board room",
        "description": TEXT * (1 + number % 8),
        "notes": TEXT if number % 2 else None,
        "external_id": None,
    }
