"""What an index can look for: words that every row must have that meets the conditions."""

from collections.abc import Sequence
from itertools import groupby

from sqlalchemy import ARRAY, String, bindparam, func, select

from app.core.statement import compile_statement
from app.interactions.finding.expressions import TEXTS
from app.interactions.finding.tree import DOCUMENT, Leaf, Node, parts_of, values
from app.tenancy.snapshot import Snapshot

SHORTEST = 3
"""Characters. The index knows runs of three; by less it would be read from end to end."""

_text = func.unnest(bindparam("texts", type_=ARRAY(String()))).column_valued("text")
_FOLD = compile_statement(select(_text.label("text"), func.app.fold(_text).label("folded")))

_OPS = frozenset({"contains", "starts_with", "eq"})


def is_word(part: Node) -> bool:
    """Whether something that has to hold asks for a text that the document then contains."""
    return isinstance(part, Leaf) and part.op in _OPS and part.field in (DOCUMENT, *TEXTS)


def is_needle(folded: str) -> bool:
    """Whether a text has a run of letters and digits that the index knows."""
    runs = (len(list(run)) for is_word, run in groupby(folded, str.isalnum) if is_word)
    return max(runs, default=0) >= SHORTEST


def pattern(folded: str) -> str:
    """The pattern of LIKE for texts that contain this one; no character of it is special."""
    for special in "\\%_":
        folded = folded.replace(special, f"\\{special}")
    return f"%{folded}%"


async def needles(snapshot: Snapshot, where: Node) -> Sequence[str]:
    """The folded texts that an index is worth asking for, the longest first."""
    texts = {str(value) for part in parts_of(where) if is_word(part) for value in values(part)}
    folded = await fold_all(snapshot, texts)
    return sorted(filter(is_needle, folded.values()), key=len, reverse=True)


async def fold_all(snapshot: Snapshot, texts: set[str]) -> dict[str, str]:
    """Each text without case and accents, as the database compares it."""
    # Of ASCII, folding leaves all but the case, and that is the same everywhere.
    folded = {text: text.lower() for text in texts if text.isascii()}
    if others := [text for text in texts if not text.isascii()]:
        rows = await snapshot.fetch(_FOLD, {"texts": others})
        folded |= {row["text"]: row["folded"] for row in rows}
    return folded
