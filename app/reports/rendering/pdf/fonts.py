"""The fonts of a PDF: one for most texts, others for the scripts that it lacks.

They come in packages of their own, and are loaded only when a text needs them. Without those
packages the fonts that every reader of PDF has are used, which know Western Europe's letters
alone. What no font has is shown as a question mark: never left out, and never a failure.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.bidi import BidiParagraph
from fpdf.enums import TextDirection
from fpdf.fonts import TTFFont

_MIRRORS = str.maketrans("()[]{}<>«»", ")(][}{><»«")
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})

MISSING = "?"
FAMILY = "text"

_CORE = "helvetica"
_CORE_CHARACTERS = frozenset(map(chr, (*range(0x20, 0x7F), *range(0xA0, 0x100))))
_PLAIN = str.maketrans(
    {"–": "-", "—": "-", "−": "-", "…": "...", "“": '"', "”": '"', "‘": "'", "’": "'"}  # noqa: RUF001
)
"""What stands for a sign of typography where the font has none."""


@dataclass(frozen=True, slots=True)
class Face:
    """A file of a package."""

    package: str
    file: str

    @property
    def path(self) -> Path | None:
        """Where it is; None if it is not installed."""
        spec = find_spec(self.package)
        folders = spec.submodule_search_locations if spec else None
        path = Path(next(iter(folders or ()), "")) / self.file
        return path if path.is_file() else None


REGULAR = Face("font_source_sans_pro", "files/SourceSansPro-Regular.ttf")
SEMIBOLD = Face("font_source_sans_pro", "files/SourceSansPro-Semibold.ttf")
OTHERS = (
    *(
        Face("manimgx_fonts", f"NotoSans{script}[wght].ttf")
        for script in (
            "",
            "Arabic",
            "Armenian",
            "Bengali",
            "Devanagari",
            "Ethiopic",
            "Georgian",
            "Gujarati",
            "Gurmukhi",
            "Hebrew",
            "Kannada",
            "Khmer",
            "Lao",
            "Malayalam",
            "Myanmar",
            "Sinhala",
            "Tamil",
            "Telugu",
            "Thai",
            "Symbols",
        )
    ),
    Face("noto_cjk_sans_otc", "NotoSansCJK-Regular.ttc"),
    Face("manimgx_fonts", "NotoEmoji[wght].ttf"),
)
"""In the order in which they are asked."""


class Fonts:
    """The fonts of one document, and what they can show."""

    def __init__(self, pdf: FPDF, texts: Iterable[str]) -> None:
        """Load what some texts need."""
        self._pdf = pdf
        regular, semibold = REGULAR.path, SEMIBOLD.path
        if regular is None or semibold is None:
            self.family, self._known = _CORE, _CORE_CHARACTERS
            return
        self.family, self._known = FAMILY, characters_of(regular)
        pdf.add_font(FAMILY, "", regular)
        pdf.add_font(FAMILY, "B", semibold)
        self._add_others(pdf, {character for text in texts for character in text})

    def close(self) -> None:
        """Close the files; the library does so for those alone that something was written in."""
        for font in self._pdf.fonts.values():
            if isinstance(font, TTFFont):
                font.close()

    def _add_others(self, pdf: FPDF, characters: set[str]) -> None:
        names = []
        for number, face in enumerate(OTHERS):
            missing = {c for c in characters - self._known if not _is_invisible(c)}
            if not missing:
                break
            path = face.path
            if path is None or missing.isdisjoint(characters_of(path)):
                continue
            name = f"other{number}"
            pdf.add_font(name, "", path)
            names.append(name)
            self._known |= characters_of(path)
        if names:
            pdf.set_fallback_fonts(names, exact_match=False)

    def in_view(self, line: str) -> str:
        """A line in the order in which it is seen, where parts of it run from right to left."""
        if not any(unicodedata.bidirectional(c) in _RIGHT_TO_LEFT for c in line):
            return line
        seen = BidiParagraph(line, TextDirection.LTR).get_reordered_characters()
        return "".join(
            c.character.translate(_MIRRORS) if c.embedding_level % 2 else c.character for c in seen
        )

    def shown(self, text: str) -> str:
        """A text as it can be shown, on one line."""
        visible = "".join(" " if c.isspace() else c for c in text if not _is_invisible(c))
        if self.family == _CORE:
            visible = visible.translate(_PLAIN)
        return "".join(c if c in self._known else MISSING for c in visible)


@lru_cache(maxsize=32)
def characters_of(path: Path) -> frozenset[str]:
    """What a font can show."""
    with TTFont(path, fontNumber=0, lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap()))


def _is_invisible(character: str) -> bool:
    """Whether a character only steers others: joins, directions, variants, controls."""
    if character.isspace():
        return False
    return (
        unicodedata.category(character) in ("Cc", "Cf", "Cs") or "\ufe00" <= character <= "\ufe0f"
    )
