"""Whether somebody does the work that waits in Redis."""

from arq.constants import default_queue_name, health_check_key_suffix

from app.doctor.deployment import Deployment
from app.doctor.finding import Finding, ok, warning


async def check_worker(deployment: Deployment) -> Finding:
    """Whether a worker has shown itself of late."""
    if await deployment.redis.exists(default_queue_name + health_check_key_suffix):
        return ok("at work")
    return warning("no sign of life of any", "Start one with `ims worker`: jobs and e-mails wait")
