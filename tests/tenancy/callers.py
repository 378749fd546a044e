"""Who calls in the proof, and what none of their answers may show."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from fastapi import FastAPI
from jose import jws

from app.auth.keys import load_signing_key
from app.core.vocabulary import Role
from app.models import Site, User
from tests.factories import DEVICE, PASSWORD, Make, session_headers
from tests.imports.making import make_import, make_operation
from tests.jobs.making import make_job
from tests.privacy.making import make_export
from tests.reports.making import make_schedule, make_titled_report
from tests.saved_searches.making import make_search
from tests.tenancy.operations import Target, session_id_of
from tests.tenancy.world import Place, World

REQUEST_ID = "the-same-for-every-call"
"""Sent with every call, so that two answers can be compared byte by byte."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Somebody who calls.

    Attributes:
        name: For messages.
        hidden: Words that no answer may hold.
        username: Whom they log in as when the call is a login.
        refresh_token: One of that user's.
        key_id: A key of that user's.
        search_id: A saved search of that user's.
        import_id: An import of that user's, whose name and refused rows hold the user's name.
        operation_id: An operation of that user's.
        report_id: A report of that user's, whose title and file hold the user's name.
        schedule_id: A schedule of that user's, whose title is the user's name.
        request_id: An export of that user's of what is held on somebody with the user's name.
        job_id: A background job of that user's which failed.
        headers: What they send with every call.
    """

    name: str
    hidden: tuple[str, ...]
    username: str
    refresh_token: str
    key_id: int
    search_id: int
    import_id: int
    operation_id: str
    report_id: int
    schedule_id: int
    request_id: int
    job_id: int
    headers: dict[str, str] = field(default_factory=dict)

    def target(self, world: World, place: Place) -> Target:
        """A target at a place, with the caller's own credentials."""
        return Target(
            site_id=place.site.id,
            interaction_id=place.interaction_id,
            user_id=place.planted_by.id,
            newcomer_id=world.newcomer.id,
            username=self.username,
            refresh_token=self.refresh_token,
            session_id=session_id_of(self.refresh_token),
            key_id=self.key_id,
            search_id=place.search_id,
            import_id=place.import_id,
            operation_id=str(place.operation_id),
            report_id=place.report_id,
            schedule_id=place.schedule_id,
            request_id=self.request_id,
            job_id=self.job_id,
        )


async def outsiders(app: FastAPI, world: World) -> list[Caller]:
    """Everybody to whom the site of the others must stay hidden."""
    ours, theirs = world.ours, world.theirs
    strangers = (ours.canary, theirs.canary)
    members = [
        await log_in(app, ours.people[role], role, theirs.canary, sites=[ours.site])
        for role in Role
    ]
    nobody = await log_in(app, world.nobody, "member of no site", *strangers)
    both = await log_in(app, world.both, "member of both", theirs.canary)
    admin = members[-1]
    page = await session_headers(app, ours.people[Role.SITE_ADMIN])
    _, key = await Make(app.state.engine, app.state.passwords).api_key(
        app, world.both, ours.site, role=Role.SITE_ADMIN
    )
    narrowed_token = with_site_ids(app, both.headers["Authorization"], [ours.site.id])
    return [
        *members,
        nobody,
        Caller(
            name="anonymous",
            key_id=nobody.key_id,
            search_id=nobody.search_id,
            import_id=nobody.import_id,
            operation_id=nobody.operation_id,
            report_id=nobody.report_id,
            schedule_id=nobody.schedule_id,
            request_id=nobody.request_id,
            job_id=nobody.job_id,
            hidden=strangers,
            username=nobody.username,
            refresh_token=nobody.refresh_token,
        ),
        replace(admin, name="with a browser", headers=page),
        replace(admin, name="with a key", headers={"Authorization": f"Bearer {key}"}),
        replace(
            admin,
            name="narrowed by the token",
            hidden=(theirs.canary,),
            headers={"Authorization": narrowed_token},
        ),
        replace(
            admin,
            name="narrowed by X-Site-ID",
            hidden=(theirs.canary,),
            headers=both.headers | {"X-Site-ID": str(ours.site.id)},
        ),
    ]


async def log_in(
    app: FastAPI, user: User, name: str, *hidden: str, sites: Sequence[Site] = ()
) -> Caller:
    """A caller with a login of their own, who has asked for an export about some sites."""
    tokens = await app.state.login_service.log_in(user.username, PASSWORD, DEVICE)
    row, _ = await Make(app.state.engine, app.state.passwords).api_key(app, user)
    return Caller(
        name=name,
        key_id=row.id,
        search_id=await make_search(app.state.engine, user),
        import_id=await make_import(app, user, file_name=user.full_name),
        operation_id=str(await make_operation(app, user)),
        report_id=await make_titled_report(app, user, title=user.full_name),
        schedule_id=await make_schedule(app.state.engine, user, title=user.full_name),
        request_id=await make_export(app, user, *sites, person=user.full_name),
        job_id=await make_job(app.state.engine, user, status="failed", error_code="timeout"),
        hidden=hidden,
        username=user.username,
        refresh_token=tokens.refresh_token,
        headers={"Authorization": f"Bearer {tokens.access_token}"},
    )


def with_site_ids(app: FastAPI, authorization: str, site_ids: list[int]) -> str:
    """The same token with the claim that narrows it."""
    payload = authorization.split(".")[1]
    claims = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    key = load_signing_key(app.state.settings)
    signed = jws.sign(
        claims | {app.state.settings.site_ids_claim: site_ids},
        key.private_key,  # type: ignore[arg-type]  # the stubs know keys as text only
        headers={"typ": "at+jwt", "kid": key.kid},
        algorithm=key.algorithm.value,
    )
    return f"Bearer {signed}"
