"""The database roles: made before the first revision, by whoever may make roles.

Roles belong to the cluster and outlive a database, so revisions only grant and revoke.
"""

from dataclasses import dataclass

OWNER, MIGRATOR, APP = "ims_owner", "ims_migrator", "ims_app"
LOOKUP, SEARCH, RETENTION = "ims_lookup", "ims_search", "ims_retention"


@dataclass(frozen=True, slots=True)
class DatabaseRole:
    """A role, what it may do, and which roles it can become."""

    name: str
    attributes: str
    purpose: str
    member_of: tuple[str, ...] = ()


# No role is a superuser, and none that the application can become bypasses row-level security.
# NOINHERIT: the owner makes the functions and views of the three below it, but does not see
# through their policies.
ROLES = (
    DatabaseRole(LOOKUP, "NOLOGIN", "owns the functions that answer before a scope exists"),
    DatabaseRole(SEARCH, "NOLOGIN", "owns the search view"),
    DatabaseRole(RETENTION, "NOLOGIN", "owns the functions that redact or delete history"),
    DatabaseRole(OWNER, "NOLOGIN NOINHERIT", "owns the tables", (LOOKUP, SEARCH, RETENTION)),
    DatabaseRole(MIGRATOR, "LOGIN", "runs migrations, dumps and bulk loads", (OWNER,)),
    DatabaseRole(APP, "LOGIN", "API and worker; owns nothing, is a member of nothing"),
)
