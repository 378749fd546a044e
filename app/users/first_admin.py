"""`ims create-admin`: the user who makes all others."""

from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from app.audit.record import Action, record_event
from app.auth.passwords import PasswordHasher
from app.core.config import Settings, StartRefusedError
from app.core.database import create_engine, unscoped_transaction
from app.core.database_errors import database_answer
from app.users.repository import create_user
from app.users.schemas import UserCreate


async def create_admin(settings: Settings, admin: UserCreate) -> int:
    """Store a system administrator; answers their id.

    Raises:
        StartRefusedError: The name or address is taken, or the database is out of reach.
    """
    engine = create_engine(make_url(settings.required_database_url), pool_size=1)
    passwords = PasswordHasher()
    try:
        password_hash = None
        if admin.password is not None:
            password_hash = await passwords.hash_password(admin.password.get_secret_value())
        content = admin.model_dump(exclude={"password"}) | {"is_system_admin": True}
        async with unscoped_transaction(engine) as session:
            row = await create_user(session, content, password_hash)
            record_event(session, Action.USER_CREATED, actor_id=None, subject=f"user:{row.id}")
        return row.id
    except (DBAPIError, OSError) as error:
        answer = database_answer(error)
        raise StartRefusedError(answer.text if answer else str(error)) from None
    finally:
        passwords.close()
        await engine.dispose()
