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
    "api_keys": Kind.PERSON,
    "audit_events": Kind.SITE,
    "external_identities": Kind.PERSON,
    "idempotency_records": Kind.PERSON,
    "imports": Kind.PERSON,
    "interaction_changes": Kind.SITE,
    "interaction_counts": Kind.SITE,
    "interaction_deltas": Kind.SITE,
    "interactions": Kind.SITE,
    "jobs": Kind.PERSON,
    "login_attempts": Kind.GLOBAL,
    "logins": Kind.PERSON,
    "memberships": Kind.SITE,
    "operations": Kind.PERSON,
    "outgoing_mails": Kind.GLOBAL,
    "password_credentials": Kind.PERSON,
    "password_links": Kind.PERSON,
    "report_schedules": Kind.PERSON,
    "saved_searches": Kind.PERSON,
    "site_counters": Kind.SITE,
    "site_retention": Kind.SITE,
    "sites": Kind.GLOBAL,
    "system_events": Kind.GLOBAL,
    "totp_credentials": Kind.PERSON,
    "users": Kind.GLOBAL,
}

GRANTS = {
    "alembic_version": {"SELECT"},
    "api_keys": {"SELECT", "INSERT", "UPDATE"},
    "audit_events": {"SELECT", "INSERT"},
    "documents_of_few_sites": {"SELECT"},
    "documents_of_many_sites": {"SELECT"},
    "external_identities": {"SELECT", "INSERT", "DELETE"},
    "idempotency_records": {"SELECT", "INSERT", "UPDATE", "DELETE"},
    "imports": {"SELECT", "INSERT", "UPDATE", "DELETE"},
    "interaction_changes": {"SELECT", "INSERT"},
    "interaction_counts": {"SELECT", "INSERT", "UPDATE"},
    "interaction_deltas": {"SELECT", "INSERT", "DELETE"},
    "interactions": {"SELECT", "INSERT", "UPDATE"},
    "jobs": {"SELECT", "INSERT", "UPDATE", "DELETE"},
    "login_attempts": {"SELECT", "INSERT", "UPDATE", "DELETE"},
    "logins": {"SELECT", "INSERT", "UPDATE", "DELETE"},
    "memberships": {"SELECT", "INSERT", "UPDATE", "DELETE"},
    "operations": {"SELECT", "INSERT", "UPDATE"},
    "outgoing_mails": {"SELECT", "INSERT", "UPDATE", "DELETE"},
    "password_credentials": {"INSERT", "UPDATE", "DELETE"},
    "password_links": {"SELECT", "INSERT", "UPDATE", "DELETE"},
    "report_schedules": {"SELECT", "INSERT", "UPDATE", "DELETE"},
    "saved_searches": {"SELECT", "INSERT", "UPDATE", "DELETE"},
    "site_counters": {"SELECT", "INSERT", "UPDATE"},
    "site_retention": {"SELECT", "INSERT", "UPDATE"},
    "sites": {"SELECT", "INSERT", "UPDATE"},
    "system_events": {"SELECT", "INSERT"},
    "totp_credentials": {"SELECT", "INSERT", "UPDATE", "DELETE"},
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
    "logins": {"expires_at", "id", "method", "revoked_at", "user_id"},
    "memberships": {"role", "site_id", "user_id"},
    "password_credentials": {"changed_at", "password_hash", "user_id"},
    "sites": {"id", "is_active"},
    "totp_credentials": {"confirmed_at", "user_id"},
    "users": {"email", "full_name", "id", "is_active", "is_system_admin", "username"},
}
"""What the functions below can see, whoever asks them."""

DEFINER_FUNCTIONS = {
    "app.caller(integer,uuid)": "ims_lookup",
    "app.delete_history(integer,timestamp with time zone,bigint,integer)": "ims_retention",
    "app.delete_old_audit_events(text[],timestamp with time zone,integer)": "ims_retention",
    "app.delete_old_system_events(text[],timestamp with time zone,integer)": "ims_retention",
    "app.login_candidate(text)": "ims_lookup",
    "app.purge_interactions(integer,timestamp with time zone,timestamp with time zone,integer)": (
        "ims_retention"
    ),
    "app.redact_history(integer,text,bigint,integer)": "ims_retention",
    "app.site_of_interaction(bigint)": "ims_lookup",
}
"""Functions that see more than their caller, and the role that they see with."""

POLICIES = {
    "site_scope": ("ims_app", "ALL"),
    "migration": ("ims_migrator", "ALL"),
    "lookup": ("ims_lookup", "SELECT"),
    "retention": ("ims_retention", "ALL"),
    "search": ("ims_search", "SELECT"),
}
"""Every policy by name: whom it is for, and what it lets them do. The last three are not on all
tables."""

LOOKUP_POLICIES = {"interactions", "memberships"}

SEARCH_POLICIES = {"interactions"}

SEARCH_COLUMNS = {"interactions": {"deleted_at", "document", "id", "site_id", "start_datetime"}}
"""What the views below are made of."""

RETENTION_POLICIES = {"audit_events", "interaction_changes", "interactions"}
"""Where rows can be removed or redacted, by a function and within its caller's scope."""

VIEWS_OF_ANOTHER_ROLE = {
    "documents_of_few_sites": "ims_search",
    "documents_of_many_sites": "ims_search",
}
"""Views that see more than their reader, and the role that they see with."""
