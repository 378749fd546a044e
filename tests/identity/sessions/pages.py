"""The pages that may have sent a request, and what browsers say of them."""

OURS, ALLOWED, FOREIGN = "http://test", "https://app.example", "https://evil.example"

FETCH_SITES = ("same-origin", "same-site", "cross-site", "none", None)
ORIGINS = (OURS, ALLOWED, FOREIGN, "null", None)
# What looks like ours or like an allowed one, but is not it.
LOOKALIKES = (
    "",
    "http://test.evil.example",
    "http://eviltest",
    "https://test",
    "http://test:8000",
    "http://test/",
    "http://TEST",
    "http://test@evil.example",
    "https://app.example:444",
    "https://app.example.evil.example",
    "http://app.example",
    "https://app.example https://evil.example",
    "https://evil.example, http://test",
    "*",
    "file://",
)


def from_page(fetch_site: str | None, origin: str | None) -> dict[str, str]:
    """What the browser says of the page that sends a request."""
    said = {"Sec-Fetch-Site": fetch_site, "Origin": origin}
    return {name: value for name, value in said.items() if value is not None}
