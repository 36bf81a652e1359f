"""PDF, by PDFium: the text of its pages, line by line, with its places; `layout` makes blocks of it."""

import ctypes
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pypdfium2
from pypdfium2 import raw

from assistant.errors import DocumentBeyondLimit, DocumentDamaged, DocumentEncrypted, DocumentScanned
from assistant.limits import Limits
from assistant.messages import Text
from assistant.readers.base import SUPERSCRIPTS, Extract, extract_of
from assistant.readers.furniture import without_furniture
from assistant.readers.layout import blocks_of, plain_title
from assistant.readers.lines import Line
from assistant.readers.sight import Overlays, Sight, Sights, overlays_of

TOO_LONG = Text(de="sie hat {pages} Seiten, erlaubt sind {limit}", en="it has {pages} pages, {limit} are allowed")
UNREADABLE_FONTS = Text(
    de="ihre Schriften sagen nicht, welche Buchstaben sie zeigen", en="its fonts do not tell which letters they show"
)
LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
HYPHENS = "\x02\ufffe\u00ad"  # what PDFium makes of one at the end of a line, whose end it leaves out
GAP = 1.4  # of the size, to the next character: another column or cell begins
UPRIGHT = 0.1  # radians
SMALLEST = 2.0  # points: smaller letters are not to be read
STRUCK = (0.1, 0.6)  # of the size, above the line: a stroke there strikes letters out
STRUCK_LETTERS = 2
INLINE = 2.5  # of the size: a higher image is none inside of a line
RAISED = 0.2  # of the size, above the line: an exponent or the number of a note
UNKNOWN = re.compile("[\ufffd\ue000-\uf8ff]")
READABLE = 0.8  # least share of the characters that are known
BOLD = re.compile(r"bold|black|heavy|demi", re.I)
BOLD_WEIGHT = 600


class _Character(NamedTuple):
    letter: str
    left: float
    right: float
    baseline: float
    size: float
    place: int
    is_sure: bool = True


def read(file: Path, name: str, limits: Limits) -> Extract:
    """Its text in reading order, without what stands around it on every page.

    Raises DocumentScanned, DocumentEncrypted, DocumentDamaged or DocumentBeyondLimit.
    """
    try:
        document = pypdfium2.PdfDocument(file)
    except pypdfium2.PdfiumError as error:
        if error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
            raise DocumentEncrypted(name) from error
        raise DocumentDamaged(name, reason=error) from error
    with document:
        if len(document) > limits.pages:
            what = TOO_LONG.filled(pages=len(document), limit=limits.pages)
            raise DocumentBeyondLimit(name, what=what, setting="FILE_PAGES")
        heights = [document.get_page_size(number)[1] for number in range(len(document))]
        pages = [_lines_of(page) for page in document]
        titles = _outline(document)
    letters = "".join(line.text for page in pages for line in page)
    if not letters.strip():
        raise DocumentScanned(name, pages=len(pages))
    if len(UNKNOWN.findall(letters)) > (1 - READABLE) * len(letters):
        raise DocumentDamaged(name, reason=UNREADABLE_FONTS)
    return extract_of(blocks_of(without_furniture(pages, heights), titles), len(pages))


def _outline(document: Any) -> list[set[str]]:
    """Of each page the titles that the outline, if there is one, says stand there."""
    titles: list[set[str]] = [set() for _ in range(len(document))]
    for item in document.get_toc():
        destination = item.get_dest()
        page = destination.get_index() if destination is not None else None
        if page is not None and 0 <= page < len(titles):
            titles[page].add(plain_title(item.get_title()))
    return titles


