"""Makes the synchronous client out of the asynchronous one: `make client`.

Both read alike but for the words that wait, so those are taken out and names are exchanged; ruff
sorts the imports and breaks the lines. Nothing is understood, so the source keeps to what can be
translated so: no task groups, no `asyncio` beside `sleep` and `Lock`.
"""

import re
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).parent / "asynchronous"
TARGET = Path(__file__).parent / "synchronous"

_NOTE = "# Made by `make client` from app/client/asynchronous/{name}: change that instead.\n\n"

_WORDS = {
    # `(await one()).other` needs no parentheses any more.
    r"\(await ([\w.]+\((?:[^()]|\([^()]*\))*\))\)(?=[.\[])": r"\1",
    r"\b(?:await|async) ": "",
    r"\bAwaitable\[([\w.]+)\]": r"\1",
    r"\bAsync(?=[A-Z])": "",
    r"\basynccontextmanager\b": "contextmanager",
    r"\basynchronous\b": "synchronous",
    r"\b__a(?=enter|exit)": "__",
    r"\ba(?=close\b|read\b|iter_bytes\b|iter_lines\b)": "",
    r"\basyncio\.Lock\b": "threading.Lock",
    r"\basyncio\.sleep\b": "time.sleep",
    r"^import asyncio$": "import threading\nimport time",
}


def translate(source: Path) -> str:
    """The synchronous form of a file."""
    text = source.read_text(encoding="utf-8")
    for words, others in _WORDS.items():
        text = re.sub(words, others, text, flags=re.MULTILINE)
    if not text:
        return ""
    text = _NOTE.format(name=source.name) + text
    text = _through_ruff(text, "check", "--fix", "--quiet", "--select=F401,I")
    return _through_ruff(text, "format", "--quiet")


def main() -> None:
    """Write all files anew."""
    for old in TARGET.glob("*.py"):
        old.unlink()
    for source in sorted(SOURCE.glob("*.py")):
        (TARGET / source.name).write_text(translate(source), encoding="utf-8")


def _through_ruff(text: str, *command: str) -> str:
    name = f"--stdin-filename={TARGET / 'translated.py'}"
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "ruff", *command, name, "-"],
        input=text,
        capture_output=True,
        encoding="utf-8",
        cwd=SOURCE.parents[2],
        check=True,
    )
    return done.stdout


if __name__ == "__main__":
    main()
