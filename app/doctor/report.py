"""`ims doctor`: a line for each finding."""

import json
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass

import typer

from app.core.config import Settings
from app.doctor.checks import examine
from app.doctor.deployment import Deployment, opened
from app.doctor.explanation import explain_interaction, explain_site
from app.doctor.finding import Finding, Line, Verdict


@dataclass(frozen=True, slots=True)
class Question:
    """What a user may do with an interaction, or else at a site."""

    user: str
    interaction_id: int | None
    site_id: int | None


async def report(settings: Settings, question: Question | None, *, as_json: bool) -> bool:
    """Print the answer, without a question what is to be said of the deployment.

    Returns:
        Whether nothing is wrong.
    """
    is_well = True
    async with opened(settings) as deployment:
        async for subject, finding in _lines(deployment, question):
            typer.echo(_json(subject, finding) if as_json else _text(subject, finding))
            is_well = is_well and finding.verdict is not Verdict.WRONG
    return is_well


async def _lines(deployment: Deployment, question: Question | None) -> AsyncIterator[Line]:
    if question is None:
        async for line in examine(deployment):
            yield line
        return
    if question.interaction_id is not None:
        lines = await explain_interaction(deployment, question.user, question.interaction_id)
    else:
        assert question.site_id is not None  # noqa: S101 - one of the two is there
        lines = await explain_site(deployment, question.user, question.site_id)
    for line in lines:
        yield line


def _text(subject: str, finding: Finding) -> str:
    seen = f"{finding.seen}. {finding.advice}." if finding.advice else finding.seen
    return f"{finding.verdict:<8} {subject:<18} {seen}"


def _json(subject: str, finding: Finding) -> str:
    return json.dumps({"subject": subject} | asdict(finding))
