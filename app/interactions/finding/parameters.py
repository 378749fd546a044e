"""The names of a statement's parameters, for statements that are written once for many values."""

from typing import Any

from sqlalchemy import ARRAY, BigInteger, BindParameter, ColumnElement, Integer, any_, bindparam
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import TypeEngine

from app.interactions.finding.forms import Sites

KEPT = 1_000
"""So many forms of a statement are kept ready."""

SITE: BindParameter[int] = bindparam("site", type_=Integer())
SITES: BindParameter[Any] = bindparam("sites", type_=ARRAY(Integer()))
LIMIT: BindParameter[int] = bindparam("limit", type_=BigInteger())
OFFSET: BindParameter[int] = bindparam("offset", type_=BigInteger())


def of_sites(
    site_id: ColumnElement[int] | InstrumentedAttribute[int], sites: Sites
) -> ColumnElement[bool]:
    """The predicate of the scope."""
    # One site by equality, since only that keeps the order of an index.
    return site_id == SITE if sites is Sites.ONE else site_id == any_(SITES)


class Numbered:
    """Makes parameters that are named by the order in which they come."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._count = 0

    def __call__(self, _value: object, kind: TypeEngine[Any]) -> ColumnElement[Any]:
        """The next parameter."""
        parameter: BindParameter[Any] = bindparam(f"{self._prefix}{self._count}", type_=kind)
        self._count += 1
        return parameter


def numbered(prefix: str, values: list[object]) -> dict[str, object]:
    """The values of such parameters, in the order in which they come."""
    return {f"{prefix}{number}": value for number, value in enumerate(values)}
