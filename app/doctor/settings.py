"""The settings, beyond what keeps a command from starting."""

import re

from pydantic import ValidationError

from app.core.config import Settings, in_a_line
from app.doctor.deployment import Deployment
from app.doctor.finding import Finding, ok, warning

_THIS_MACHINE = {"127.0.0.1", "::1", "localhost"}
_LOCAL_ORIGIN = re.compile(r"http://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]+)?")


async def check_environment(deployment: Deployment) -> Finding:
    """Whether what others reach runs under the rules of production."""
    settings = deployment.settings
    if settings.is_production:
        return ok("production, and nothing in them that it refuses")
    seen = "development"
    if faults := _production_faults(settings):
        seen = f"development; {faults}"
    if settings.public_url is None and settings.host in _THIS_MACHINE:
        return ok(seen)
    return warning(seen, "Others can reach it: mend what is refused, set ENVIRONMENT=production")


async def check_cors(deployment: Deployment) -> Finding:
    """Whether the pages that may call come encrypted."""
    origins = deployment.settings.cors_origins
    unencrypted = [origin for origin in origins if origin.startswith("http:")]
    if exposed := [origin for origin in unencrypted if not _LOCAL_ORIGIN.fullmatch(origin)]:
        return warning(
            f"{', '.join(exposed)}: anybody on the way could change these pages",
            "Serve them by https, and name them so in CORS_ORIGINS",
        )
    return ok(", ".join(origins) or "no other origin may call")


def _production_faults(settings: Settings) -> str | None:
    try:
        Settings(**settings.model_dump() | {"environment": "production"})
    except ValidationError as error:
        return in_a_line(error)
    return None
