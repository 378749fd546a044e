"""The service's own secrets: whether they are there, of their form, and kept to themselves."""

from collections.abc import Callable
from pathlib import Path

from app.auth.keys import KEY_FILE, load_signing_key
from app.core import sealing, secret_keys
from app.core.config import Settings, StartRefusedError
from app.doctor.deployment import Deployment
from app.doctor.finding import Finding, ok, wrong

_GENERATED = (KEY_FILE, secret_keys.FILE, sealing.FILE)


async def check_signing_key(deployment: Deployment) -> Finding:
    """Whether access tokens can be signed."""
    settings = deployment.settings
    return _check(
        settings,
        settings.token_signing_key is not None,
        file=KEY_FILE,
        load=load_signing_key,
        advice="Make one as .env.example says beside TOKEN_SIGNING_KEY",
    )


async def check_secret_keys(deployment: Deployment) -> Finding:
    """Whether sessions, API keys and cursors can be signed."""
    settings = deployment.settings
    return _check(
        settings,
        bool(settings.secret_keys),
        file=secret_keys.FILE,
        load=secret_keys.load_secret_keys,
        advice="Make SECRET_KEYS with `openssl rand -base64 48`",
    )


async def check_encryption_keys(deployment: Deployment) -> Finding:
    """Whether confidential notes and second factors can be encrypted."""
    settings = deployment.settings
    return _check(
        settings,
        bool(settings.encryption_keys),
        file=sealing.FILE,
        load=sealing.load_key_ring,
        advice="Make ENCRYPTION_KEYS with `openssl rand -base64 32`",
    )


async def check_files(deployment: Deployment) -> Finding:
    """Whether nobody else on this machine can read the files that hold secrets."""
    state_dir = deployment.settings.ims_state_dir
    named = str(Settings.model_config.get("env_file"))
    files = [Path(named), *(state_dir / name for name in _GENERATED)]
    present = [path for path in files if path.exists()]
    exposed = [str(path) for path in present if path.stat().st_mode & 0o077]
    if exposed:
        paths = " ".join(exposed)
        return wrong(f"others on this machine can read {paths}", f"Run `chmod 600 {paths}`")
    return ok(f"{len(present)} with secrets, for their owner alone")


def _check(
    settings: Settings,
    is_set: bool,
    *,
    file: str,
    load: Callable[[Settings], object],
    advice: str,
) -> Finding:
    path = settings.ims_state_dir / file
    # To load what is not there would make it, and a look is to change nothing.
    if not is_set and not path.exists():
        return ok("not set; the first start in development makes one")
    try:
        load(settings)
    except (StartRefusedError, ValueError) as error:  # of these two every message is ours
        return wrong(str(error), advice)
    return ok("set, and of the right form" if is_set else f"generated, in {path}")