def _lines_of(page: Any) -> list[Line]:
    """Runs of characters beside each other, in the order of the file; spaces as PDFium sees them."""
    text = page.get_textpage()
    lines: list[Line] = []
    run: list[_Character] = []
    try:
        glyphs = _Glyphs(page, text)
        overlays = overlays_of(page, glyphs.turned)
        for character in _characters(glyphs, Sights(page, text), text):
            if run and not _goes_on(run, character):
                lines += _line(run, text, overlays)
                run = []
            if run or not character.letter.isspace():
                run.append(character)
        lines += _line(run, text, overlays)
    finally:
        text.close()
        page.close()
    return _interrupted(lines, overlays)


def _interrupted(lines: list[Line], overlays: Overlays) -> list[Line]:
    """The lines, those marked that an image, a form field or an annotation lies in."""
    unsure: set[float] = set()
    for line in lines:
        middle = line.baseline + 0.3 * line.size
        if any(note.bottom <= middle <= note.top for note in overlays.notes):
            unsure.add(line.baseline)
    for image in overlays.images:
        beside = [line for line in lines if image.bottom <= line.baseline + 0.3 * line.size <= image.top]
        low = [line for line in beside if image.top - image.bottom <= INLINE * line.size]
        if low and min(line.left for line in low) < (image.left + image.right) / 2 < max(line.right for line in low):
            unsure.update(line.baseline for line in low)
    return [line._replace(is_unsure=line.is_unsure or line.baseline in unsure) for line in lines]


def _characters(glyphs: "_Glyphs", sights: Sights, text: Any) -> Iterator[_Character]:
    """The characters that a reader sees upright on the page; a space that PDFium adds is where the last one ends."""
    last: _Character | None = None
    for place, letter in _letters(text):
        if raw.FPDFText_IsGenerated(text.raw, place) != 1:
            origin, sight = sights.at(place)
            found = glyphs.at(place, letter, origin) if sight is not Sight.HIDDEN else None
            if found is not None:
                last = found._replace(is_sure=sight is Sight.SEEN)
                yield last
        elif last is not None and letter == " ":
            yield last._replace(letter=" ", left=last.right)


def _letters(text: Any) -> Iterator[tuple[int, str]]:
    """Places and letters; where a letter is given in two halves, it is at the place of the second one."""
    high = 0
    for place in range(text.count_chars()):
        code = raw.FPDFText_GetUnicode(text.raw, place)
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00) if high else 0xFFFD
        high = 0
        yield place, chr(code)


class _Glyphs:
    """Where the characters of a page stand, as it is shown."""

    def __init__(self, page: Any, text: Any) -> None:
        self._text = text
        self._box = page.get_cropbox()
        self._rotation = page.get_rotation()
        self._upright = -math.radians(self._rotation)
        self._corners = [ctypes.c_double() for _ in range(4)]  # left, right, bottom, top
        self._origin = [ctypes.c_double() for _ in range(2)]
        self._looked_at, self._scale, self._across, self._is_upright = -1, 1.0, 1.0, True

    def at(self, place: int, letter: str, origin: int) -> _Character | None:
        """The character at a place, of the object `origin`; None where it is turned, off the page, or too small."""
        size = raw.FPDFText_GetFontSize(self._text.raw, place)
        if origin != self._looked_at or not origin:
            self._look(place)
            self._looked_at = origin
        raw.FPDFText_GetCharBox(self._text.raw, place, *self._corners)
        raw.FPDFText_GetCharOrigin(self._text.raw, place, *self._origin)
        left, right, bottom, top = (corner.value for corner in self._corners)
        x, y = (at.value for at in self._origin)
        is_on_page = (
            self._box[0] <= (left + right) / 2 <= self._box[2] and self._box[1] <= (bottom + top) / 2 <= self._box[3]
        )
        if not self._is_upright or not is_on_page or size * min(self._scale, self._across) < SMALLEST:
            return None
        if self._rotation or self._box[0] or self._box[1]:
            (left, _), (right, _), (_, y) = (self.turned(*at) for at in ((left, bottom), (right, top), (x, y)))
        return _Character(letter, min(left, right), max(left, right), y, size * self._scale, place)

    def _look(self, place: int) -> None:
        """Note how large and how turned characters are from here on."""
        matrix = raw.FS_MATRIX()
        has_matrix = raw.FPDFText_GetMatrix(self._text.raw, place, matrix)
        self._across = (math.hypot(matrix.a, matrix.b) if has_matrix else 0.0) or 1.0
        angle = raw.FPDFText_GetCharAngle(self._text.raw, place)  # negative where it is unknown
        self._scale = (math.hypot(matrix.c, matrix.d) if has_matrix else 0.0) or 1.0
        self._is_upright = angle < 0 or abs(math.remainder(angle - self._upright, 2 * math.pi)) < UPRIGHT

    def turned(self, x: float, y: float) -> tuple[float, float]:
        """A place on the page as it is shown."""
        left, bottom, right, top = self._box
        match self._rotation:
            case 90:
                return y - bottom, right - x
            case 180:
                return right - x, top - y
            case 270:
                return top - y, x - left
            case _:
                return x - left, y - bottom


