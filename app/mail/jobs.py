"""What the worker does about messages."""

from typing import Any

from app.mail.delivery import MailDelivery


async def send_mail(context: dict[str, Any], mail_id: int) -> None:
    """Send one message."""
    delivery: MailDelivery = context["mail"]
    await delivery.send(mail_id)


async def send_due_mail(context: dict[str, Any]) -> None:
    """Send what is due: what failed before, and what Redis has lost or never heard of."""
    delivery: MailDelivery = context["mail"]
    await delivery.send_due()
