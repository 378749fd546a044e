"""What is searched for: words picked from the loaded rows by how frequent they are there."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from random import Random

import asyncpg

from bench.cases.sample import TOKEN, Sample

WANTED = 40
"""So many different ones of each class, where there are, or caches would do the work."""

TRIED = 200
COMMON, MEDIUM, NAME, ANY_NAME = (0.35, 0.85), (0.05, 0.2), (0.0005, 0.005), (0.0005, 0.03)
RARE, NONE = range(2, 6), range(1)
IN_INDEX = 3

COUNT = """
    SELECT count(*) FROM app.interactions
    WHERE deleted_at IS NULL AND ARRAY[site_id] OPERATOR(public.&&) $1::int[] AND document LIKE $2
"""
PHRASE = re.compile(r"(?<!\S)[^\W_]{3,}(?: [^\W_]{2,}){1,2}(?!\S)")
CLASSES = ("rare", "name", "medium", "common", "two words", "phrase", "faded", "none", "short")
LONG_CLASSES = tuple(name for name in CLASSES if name != "short")


async def pick_words(connection: asyncpg.Connection, sample: Sample) -> dict[str, list[str]]:
    """Up to `WANTED` queries of each class for one scope, the same at each run."""
    random = Random(f"words of {len(sample.site_ids)}")
    tokens = sorted(sample.tokens)
    random.shuffle(tokens)
    single = (token for token in tokens if sample.tokens[token] == 1)
    medium = list(islice(_words(sample, tokens, MEDIUM), WANTED))
    names = chain(_within(sample, _last_names(sample), ANY_NAME), _words(sample, tokens, NAME))
    common = chain(_words(sample, tokens, COMMON), _within(sample, _pieces(sample), COMMON))
    picked = {
        "rare": await _found(connection, sample, single, RARE),
        "name": names,
        "medium": medium,
        "common": common,
        "two words": _pairs(random, sample, set(medium)),
        "phrase": _phrases(random, sample),
        "faded": _faded(sample, tokens),
        "none": await _found(connection, sample, _made_up(random, tokens), NONE),
        "short": _short(random, sample),
    }
    return {name: list(islice(_distinct(queries), WANTED)) for name, queries in picked.items()}


def _distinct(queries: Iterable[str]) -> Iterator[str]:
    """Each one once, and none worked out that nobody wants."""
    seen = set()
    for query in queries:
        if query not in seen:
            seen.add(query)
            yield query


async def _found(
    connection: asyncpg.Connection, sample: Sample, tokens: Iterable[str], wanted: range
) -> list[str]:
    """Those of the first few hundred that stand in as many rows as wanted."""
    tried = islice(tokens, TRIED)
    counts = [
        (token, await connection.fetchval(COUNT, sample.site_ids, f"%{token}%")) for token in tried
    ]
    return [token for token, count in counts if count in wanted]


def _within(sample: Sample, parts: Iterable[str], shares: tuple[float, float]) -> Iterator[str]:
    """Those of the first few hundred whose share of the rows is between the two."""
    least, most = shares
    for part in islice(parts, 2 * TRIED):
        if least <= sample.share(part) < most:
            yield part


def _words(sample: Sample, tokens: Iterable[str], shares: tuple[float, float]) -> Iterator[str]:
    """The words whose share, as parts of longer words too, is between the two."""
    least, most = (share * len(sample.documents) for share in shares)
    return _within(sample, (t for t in tokens if least <= sample.tokens[t] < most), shares)


def _last_names(sample: Sample) -> list[str]:
    """The last names of those who led, folded as the documents are."""
    names = {name.split()[-1].lower() for name in sample.leads}
    return sorted(name for name in names if len(name) >= IN_INDEX and name.isascii())


def _pieces(sample: Sample) -> list[str]:
    """Runs of three letters, the most frequent first: what people have typed when they pause."""
    return [piece for piece, _ in sample.pieces.most_common(TRIED)]


def _pairs(random: Random, sample: Sample, medium: set[str]) -> Iterator[str]:
    """Two words of one row, one of them of medium frequency."""
    for document in random.sample(sample.documents, min(TRIED, len(sample.documents))):
        tokens = sorted(set(TOKEN.findall(document)))
        if (first := medium & set(tokens)) and len(tokens) > 1:
            yield f"{min(first)} {random.choice([token for token in tokens if token not in first])}"


def _phrases(random: Random, sample: Sample) -> Iterator[str]:
    """Two or three words that follow each other in some row."""
    for document in random.sample(sample.documents, min(TRIED, len(sample.documents))):
        if phrases := PHRASE.findall(document):
            yield f'"{random.choice(phrases)[:60].strip()}"'


def _faded(sample: Sample, tokens: Iterable[str]) -> list[str]:
    """Words of the oldest rows that the newer half does not know: nothing to be found early."""
    found = []
    for token in tokens:
        if sum(token in text for text in sample.oldest) < max(len(sample.oldest) // 100, 2):
            continue
        if not any(token in text for text in sample.newest):
            found.append(token)
        if len(found) == WANTED:
            break
    return found


def _made_up(random: Random, tokens: Sequence[str]) -> Iterator[str]:
    """The beginning of one word with the end of another: its pieces exist, the whole does not."""
    long_tokens = [token for token in tokens if len(token) > 5]
    while True:
        yield random.choice(long_tokens)[:4] + random.choice(long_tokens)[-4:]


def _short(random: Random, sample: Sample) -> Iterator[str]:
    """One or two characters out of some row, in whatever script."""
    for document in random.sample(sample.documents, min(TRIED, len(sample.documents))):
        token = random.choice(TOKEN.findall(document) or ["a"])
        at = random.randrange(len(token) - 1) if len(token) > 1 else 0
        yield token[at : at + random.choice((1, 2, 2))]
