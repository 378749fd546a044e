"""How well a row meets the words of a search.

A word in the title counts most, at its beginning even more; then one in the lead, in the
location, and in a text. Rows that meet the words alike are sorted by time.
"""

from typing import Any

from sqlalchemy import ColumnElement, Integer, String, bindparam, case, cast, func, literal, select

from app.interactions.finding.expressions import column_of
from app.interactions.finding.forms import Form
from app.interactions.finding.tree import DOCUMENT, leaves, parts_of

_WEIGHTS = {"title": 8, "lead": 4, "location": 2}
_AT_THE_BEGINNING = 4


def relevance(form: Form) -> ColumnElement[int]:
    """The score of a row, from the words that it has to contain."""
    scores = [_score(name) for name in _words(form)]
    return cast(sum(scores, literal(0, Integer())), Integer())


def _words(form: Form) -> list[str]:
    """The names of the parameters that hold the words."""
    wanted = {id(part) for part in parts_of(form.where)}
    compared = (leaf for leaf in leaves(form.where) if leaf.op != "is_null")
    return [
        f"{form.prefix}{number}"
        for number, leaf in enumerate(compared)
        if leaf.field == DOCUMENT and id(leaf) in wanted
    ]


def _score(name: str) -> ColumnElement[Any]:
    word = select(func.app.fold(bindparam(name, type_=String()), type_=String())).scalar_subquery()
    score: ColumnElement[Any] = literal(0, Integer())
    for field, weight in _WEIGHTS.items():
        score += case((func.strpos(column_of(field), word) > 0, weight), else_=0)
    begins = func.starts_with(column_of("title"), word)
    return score + case((begins, _AT_THE_BEGINNING), else_=0)
