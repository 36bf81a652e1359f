"""Documents of every format, made from known headings and sentences."""

import html
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

Section = tuple[str, list[list[str]]]
"""A heading and its paragraphs, each a list of sentences."""

CONTAINER = """<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">
<rootfiles><rootfile full-path="text/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"""
PACKAGE = """<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0"><manifest>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>{items}</manifest>
<spine><itemref idref="nav"/>{spine}</spine></package>"""
CHAPTER = """<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body>{body}</body></html>"""


class Placed(NamedTuple):
    """A sentence, the heading that it stands under, and its page in a PDF."""

    sentence: str
    heading: str
    page: int | None = None


def write(file: Path, sections: Sequence[Section]) -> None:
    """A document of the format that the file's suffix tells."""
    match file.suffix:
        case ".html":
            file.write_text(html_of(sections), encoding="utf-8")
        case ".md":
            file.write_text(markdown_of(sections), encoding="utf-8")
        case ".epub":
            write_epub(file, sections)
        case ".docx":
            write_docx(file, sections)
        case ".odt":
            write_odt(file, sections)
        case ".pdf":
            write_pdf(file, sections, PdfLayout())


def html_of(sections: Sequence[Section]) -> str:
    """A page of HTML."""
    return (
        "<!DOCTYPE html><html><head><title>T</title></head><body>" + "".join(map(_body_of, sections)) + "</body></html>"
    )


def _body_of(section: Section) -> str:
    heading, paragraphs = section
    texts = "".join(f"<p>{html.escape(' '.join(sentences))}</p>\n" for sentences in paragraphs)
    return f"<h2>{html.escape(heading)}</h2>\n{texts}"


def markdown_of(sections: Sequence[Section]) -> str:
    """A text in Markdown."""
    texts = (f"## {heading}\n\n" + "\n\n".join(" ".join(one) for one in paragraphs) for heading, paragraphs in sections)
    return "\n\n".join(texts)


def write_epub(file: Path, sections: Sequence[Section], prefix: str = "") -> None:
    """A book with a chapter for each section, in the order of its spine and not of the archive."""
    names = [f"c{number}" for number in range(len(sections))]
    items = "".join(f'<item id="{n}" href="{n}%20.xhtml" media-type="application/xhtml+xml"/>' for n in reversed(names))
    spine = "".join(f'<itemref idref="{name}"/>' for name in names)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{prefix}META-INF/container.xml", CONTAINER)
        archive.writestr(f"{prefix}text/book.opf", PACKAGE.format(items=items, spine=spine))
        archive.writestr(f"{prefix}text/nav.xhtml", CHAPTER.format(body="<nav><h1>Inhalt</h1></nav><p>Zum Inhalt.</p>"))
        for name, section in zip(reversed(names), reversed(sections), strict=True):
            archive.writestr(f"{prefix}text/{name} .xhtml", CHAPTER.format(body=_body_of(section)))


def write_docx(file: Path, sections: Sequence[Section]) -> None:
    """A text for Word."""
    import docx

    document = docx.Document()
    for heading, paragraphs in sections:
        document.add_heading(heading, 2)
        for sentences in paragraphs:
            paragraph = document.add_paragraph()
            for sentence in sentences:
                paragraph.add_run(sentence[:3]).bold = True
                paragraph.add_run(f"{sentence[3:]} ")
    document.save(str(file))


def write_odt(file: Path, sections: Sequence[Section]) -> None:
    """A text for LibreOffice."""
    from odfdo import Document, Header, Paragraph

    document = Document("text")
    document.body.clear()
    for outline in document.styles.get_elements("//text:outline-style"):  # headings without numbers
        outline.delete()
    for heading, paragraphs in sections:
        document.body.append(Header(2, heading))
        for sentences in paragraphs:
            document.body.append(Paragraph(" ".join(sentences)))
    document.save(str(file))


# --- PDF ---------------------------------------------------------------------------------------------------------

SIZE, LEADING, HEADING_SIZE = 10, 12, 15
WIDTH, HEIGHT, MARGIN = 420, 300, 50


class PdfLayout(NamedTuple):
    """How a PDF is set."""

    columns: int = 1
    hyphenates: bool = False
    indents: bool = False
    """Whether paragraphs are told by their indent, not by their distance."""


