"""Where an operation can be taken back; pure functions."""

from app.core.vocabulary import Role
from app.models import Operation
from app.operations.presentation import outcome_of
from app.tenancy.scope import SiteScope


def sites_left(scope: SiteScope, row: Operation) -> list[int]:
    """The sites of a scope that take changes of its owner and where it is not taken back yet."""
    done = {*outcome_of(row).site_ids, *scope.inactive}
    return [
        site_id
        for site_id in scope.site_ids
        if site_id not in done and scope.roles[site_id].includes(Role.EDITOR)
    ]
