"""What logging in needs of the process, put together once as it starts."""

from starlette.datastructures import State

from app.auth.session_rules import session_limits
from app.core.config import Settings
from app.identity.logins.attempts import Attempts
from app.identity.logins.browser import BrowserSessions
from app.identity.logins.check import PasswordCheck
from app.identity.logins.login import LoginService
from app.identity.oidc.accounts import Accounts
from app.identity.oidc.logout import ProviderLogout
from app.identity.oidc.provider_login import ProviderLogin
from app.identity.passwords.setting import PasswordSetting
from app.identity.totp.second_factors import SecondFactors


def set_up_identity(state: State, settings: Settings) -> None:
    """Make what opens and ends logins; what verifies them is there already."""
    engine, provider, callers = state.engine, state.provider, state.authenticator.callers
    check = PasswordCheck(
        engine,
        state.passwords,
        attempts=Attempts(engine, state.secret_keys),
        second_factors=SecondFactors(engine, state.key_ring),
    )
    state.login_service = LoginService(
        engine=engine, check=check, issuer=state.token_issuer, callers=callers
    )
    state.password_setting = PasswordSetting(engine, check, callers=callers, jobs=state.jobs)
    state.browser_sessions = BrowserSessions(engine, session_limits(settings))
    state.provider_logout = ProviderLogout(engine, provider)
    state.provider_login = provider and ProviderLogin(
        engine,
        provider,
        accounts=Accounts(engine, provider.issuer, settings.oidc_allowed_domains),
        scopes=settings.oidc_scopes,
    )
