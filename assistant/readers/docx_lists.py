"""The numbers of lists and headings in a DOCX."""

from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn

from assistant.readers.numbering import Counter, Level
from assistant.readers.wordprocessing import related, value


class Lists:
    """Counts the lists of a document, whose main part it takes."""

    def __init__(self, part: Any) -> None:
        self._levels: dict[str, dict[int, Level]] = {}
        self._styles: dict[tuple[str, str], int] = {}
        self._lists: dict[str, str] = {}
        self._counters: dict[str, Counter] = {}
        for root in related(part, RELATIONSHIP_TYPE.NUMBERING):
            for abstract in root.iter(qn("w:abstractNum")):
                self._learn(abstract)
            for number in root.iter(qn("w:num")):
                self._lists[number.get(qn("w:numId"))] = value(number, "w:abstractNumId") or ""

    def _learn(self, abstract: Any) -> None:
        name = abstract.get(qn("w:abstractNumId"))
        self._levels[name] = {}
        for level in abstract.iter(qn("w:lvl")):
            depth = int(level.get(qn("w:ilvl")))
            start = int(value(level, "w:start") or 1)
            pattern = value(level, "w:lvlText") or ""
            self._levels[name][depth] = Level(value(level, "w:numFmt") or "decimal", pattern, start)
            if style := value(level, "w:pStyle"):
                self._styles[name, style] = depth

    def marker(self, paragraph: Any, styles: list[Any]) -> str:
        """What stands before a paragraph; counts it. "" where it is in no list."""
        for source in (paragraph, *styles):
            number = value(source, "w:pPr/w:numPr/w:numId")
            if number is not None:
                abstract = self._lists.get(number)
                if abstract is None or abstract not in self._levels:  # 0: it is taken out of its list
                    return ""
                style = next((one.get(qn("w:styleId")) for one in styles), "")
                depth = value(source, "w:pPr/w:numPr/w:ilvl") or self._styles.get((abstract, style), 0)
                counter = self._counters.setdefault(abstract, Counter(self._levels[abstract]))
                return counter.marker(int(depth))
        return ""
