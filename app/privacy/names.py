"""Under which names a person is to be found, and how each may be written."""

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import User
from app.privacy.pattern import Pattern, is_a_name, pattern_of

# Letters of all scripts that know case, accents or ligatures, with what each becomes; an accent
# that stands by itself becomes nothing and is part of no name.
_FOLDS = text("""
    SELECT letter, fold FROM (
        SELECT chr(code) AS letter, app.fold(chr(code)) AS fold FROM (
            SELECT generate_series(33, 126) UNION ALL SELECT generate_series(161, 12287)
            UNION ALL SELECT generate_series(64256, 64335)
            UNION ALL SELECT generate_series(65281, 65519)
        ) AS codes (code)
    ) AS folded
    WHERE fold <> '' AND EXISTS (
        SELECT 1 FROM unnest(CAST(:names AS text[])) AS name WHERE position(fold IN name) > 0
    )
""")
_FOLD = text("""
    SELECT DISTINCT trim(regexp_replace(app.fold(name), '\\s+', ' ', 'g'))
    FROM unnest(CAST(:names AS text[])) AS name
""")


async def names_of(session: AsyncSession, person: int | str) -> list[str]:
    """What a person is called in texts: a user by full name and address, a lead as is said.

    It is nothing when a user is erased by now, or has a full name that nobody is found by.
    """
    if isinstance(person, str):
        return [person]
    statement = select(User.full_name, User.email).where(User.id == person)
    rows = (await session.execute(statement)).all()
    return [name for row in rows if is_a_name(row.full_name) for name in row]


async def read_pattern(session: AsyncSession, names: list[str]) -> Pattern:
    """How names are found; the database says how it folds."""
    folded = [one for one in await session.scalars(_FOLD, {"names": names}) if one]
    rows = await session.execute(_FOLDS, {"names": folded})
    return pattern_of(folded, [(row.letter, row.fold) for row in rows])
