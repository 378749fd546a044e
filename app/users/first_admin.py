"""`ims create-admin`: the user who makes all others."""

from app.audit.record import Action, record_event
from app.auth.passwords import PasswordHasher
from app.core.command_engine import command_engine
from app.core.config import Settings, StartRefusedError
from app.core.database import unscoped_transaction
from app.core.errors import ValidationFailed
from app.users.repository import create_user
from app.users.schemas import UserCreate


async def create_admin(settings: Settings, admin: UserCreate) -> int:
    """Store a system administrator; answers their id.

    Raises:
        StartRefusedError: The name or address is taken, the password is easily guessed, or the
            database is out of reach.
    """
    passwords = PasswordHasher()
    try:
        password_hash = None
        if admin.password is not None:
            password_hash = await passwords.hash_new_password(
                admin.password.get_secret_value(), field="password", about=admin.names
            )
    except ValidationFailed as error:
        raise StartRefusedError(f"PASSWORD: {(error.details or {})['password']}") from None
    finally:
        passwords.close()
    content = admin.model_dump(exclude={"password"}) | {"is_system_admin": True}
    async with command_engine(settings) as engine, unscoped_transaction(engine) as session:
        row = await create_user(session, content, password_hash)
        record_event(session, Action.USER_CREATED, actor_id=None, subject=f"user:{row.id}")
    return row.id
