"""Answering with a page of interactions: what lists and searches have in common."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from fastapi import Request, Response

from app.core.cursor import Cursors
from app.core.direct_pool import OutOfTimeError
from app.core.errors import QueryTooBroad
from app.core.http.conditional import is_known, weak_etag
from app.core.moments import parse_datetime
from app.core.pagination import CursorPageRequest, links_of
from app.interactions.answers import answer_of, as_json, include_names, names_version
from app.interactions.confidential import ConfidentialNotes
from app.interactions.finding.asking import Asking
from app.interactions.finding.columns import place_of
from app.interactions.finding.counting import Counting
from app.interactions.finding.facets import facets_of
from app.interactions.finding.find import find_page
from app.interactions.finding.hints import Named, hints_for
from app.interactions.finding.needles import is_word
from app.interactions.finding.numbers import generation_of
from app.interactions.finding.ordering import MOMENTS, is_by_deletion, is_by_start, with_id
from app.interactions.finding.question import Found, Question
from app.interactions.finding.tree import Node, leaves
from app.interactions.highlighting import highlight, shown_words
from app.interactions.sorting import SortTerm
from app.interactions.trash import Days, dates_of, days_kept
from app.tenancy.scope import SiteScope
from app.tenancy.snapshot import Snapshot, snapshot

SECONDS = 0.45
"""How long finding may take, so that whoever asks too much is told within half a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be shown of whatever is found.

    Attributes:
        paging: Which page.
        counting: How the total is found out.
        include: Which names go with each interaction.
        highlight: Whether to show where the words were found.
        facets: Which counts go with the page.
        zone: The zone of their months.
        q: The words, for hints when nothing is found.
        conditions: All conditions by name, for the same; None: no hints.
        body: What was asked in a body, which a cursor is bound to besides the address.
        is_for_now: Whether it asks for what is relative to the present, which is soon another.
        is_trash: Whether what is in the trash is meant.
    """

    paging: CursorPageRequest
    counting: Counting = Counting.CAPPED
    include: frozenset[str] = frozenset()
    highlight: bool = False
    facets: tuple[str, ...] = ()
    zone: str = "UTC"
    q: str | None = None
    conditions: Sequence[Named] | None = None
    body: object = None
    is_for_now: bool = False
    is_trash: bool = False


@dataclass(frozen=True, slots=True)
class PageOf:
    """The page of one request, for the sites of one scope."""

    request: Request
    scope: SiteScope
    wanted: Wanted
    headers: dict[str, str] = field(default_factory=dict)

    async def answer(self, where: Node, order: Sequence[SortTerm]) -> Response:
        """The page of what meets the conditions, or that the client has it already.

        Raises:
            InvalidCursor: The cursor was given for another question.
            QueryTooBroad: It would take too long.
        """
        number, question = self._question(where, tuple(order))
        state = self.request.app.state
        plan = {
            "planned_anew": any(map(is_word, leaves(where))),
            "in_order": self._is_in_order(question),
        }
        try:
            async with snapshot(state.direct_pool, self.scope, **plan) as seen:
                names = await names_version(seen) if self.wanted.include else []
                days = await self._days_in_trash(seen)
                beside = [*names, *days.items()]
                if await self._is_known(seen, beside):
                    return Response(status_code=304, headers=self.headers)
                asking = Asking(seen, question, seconds=SECONDS, cache=state.cache)
                content = await self._content(asking, number, beside=beside, days=days)
        except OutOfTimeError:
            raise QueryTooBroad from None
        return Response(as_json(content), media_type="application/json", headers=self.headers)

    def _is_in_order(self, question: Question) -> bool:
        """Whether the rows come in order out of an index, which the planner would not see."""
        if question.is_trash:
            return is_by_deletion(question.order)
        return is_by_start(question.order) and len(self.scope.roles) > 1

    async def _days_in_trash(self, seen: Snapshot) -> Days:
        if not self.wanted.is_trash:
            return {}
        return await days_kept(seen, self.request.app.state.settings.trash_days)

    async def _content(
        self, asking: Asking, number: int, *, beside: list[object], days: Days
    ) -> dict[str, Any]:
        wanted = self.wanted
        found = await find_page(asking)
        confidential = ConfidentialNotes(self.request.app.state.key_ring, self.scope)
        answers = [answer_of(row, confidential) for row in found.rows]
        if wanted.is_trash:
            for answer, row in zip(answers, found.rows, strict=True):
                answer |= dates_of(row, days)
        await include_names(asking.snapshot, answers, wanted.include)
        if wanted.highlight:
            await highlight(asking.snapshot, answers, shown_words(asking.question.where))
        more: dict[str, Any] = {}
        if wanted.facets:
            more["facets"] = await facets_of(
                asking, wanted.facets, zone=wanted.zone, generation=found.generation
            )
        found = await asking.counted(found)
        if wanted.conditions is not None and found.total == 0:
            hints = await hints_for(asking.snapshot, wanted.q, wanted.conditions)
            more |= {"hints": hints} if hints else {}
        page = self._page(asking.question, number, found)
        self._tell(page, self._etag(found.generation, beside))
        return {"interactions": answers, **page, **more}

    async def _is_known(self, seen: Snapshot, beside: list[object]) -> bool:
        """Whether the client has the answer, found out without looking at any interaction."""
        if "if-none-match" not in self.request.headers or self.wanted.is_for_now:
            return False
        self.headers["ETag"] = self._etag(await generation_of(seen), beside)
        return is_known(self.request, self.headers["ETag"])

    def _question(self, where: Node, order: tuple[SortTerm, ...]) -> tuple[int, Question]:
        """The number of the page, and what it holds."""
        paging = self.wanted.paging
        question = Question(
            where,
            order,
            paging.page_size,
            counting=self.wanted.counting,
            is_trash=self.wanted.is_trash,
        )
        if paging.cursor is None:
            return paging.page, replace(question, offset=paging.offset)
        number, *place = self._cursors().read(paging.cursor)
        values = [
            parse_datetime(value) if term.field in MOMENTS else value
            for term, value in zip(with_id(order), place, strict=True)
        ]
        return number, replace(question, place=tuple(values))

    def _page(self, question: Question, number: int, found: Found) -> dict[str, Any]:
        size, total = question.limit, found.total
        next_cursor = None
        if found.has_more:
            place = place_of(found.rows[-1], question.order)
            next_cursor = self._cursors().write([number + 1, *place])
        return {
            "total": total,
            "total_is_exact": found.is_exact,
            "page": number,
            "page_size": size,
            "total_pages": -(-total // size) if found.is_exact and total is not None else None,
            "next_cursor": next_cursor,
        }

    def _tell(self, page: dict[str, Any], etag: str) -> None:
        """Name the answer and its neighbours, where an address alone leads there."""
        if not self.wanted.is_for_now:
            self.headers["ETag"] = etag
        if self.wanted.body is None:
            names = ("page", "total_pages", "next_cursor")
            self.headers["Link"] = links_of(
                self.request.url, **{name: page[name] for name in names}
            )

    def _cursors(self) -> Cursors:
        return Cursors.of(self.request, body=self.wanted.body)

    def _etag(self, generation: int, beside: list[object]) -> str:
        roles = sorted(self.scope.roles.items())
        asked = [self.request.url.path, self.request.url.query, self.wanted.body]
        return weak_etag(generation, beside, self.scope.user_id, roles, asked)
