"""Every event is kept for as long as its class says."""

import pytest

from app.audit.classes import CLASS_OF, EventClass
from app.audit.record import Action
from app.core.config import Settings


def test_every_action_has_a_class() -> None:
    assert CLASS_OF.keys() == set(Action)


def test_the_classes_share_out_the_actions() -> None:
    shared_out = [action for kind in EventClass for action in kind.actions]
    assert sorted(shared_out) == sorted(action.value for action in Action)
    assert all(kind.actions for kind in EventClass)


@pytest.mark.parametrize("kind", EventClass)
def test_each_class_has_a_setting_of_its_own(kind: EventClass) -> None:
    settings = Settings.model_validate({f"audit_days_{kind}": 77})
    assert {other: other.days(settings) == 77 for other in EventClass} == {
        other: other is kind for other in EventClass
    }
