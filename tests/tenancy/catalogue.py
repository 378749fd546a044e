"""What has been reviewed of the database: a new table, function or grant has to be entered here."""

from enum import StrEnum


class Kind(StrEnum):
    """Whose the rows of a table are."""

    SITE = "a site's: row-level security, and every key begins with the site"
    PERSON = "a person's: reached by its owner only, with a canary test in test_person_owned.py"
    GLOBAL = "nobody's: each statement says itself whom it shows"
    TECHNICAL = "the migrations'"


KINDS = {
    "alembic_version": Kind.TECHNICAL,
    "audit_events": Kind.SITE,
    "interaction_changes": Kind.SITE,
    "interactions": Kind.SITE,
    "memberships": Kind.SITE,
    "password_credentials": Kind.PERSON,
    "sites": Kind.GLOBAL,
    "system_events": Kind.GLOBAL,
    "token_families": Kind.PERSON,
    "users": Kind.GLOBAL,
}

GRANTS = {
    "alembic_version": {"SELECT"},
    "audit_events": {"SELECT", "INSERT"},
    "interaction_changes": {"SELECT", "INSERT"},
    "interactions": {"SELECT", "INSERT", "UPDATE"},
    "memberships": {"SELECT", "INSERT", "UPDATE", "DELETE"},
    "password_credentials": {"INSERT", "UPDATE"},
    "sites": {"SELECT", "INSERT", "UPDATE"},
    "system_events": {"SELECT", "INSERT"},
    "token_families": {"SELECT", "INSERT", "UPDATE", "DELETE"},
    "users": {"SELECT", "INSERT", "UPDATE"},
}
"""What the application may do to whole tables; history and audit can only grow."""

COLUMN_GRANTS = {
    ("password_credentials", "user_id"): {"SELECT"},
    ("password_credentials", "changed_at"): {"SELECT"},
}
"""What it may do to some columns only: a password hash is read by a function alone."""

LOOKUP_COLUMNS = {
    "interactions": {"deleted_at", "id", "site_id"},
    "memberships": {"role", "site_id", "user_id"},
    "password_credentials": {"changed_at", "password_hash", "user_id"},
    "sites": {"id", "is_active"},
    "token_families": {"expires_at", "id", "revoked_at", "user_id"},
    "users": {"email", "full_name", "id", "is_active", "is_system_admin", "username"},
}
"""What the functions below can see, whoever asks them."""

DEFINER_FUNCTIONS = {
    "app.caller(integer,uuid)": "ims_lookup",
    "app.login_candidate(text)": "ims_lookup",
    "app.site_of_interaction(bigint)": "ims_lookup",
}
"""Functions that see more than their caller, and the role that they see with."""

POLICIES = {
    "site_scope": ("ims_app", "ALL"),
    "migration": ("ims_migrator", "ALL"),
    "lookup": ("ims_lookup", "SELECT"),
}
"""Every policy by name: whom it is for, and what it lets them do. `lookup` is not on all tables."""

LOOKUP_POLICIES = {"interactions", "memberships"}

VIEWS_OF_ANOTHER_ROLE: dict[str, str] = {}
"""Views that see more than their reader, and the role that they see with."""
