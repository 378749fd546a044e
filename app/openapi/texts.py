"""What the OpenAPI document says in words: what the service is, its tags, who is calling."""

from typing import Any

TITLE = "Interaction Management API"
DESCRIPTION = """
Records, finds and reports the interactions of an organisation with many sites: meetings, calls,
e-mails, visits. Everybody works across their own sites and never sees a row of another.

Log in with the form above, or call `POST /api/v1/auth/login` and send the access token as
`Authorization: Bearer ...`. Every error has the same form, and a `code` that stays; with
`Accept: application/problem+json` it comes as RFC 9457 has it.
"""

SERVERS = [{"url": "/", "description": "The service that this document comes from"}]

TAGS = [
    {"name": "interactions", "description": "Recording, finding, reading and changing them"},
    {"name": "statistics", "description": "How many there are, and how long they last"},
    {"name": "saved searches", "description": "Searches that are kept, and shared with a site"},
    {"name": "reports", "description": "Files about interactions, made in the background"},
    {"name": "retention", "description": "How long sites keep what they have"},
    {"name": "privacy", "description": "What is held on one person: handed out, or erased"},
    {"name": "imports", "description": "Bringing in what another system wrote to a file"},
    {"name": "operations", "description": "Changes of many interactions, to be taken back"},
    {"name": "jobs", "description": "What is done in the background, for those who run it"},
    {"name": "sites", "description": "Where interactions belong"},
    {"name": "members", "description": "Who holds which role at a site"},
    {"name": "users", "description": "The people who may log in"},
    {"name": "auth", "description": "Logging in, and who the caller is"},
    {"name": "audit", "description": "What happened, for those who answer for it"},
    {"name": "health", "description": "Whether the service lives, and whether it can work"},
]

SECURITY_SCHEMES: dict[str, Any] = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "An access token of `POST /api/v1/auth/login` or of the provider, or an API"
        " key.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-ims_session",
        "description": "The cookie of `POST /api/v1/auth/session`; without the prefix in"
        " development. Requests that change something need `X-CSRF-Token` too.",
    },
}
