"""`/auth` and `/api-keys`: all that has to do with who is calling."""

from app.identity.api_keys.router import router as api_keys_router
from app.identity.logins.router import router as logins_router
from app.identity.logins.session_router import router as sessions_router
from app.identity.oidc.router import callbacks_router
from app.identity.oidc.router import router as oidc_router
from app.identity.passwords.router import router as passwords_router
from app.identity.totp.router import router as totp_router

IDENTITY_ROUTERS = (
    logins_router,
    sessions_router,
    passwords_router,
    totp_router,
    oidc_router,
    callbacks_router,
    api_keys_router,
)
