"""Telling callers where they stand: the usual headers, and those of the coming standard."""

import math
import time

from starlette.types import Scope

from app.core.http.answer_headers import add_answer_header
from app.core.rate_limit.classes import RateClass
from app.core.rate_limit.gcra import WINDOW_SECONDS, Decision


def add_rate_limit_headers(scope: Scope, rate_class: RateClass, decision: Decision) -> None:
    """Have the answer tell the limit, what is left of it, and when there is more.

    `X-RateLimit-Reset` is the moment when all is there again. `t` of `RateLimit` is the time for
    which `r` is all there is (draft-ietf-httpapi-ratelimit-headers-11, section 4.1).
    """
    limit, remaining = decision.rate.limit, decision.remaining
    full_at = math.ceil(time.time()) + decision.seconds_to_full
    for name, value in (
        ("X-RateLimit-Limit", f"{limit}"),
        ("X-RateLimit-Remaining", f"{remaining}"),
        ("X-RateLimit-Reset", f"{full_at}"),
        ("RateLimit-Policy", f'"{rate_class}";q={limit};w={WINDOW_SECONDS}'),
        ("RateLimit", f'"{rate_class}";r={remaining};t={decision.seconds_to_next}'),
    ):
        add_answer_header(scope, name, value)
