"""Counts what is in a stream of XML before anything makes a tree of it.

A library that reads a workbook keeps each part as a tree, or each row of a sheet. So what counts
is not bytes alone, but how many elements would be kept at once.
"""

from xml.parsers import expat

MAX_KEPT = 4_000_000
"""Elements of a part that is kept as a whole: a million texts."""
MAX_KEPT_OF_SHEET = 1_500_000
"""Elements of a sheet that are kept while its rows go by; a row that is done leaves one."""
MAX_OF_ROW = 50_000
MAX_GAP = 2**22
"""Bytes from the beginning of one element to that of the next."""


class HarmfulXmlError(Exception):
    """The part would do harm to whoever reads it; the message says why."""


class CountedXml:
    """One part of a workbook.

    Attributes:
        rows: Its rows, if it is a sheet.
    """

    def __init__(self, *, is_sheet: bool, must_be_xml: bool = True) -> None:
        self.rows = 0
        self._must_be_xml = must_be_xml
        self._is_xml = True
        self._kept = 0
        self._depth = 0
        self._row_depth = 0
        self._of_row = 0
        self._gap = 0
        self._parser = parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        if is_sheet:
            self._most = MAX_KEPT_OF_SHEET
            parser.StartElementHandler = self._start_in_sheet
            parser.EndElementHandler = self._end_in_sheet
        else:
            self._most = MAX_KEPT
            parser.StartElementHandler = self._start

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes.

        Raises:
            HarmfulXmlError: It is not XML, or more than is good.
        """
        self._parse(chunk, is_last=False)
        self._gap += len(chunk)
        if self._is_xml and self._gap > MAX_GAP:
            raise HarmfulXmlError("has an element that is too large")

    def close(self) -> None:
        """Say that there is no more.

        Raises:
            HarmfulXmlError: It ends too early.
        """
        self._parse(b"", is_last=True)

    def _parse(self, chunk: bytes, *, is_last: bool) -> None:
        if not self._is_xml:
            return
        try:
            self._parser.Parse(chunk, is_last)
        except expat.ExpatError:
            self._is_xml = (
                False  # nor will it be to whoever reads it after this, by the same parser
            )
            if self._must_be_xml:
                raise HarmfulXmlError("is not XML that can be read") from None

    def _refuse_doctype(self, *_: object) -> None:
        # Entities are declared there: those that grow, and those that stand for other files.
        raise HarmfulXmlError("declares entities, which no workbook needs")

    def _start(self, _name: str, _attributes: object) -> None:
        self._gap = 0
        self._kept += 1
        if self._kept > self._most:
            raise HarmfulXmlError("has too many elements")

    def _start_in_sheet(self, name: str, _attributes: object) -> None:
        self._gap = 0
        self._depth += 1
        if self._row_depth:
            self._of_row += 1
            if self._of_row > MAX_OF_ROW:
                raise HarmfulXmlError("has a row of too many cells")
            return
        if name == "row" or name.endswith(":row"):
            self.rows += 1
            self._row_depth, self._of_row = self._depth, 0
        self._start(name, None)

    def _end_in_sheet(self, _name: str) -> None:
        if self._depth == self._row_depth:
            self._row_depth = 0
        self._depth -= 1