def write_pdf(file: Path, sections: Sequence[Section], layout: PdfLayout) -> list[Placed]:
    """A PDF set line by line, with running lines where it has three pages or more; where each sentence stands in it."""
    placed = _set(file, sections, layout, has_furniture=False)
    return placed if placed[-1].page < 3 else _set(file, sections, layout, has_furniture=True)


def _set(file: Path, sections: Sequence[Section], layout: PdfLayout, has_furniture: bool) -> list[Placed]:
    setter = _Setter(file, layout, has_furniture)
    for heading, paragraphs in sections:
        setter.heading(heading)
        for sentences in paragraphs:
            setter.paragraph(sentences, heading)
    return setter.finish()


class _Setter:
    def __init__(self, file: Path, layout: PdfLayout, has_furniture: bool) -> None:
        from reportlab.pdfgen.canvas import Canvas

        self._canvas = Canvas(str(file), pagesize=(WIDTH, HEIGHT))
        self._layout, self._has_furniture = layout, has_furniture
        self._placed: list[Placed] = []
        self._page, self._column, self._y = 1, 0, HEIGHT - MARGIN - SIZE
        self._furniture()

    def _furniture(self) -> None:
        if self._has_furniture:
            self._canvas.setFont("Helvetica", 8)
            self._canvas.drawString(MARGIN, HEIGHT - 25, "Hausordnung der Gemeinde")
            self._canvas.drawRightString(WIDTH - MARGIN, 22, f"Seite {self._page}")

    @property
    def _column_width(self) -> float:
        return (WIDTH - 2 * MARGIN - 24 * (self._layout.columns - 1)) / self._layout.columns

    def _down(self, by: float, needed: float = 0) -> None:
        """Go down, to the next column or page where the rest of this one is too small."""
        self._y -= by
        if self._y - needed < MARGIN:
            self._y = HEIGHT - MARGIN - SIZE
            self._column += 1
            if self._column == self._layout.columns:
                self._canvas.showPage()
                self._page, self._column = self._page + 1, 0
                self._furniture()

    def _draw(self, text: str, font: str, size: float, indent: float = 0) -> None:
        left = MARGIN + self._column * (self._column_width + 24) + indent
        self._canvas.setFont(font, size)
        self._canvas.drawString(left, self._y, text)

    def heading(self, text: str) -> None:
        self._down(HEADING_SIZE, needed=8 * LEADING)
        line: list[str] = []
        for word in text.split():
            if (
                line
                and self._canvas.stringWidth(" ".join([*line, word]), "Helvetica-Bold", HEADING_SIZE)
                > self._column_width
            ):
                self._draw(" ".join(line), "Helvetica-Bold", HEADING_SIZE)
                self._down(HEADING_SIZE + 2)
                line = []
            line.append(word)
        self._draw(" ".join(line), "Helvetica-Bold", HEADING_SIZE)
        self._down(8)

    def paragraph(self, sentences: Sequence[str], heading: str) -> None:
        self._down(0 if self._layout.indents else 7)
        indent = 15.0 if self._layout.indents else 0.0
        line: list[str] = []
        begun: list[str] = []  # sentences whose first word is on the line
        for sentence in sentences:
            for number, word in enumerate(sentence.split()):
                rest = word
                while (room := self._room([*line, rest], indent)) < 0:
                    part = self._part(rest, room) if line else None
                    if part:
                        line.append(f"{part}-")
                        begun += [sentence] if not number and rest == word else []
                        rest = rest[len(part) :]
                    self._end_line(line, begun, heading, indent)
                    line, begun, indent = [], [], 0.0
                line.append(rest)
                begun += [sentence] if not number and rest == word else []
        self._end_line(line, begun, heading, indent)

    def _room(self, words: Sequence[str], indent: float) -> float:
        return self._column_width - indent - self._canvas.stringWidth(" ".join(words), "Helvetica", SIZE)

    def _part(self, word: str, room: float) -> str | None:
        """What of a word fits before a hyphen."""
        if not self._layout.hyphenates or not word.isalpha() or len(word) < 8:
            return None
        for length in range(len(word) - 3, 2, -1):
            if self._canvas.stringWidth(word[length:], "Helvetica", SIZE) + room > 4:
                return word[:length]
        return None

    def _end_line(self, line: Sequence[str], begun: Sequence[str], heading: str, indent: float) -> None:
        self._down(LEADING)
        self._draw(" ".join(line), "Helvetica", SIZE, indent)
        self._placed += [Placed(sentence, heading, self._page) for sentence in begun]

    def finish(self) -> list[Placed]:
        self._canvas.save()
        return self._placed
