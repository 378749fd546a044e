"""Why a token is refused: for the log, never for the caller."""

from enum import StrEnum


class Reason(StrEnum):
    """The one rule that a token broke first."""

    SHAPE = "shape"
    ENCODING = "encoding"
    JSON = "json"
    HEADER_MEMBER = "header_member"
    ALGORITHM = "algorithm"
    KEY_ID = "key_id"
    TYPE = "type"
    ISSUER = "issuer"
    DEVELOPMENT_KEY = "development_key"
    UNKNOWN_KEY = "unknown_key"
    KEY_ALGORITHM = "key_algorithm"
    SIGNATURE = "signature"
    AUDIENCE = "audience"
    TIMES = "times"
    LIFETIME = "lifetime"
    NOT_YET_VALID = "not_yet_valid"
    SUBJECT = "subject"
    LOGIN = "login"
    SITE_IDS = "site_ids"
    AUTHORIZED_PARTY = "authorized_party"
    NONCE = "nonce"
    EXPIRED = "expired"


class TokenRefusedError(Exception):
    """A token broke a rule; `app.auth.tokens` turns this into an answer."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason.value)
