"""The synchronous client is the translation of the asynchronous one."""

from app.client.translation import SOURCE, TARGET, translate


def test_it_is_up_to_date() -> None:
    """If not: `make client`."""
    translated = {path.name: translate(path) for path in SOURCE.glob("*.py")}
    committed = {path.name: path.read_text(encoding="utf-8") for path in TARGET.glob("*.py")}

    assert committed == translated


def test_nothing_is_left_that_waits() -> None:
    left = [
        f"{path.name}: {line}"
        for path in TARGET.glob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()[1:]
        if "await" in line or "async" in line.lower()
    ]

    assert left == []
