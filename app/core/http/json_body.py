"""Reading JSON strictly: what two parsers could understand differently is refused."""

import json
import math
import re
from collections import Counter
from collections.abc import Sequence

from app.core.errors import BadRequest
from app.core.http.answers import safe_name

MAX_DEPTH = 20

# The closing quote is optional, so that an unfinished string is taken in one step to the end
# and a text full of quotes costs linear time; the parser refuses it afterwards.
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_ONE_KIND = bytes.maketrans(b"{}", b"[]")


def read_json(body: bytes) -> object:
    """Parse a JSON text.

    Raises:
        BadRequest: It is not UTF-8 or not JSON, nests too deeply, has a key twice in one object,
            or has a number that is none or that no float holds.
    """
    if is_too_deep(body):
        raise BadRequest(f"The body nests deeper than {MAX_DEPTH} levels")
    try:
        return _DECODER.decode(body.decode())
    except UnicodeDecodeError:
        raise BadRequest("The body is not UTF-8 text") from None
    except ValueError:  # also an integer with more digits than Python agrees to read
        raise BadRequest("The body is not valid JSON") from None


def is_too_deep(body: bytes) -> bool:
    """Whether brackets nest deeper than allowed, found without recursion and before parsing."""
    if body.count(b"[") + body.count(b"{") <= MAX_DEPTH:
        return False
    brackets = _STRING.sub(b"", body).translate(_ONE_KIND, _NOT_BRACKETS)
    for _ in range(MAX_DEPTH):  # each round takes off exactly the innermost level
        brackets = brackets.replace(b"[]", b"")
    return brackets != b""


def _object(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        [(twice, _)] = Counter(name for name, _ in pairs).most_common(1)
        raise BadRequest(f"The body has the key {safe_name(twice)!r} twice in one object")
    return members


def _float(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise BadRequest("The body has a number that is too large")
    return number


def _constant(name: str) -> object:
    raise BadRequest(f"The body has {name}, which is not JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_float=_float, parse_constant=_constant)
