"""What fields mean whose name does not say it all, once for all schemas that have them.

A field that says more itself keeps its own words. `Schema.field` goes before `field`.
"""

from typing import Any

Json = dict[str, Any]

MEANINGS = {
    # Interactions
    "timezone": "An IANA time zone.",
    "tz": "An IANA time zone.",
    "external_id": "What it is called in the system that it came from; unique within a site.",
    "legal_hold": "Keeps it, and its history, from every purge and erasure.",
    "version": "Grows by one with each change.",
    "changes": "What each field was, and what it became.",
    "before_state": "The whole content before; null at the first.",
    "after_state": "The whole content afterwards; null at the last.",
    "created_by": "The id of the user who made it.",
    "updated_by": "The id of the user who changed it last.",
    # Pages
    "total": "How many there are over all pages; null if it was not counted.",
    "total_is_exact": "False if there are more than `total`.",
    "page": "Which page it is, from 1.",
    "page_size": "How many rows a page has at most.",
    "total_pages": "How many pages there are; null if that is not known.",
    "next_cursor": "What `cursor=` goes on from; null at the end, and where there is no cursor.",
    "count": "How many there are.",
    "hours": "How long they last together.",
    # Searches
    "field": "The name of a field.",
    "op": "How to compare.",
    "FacetValue.value": "The value that they have in common.",
    "text": "Exactly as it is stored; never HTML.",
    "include": "Names that the answers are to have too.",
    "highlight": "Show where the words were found.",
    "shared_with": "The site whose members may read and run it; null: nobody else.",
    "is_mine": "Whether the caller owns it.",
    # People and logins
    "is_active": "False once it is deactivated.",
    "is_system_admin": "Whether they may see and do everything at all sites.",
    "UserCreate.password": "Left out, they are invited by e-mail to choose one.",
    "totp": "The six digits that the authenticator app shows.",
    "access_token": "What to send as `Authorization: Bearer`.",
    "token_type": "How to send it.",
    "expires_in": "How long the access token lasts, in seconds.",
    "refresh_token": "What the next pair is had for, once.",
    "csrf_token": "What pages send as `X-CSRF-Token` with each request that changes something.",
    "logout_url": "Where to end the login at the provider; null without one.",
    "token": "What the link in the message ends with.",
    "secret": "What to type into the app, in base 32.",
    "otpauth_uri": "The same, to be shown as a QR code.",
    "address": "Where it came from, masked.",
    "user_agent": "What the browser or program calls itself.",
    "is_current": "Whether this request came from there.",
    "keys": "The keys, each with its `kid`.",
    "site_ids": "The sites that it is about.",
    "key": "The whole key, shown this once.",
    "prefix": "How the key begins, to tell it from others.",
    "previous_expires_at": "Until when the key before the last rotation still works.",
    "ApiKeyCreate.site_ids": "The sites that it is for.",
    # Jobs
    "job_id": "The job that does it in the background.",
    "last_report_id": "The report that was made last.",
    "owner_id": "The id of the user who asked for it.",
    "progress": "In percent.",
    "estimated_completion": "When it will be done, as far as can be told.",
    "rows_done": "How many rows are done.",
    "rows_total": "How many there are to do; null as long as that is not known.",
    "dry_run": "Whether only what would happen was looked at.",
    "due_at": "Not before then.",
    "heartbeat_at": "When its worker last said that it is at it.",
    "timeout_seconds": "How long it may take; null: as the installation has it.",
    "error_code": "Why it failed; null if it did not.",
    "expires_at": "When it ends, or its files are removed.",
    "file_size": "In bytes.",
    "size": "In bytes.",
    "queued": "How many jobs wait.",
    "running": "How many jobs are being done.",
    "cron": "Minute, hour, day of month, month, day of week; in the zone `tz`.",
    # Imports, and taking them back
    "row": "The number of the row in the file.",
    "columns": "The names of the file's columns.",
    "is_guessed": "Whether the mapping was guessed.",
    "FileReading.notes": "What was taken for granted, in sentences.",
    "has_errors_file": "Whether there are refused rows to download.",
    "duplicates_total": "How many rows are there already.",
    "conflicts_total": "How many are left as they are.",
    "reason": "Why they are refused.",
    "read": "Rows that the file has.",
    "created": "New interactions.",
    "updated": "Interactions that change.",
    "unchanged": "Rows that are there already, exactly so.",
    "skipped": "Rows that are there already, and left alone.",
    "refused": "Rows that are not valid.",
    # The audit, retention and health
    "action": "What happened, by a name that stays.",
    "AuditEventRead.details": "Facts about it; never texts of interactions.",
    "request_id": "The `X-Request-ID` of the request.",
    "authentication": "Days that logins are kept.",
    "access": "Days that refusals and reading of the audit are kept.",
    "administration": "Days that changes of sites, members and users are kept.",
    "interactions_years": "Years after its end when an interaction goes; null: never.",
    "trash_days": "Days after which what was deleted goes.",
    "history_days": "Days after its last change when the history of a gone one goes; null: never.",
    "oldest": "The time of the first.",
    "newest": "The time of the last.",
    "database": "Whether it answers, and has the schema that this release needs.",
    "redis": "Whether it answers; without it the service goes on, but for new jobs.",
}


def add_meanings(schemas: Json) -> None:
    """Describe the fields of schemas that are not described."""
    for name, schema in schemas.items():
        for field, content in schema.get("properties", {}).items():
            meaning = MEANINGS.get(f"{name}.{field}", MEANINGS.get(field))
            if meaning and "description" not in content and "$ref" not in content:
                content["description"] = meaning
