"""`.env.example` names every setting, shows the real defaults, and gives no secret away."""

import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from app.core.config import PLACEHOLDER, Settings

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / ".env.example"
ASSIGNMENT = re.compile(r"^(?P<off>#?)(?P<name>[A-Z][A-Z0-9_]*)=(?P<value>.*)$")
COMPOSE_GROUP = "# --- compose.yaml only"
COMPOSE_VARIABLE = re.compile(r"(?<!\$)\$\{([A-Z0-9_]+)|^ +([A-Z0-9_]+):$", re.MULTILINE)

SET_BY_THE_IMAGE = {"HOST", "PORT", "IMS_STATE_DIR"}
NOT_FOR_PRODUCTION = {"DEBUG", "IMS_SEED"}

SETTINGS = {name.upper() for name in Settings.model_fields}
SECRETS = {
    name.upper()
    for name, field in Settings.model_fields.items()
    if SecretStr in (field.annotation, *getattr(field.annotation, "__args__", ()))
}


def assignments(text: str) -> dict[str, str]:
    """The value given to each name, switched on or not."""
    found = [match for line in text.splitlines() if (match := ASSIGNMENT.match(line))]
    return {match["name"]: match["value"] for match in found}


def groups() -> tuple[str, str]:
    """The text about the application, and the text about compose.yaml."""
    settings, _, compose = EXAMPLE.read_text(encoding="utf-8").partition(COMPOSE_GROUP)
    return settings, compose


def test_every_setting_is_there_and_nothing_else() -> None:
    settings, _ = groups()

    assert set(assignments(settings)) == SETTINGS


def test_the_last_group_is_what_compose_needs_beyond_the_settings() -> None:
    _, compose = groups()
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    needed = {first or second for first, second in COMPOSE_VARIABLE.findall(text)}

    assert set(assignments(compose)) == needed - SETTINGS


def test_compose_hands_on_every_setting_that_a_deployment_may_change() -> None:
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    handed_on = set(re.findall(r"^ +([A-Z0-9_]+):", text, re.MULTILINE)) & SETTINGS

    assert handed_on == SETTINGS - SET_BY_THE_IMAGE - NOT_FOR_PRODUCTION


def test_values_that_are_switched_on_are_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)

    assert Settings(_env_file=EXAMPLE) == Settings(_env_file=None)


def test_each_assignment_is_explained_right_above_its_group_of_lines() -> None:
    blocks = EXAMPLE.read_text(encoding="utf-8").split("\n\n")
    with_assignments = [block for block in blocks if assignments(block)]

    unexplained = [block for block in with_assignments if not block.startswith("# ")]

    assert unexplained == []


def test_secrets_are_placeholders_and_switched_off() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    matches = [match for line in lines if (match := ASSIGNMENT.match(line))]
    secrets = [m for m in matches if m["name"] in SECRETS or m["name"].endswith("_PASSWORD")]

    assert {match["name"] for match in secrets} >= SECRETS
    assert [match["name"] for match in secrets if PLACEHOLDER not in match["value"]] == []
    assert [match["name"] for match in secrets if not match["off"]] == []
