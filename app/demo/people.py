"""The demo's sites and people: every role, and people with several sites."""

from dataclasses import dataclass, field

from app.core.vocabulary import Role

DEMO_PASSWORD = "look-around-first"  # noqa: S105 - public, and only ever in demo data


@dataclass(frozen=True, slots=True)
class DemoSite:
    """A site, and the places where people meet there."""

    name: str
    description: str
    timezone: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A person, with their role by the name of the site."""

    username: str
    full_name: str
    roles: dict[str, Role] = field(default_factory=dict)
    is_system_admin: bool = False


SITES = (
    DemoSite(
        "Lyon",
        "The plant and its workshops",
        "Europe/Paris",
        ("Hall 2", "Salle Ampère", "Control room", "Porte Nord", "Remote"),
    ),
    DemoSite(
        "New York",
        "The sales office",
        "America/New_York",
        ("Conference Room A", "Conference Room B", "Café on 7th", "Client's office", "Remote"),
    ),
    DemoSite(
        "Tōkyō",
        "The design studio",
        "Asia/Tokyo",
        ("第一会議室", "Studio 3", "Rooftop", "Meguro workshop", "Remote"),
    ),
)

PEOPLE = (
    DemoPerson("ada.admin", "Ada Admin", is_system_admin=True),
    DemoPerson("simone.siteadmin", "Simone Renard", {"Lyon": Role.SITE_ADMIN}),
    DemoPerson("emil.editor", "Émil Fournier", {"Lyon": Role.EDITOR}),
    DemoPerson("vera.viewer", "Vera Lindqvist", {"Lyon": Role.VIEWER}),
    DemoPerson("noah.siteadmin", "Noah Clark", {"New York": Role.SITE_ADMIN}),
    DemoPerson("maria.editor", "María Castillo", {"New York": Role.EDITOR, "Lyon": Role.VIEWER}),
    DemoPerson("haruka.siteadmin", "Haruka Mori", {"Tōkyō": Role.SITE_ADMIN}),
    DemoPerson("kenji.editor", "Kenji Tanaka", {"Tōkyō": Role.EDITOR, "New York": Role.EDITOR}),
    DemoPerson("nora.nowhere", "Nora Nowhere"),
)
