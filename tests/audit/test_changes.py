"""What the event of a change tells, and what it does not."""

from app.audit.changes import changes_of
from app.models import User

ROW = User(full_name="Old Name", email="old@example.org", is_active=True, is_system_admin=False)


def test_the_names_of_the_changed_fields_are_told_and_no_text() -> None:
    content = {"full_name": "New Name", "email": "old@example.org", "is_active": True}
    assert changes_of(ROW, content, told={"is_active"}) == {"fields": ["full_name"]}


def test_values_are_told_of_the_fields_that_are_no_text() -> None:
    content = {"is_active": False, "is_system_admin": True, "email": "new@example.org"}
    assert changes_of(ROW, content, told={"is_active", "is_system_admin"}) == {
        "fields": ["email", "is_active", "is_system_admin"],
        "is_active": False,
        "is_system_admin": True,
    }
