"""The server that sends e-mail, when the settings name one."""

from app.core.connection_urls import is_remote
from app.core.mail import FOLDER, SmtpServer
from app.doctor.deployment import Deployment
from app.doctor.encryption import unencrypted
from app.doctor.finding import Finding, ok, warning

_SECONDS = 5


async def check_mail(deployment: Deployment) -> Finding:
    """Whether it lets us in, encrypted where it has to be; no message is sent."""
    settings = deployment.settings
    server = SmtpServer.of(settings)
    if server is None or settings.smtp_url is None:
        if not settings.is_production:
            return ok(f"SMTP_URL is not set: messages go to {settings.ims_state_dir / FOLDER}")
        return warning("SMTP_URL is not set: nobody can reset a password or be invited", "Set it")
    async with server.client(seconds=_SECONDS) as client:
        await client.ehlo()
        is_encrypted = client.get_transport_info("ssl_object") is not None
    if is_encrypted or not is_remote(settings.smtp_url.get_secret_value()):
        return ok(f"{server.host} lets us in{', encrypted' if is_encrypted else ''}")
    return unencrypted(deployment, "smtp", "Use one that offers STARTTLS, or smtps://")
