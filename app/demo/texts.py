"""Plausible interactions, the same ones at each run."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from app.core.vocabulary import InteractionType
from app.demo.people import DemoSite
from app.interactions.schemas import InteractionContent

SUBJECTS = (
    "Quarterly figures",
    "Delivery of the new press",
    "Contract with Bäcker & Söhne",
    "Safety walk-through",
    "Onboarding of the spring team",
    "Energy audit",
    "Spare parts for line 3",
    "Roadmap for the autumn release",
    "Complaint about order 4711",
    "Supplier selection",
    "Café reopening",
    "Data protection review",
)
PARTNERS = (
    "Zoë Marchand",
    "John Smith",
    "佐藤 健",
    "Łukasz Nowak",
    "Ana Ibáñez",
    "Priya Natarajan",
    "Søren Holm",
    "Fatima El-Amin",
)
OUTCOMES = (
    "Agreed on the next steps; the offer follows by Friday.",
    "Two points remain open: price and date of delivery.",
    "Went well. The figures are to be checked by finance.",
    "Postponed, because the drawings were not complete.",
    "All questions answered; the protocol is in the project folder.",
)
PURPOSES = {
    InteractionType.MEETING: "Talked through",
    InteractionType.CALL: "Call about",
    InteractionType.EMAIL: "Wrote about",
    InteractionType.UPDATE: "News on",
    InteractionType.TRAINING: "Training:",
    InteractionType.REVIEW: "Review of",
    InteractionType.PRESENTATION: "Presented",
    InteractionType.CONFERENCE: "Talk on",
    InteractionType.WORKSHOP: "Workshop on",
    InteractionType.SITE_VISIT: "Visit for",
    InteractionType.OTHER: "Concerning",
}


def plausible_interactions(
    site: DemoSite, count: int, *, today: datetime, random: Random
) -> Iterator[InteractionContent]:
    """Interactions from a year ago to a month ahead, in the site's working hours."""
    for _ in range(count):
        kind = random.choice(list(InteractionType))
        subject, partner = random.choice(SUBJECTS), random.choice(PARTNERS)
        day = today + timedelta(days=random.randint(-365, 30))
        start = day.replace(
            hour=random.randint(8, 16),
            minute=random.choice((0, 15, 30, 45)),
            second=0,
            microsecond=0,
            tzinfo=ZoneInfo(site.timezone),
        )
        yield InteractionContent(
            title=f"{subject} ({kind.label.lower()})",
            type=kind,
            lead=partner,
            timezone=site.timezone,
            start_datetime=start,
            end_datetime=start + timedelta(minutes=random.choice((15, 30, 45, 60, 90, 120))),
            location=random.choice((*site.places, None)),
            description=f"{PURPOSES[kind]} “{subject}” with {partner}.",
            notes=random.choice((*OUTCOMES, None)),
        )