def _goes_on(run: list[_Character], character: _Character) -> bool:
    """Whether a character stands beside the last one of a run, on its line."""
    last, size = run[-1], max(run[0].size, character.size)
    is_raised = character.size < 0.85 * run[0].size or last.size < 0.85 * character.size
    tolerance = (0.6 if is_raised else 0.25) * size
    is_on_line = abs(character.baseline - run[0].baseline) < tolerance
    is_of_ligature = character.left == last.left and character.right == last.right
    is_beside = -0.6 * size < character.left - last.right < GAP * size or is_of_ligature
    return is_on_line and is_beside and last.letter not in HYPHENS


def _line(run: list[_Character], text: Any, overlays: Overlays) -> list[Line]:
    """The line of a run of characters; none of spaces alone."""
    while run and run[-1].letter.isspace():
        run = run[:-1]
    if not run:
        return []
    sizes = sorted(character.size for character in run)
    size = sizes[len(sizes) // 2]
    baseline = next(character.baseline for character in run if character.size >= 0.9 * size)
    words = "".join(_shown(character, size, baseline) for character in run)
    ends = (run[0], run[-1])
    return [
        Line(
            re.sub(r"\s+", " ", words).strip(),
            min(character.left for character in run),
            max(character.right for character in run),
            baseline,
            round(size, 2),
            all(_is_bold(text, character.place) for character in ends),
            is_unsure=not all(character.is_sure for character in run) or _is_struck(run, size, baseline, overlays),
        )
    ]


def _is_struck(run: list[_Character], size: float, baseline: float, overlays: Overlays) -> bool:
    """Whether a stroke crosses some of its letters."""
    low, high = (baseline + share * size for share in STRUCK)
    letters = [(character.left + character.right) / 2 for character in run if not character.letter.isspace()]
    return any(
        sum(stroke.left <= middle <= stroke.right for middle in letters) >= min(STRUCK_LETTERS, len(letters))
        for stroke in overlays.strokes
        if low <= (stroke.bottom + stroke.top) / 2 <= high and stroke.right - stroke.left > stroke.top - stroke.bottom
    )


def _shown(character: _Character, size: float, baseline: float) -> str:
    """A character's letters: ligatures taken apart, exponents as such, since 10⁶ is not 106."""
    letter = character.letter
    if letter in HYPHENS:
        return "-"
    if letter.isdigit() and character.size < 0.85 * size and character.baseline - baseline > RAISED * size:
        return letter.translate(SUPERSCRIPTS)
    return LIGATURES.get(letter, letter)


def _is_bold(text: Any, index: int) -> bool:
    if raw.FPDFText_GetFontWeight(text.raw, index) >= BOLD_WEIGHT:
        return True
    buffer, flags = ctypes.create_string_buffer(128), ctypes.c_int()
    raw.FPDFText_GetFontInfo(text.raw, index, buffer, len(buffer), flags)
    return BOLD.search(buffer.value.decode("utf-8", "replace")) is not None
