"""What of a PDF's page is seen: text that is not shown, text shown otherwise than it is stored, what lies over text."""

import ctypes
from collections.abc import Callable, Iterator
from enum import Enum, auto
from functools import cached_property
from typing import Any, NamedTuple

from pypdfium2 import raw

FAINT = 26  # of 255: less is not seen
INVISIBLE_MODES = {raw.FPDF_TEXTRENDERMODE_INVISIBLE}
UNSURE_MODES = {raw.FPDF_TEXTRENDERMODE_CLIP, raw.FPDF_TEXTRENDERMODE_UNKNOWN}
THIN = 2.0  # points: the height of a line that may strike text out
SHORTEST = 3.0  # points: the length of one
MOST_SEGMENTS = 1000  # of a path: one of more is a drawing
SCAN = 0.5  # share of the page that images cover under the text of a scan
HARMLESS = {
    raw.FPDF_ANNOT_LINK,
    raw.FPDF_ANNOT_POPUP,
    raw.FPDF_ANNOT_TEXT,
    raw.FPDF_ANNOT_HIGHLIGHT,
    raw.FPDF_ANNOT_UNDERLINE,
}


class Sight(Enum):
    """Whether a reader of the page sees a character as it is stored."""

    SEEN = auto()
    HIDDEN = auto()
    UNSURE = auto()


class Box(NamedTuple):
    """A rectangle on a page, in points."""

    left: float
    bottom: float
    right: float
    top: float


class Overlays(NamedTuple):
    """What lies over the text of a page."""

    strokes: list[Box]
    """Thin lines across."""
    images: list[Box]
    notes: list[Box]
    """Form fields and annotations that show or strike out something."""


class Sights:
    """Tells of the characters of a page whether they are seen, each text object looked at once."""

    def __init__(self, page: Any, text: Any) -> None:
        self._page, self._text = page, text
        self._known: dict[int, Sight] = {}

    def at(self, place: int) -> tuple[int, Sight]:
        """A name of the text object, and the sight, of the character at a place of the text page."""
        found = raw.FPDFText_GetTextObject(self._text.raw, place)
        if not found:
            return 0, Sight.UNSURE
        address = ctypes.addressof(found.contents)
        if address not in self._known:
            self._known[address] = self._look(found)
        return address, self._known[address]

    @cached_property
    def _is_scan(self) -> bool:
        """Whether images cover most of the page and nearly all of its text is invisible: what a scanner read."""
        width, height = self._page.get_size()
        covered, shown, invisible = 0.0, 0, 0
        for found in self._page.get_objects(max_depth=3):
            if found.type == raw.FPDF_PAGEOBJ_IMAGE and (box := _bounds(found.raw)):
                covered += (box.right - box.left) * (box.top - box.bottom)
            elif found.type == raw.FPDF_PAGEOBJ_TEXT:
                is_invisible = raw.FPDFTextObj_GetTextRenderMode(found.raw) in INVISIBLE_MODES
                shown, invisible = shown + (not is_invisible), invisible + is_invisible
        return covered >= SCAN * width * height and invisible > 9 * shown

    def _look(self, found: Any) -> Sight:
        mode = raw.FPDFTextObj_GetTextRenderMode(found)
        if mode in INVISIBLE_MODES:
            return Sight.SEEN if self._is_scan else Sight.HIDDEN
        if mode in UNSURE_MODES or _is_marked(found):
            return Sight.UNSURE
        channels = [ctypes.c_uint() for _ in range(4)]
        is_faint = raw.FPDFPageObj_GetFillColor(found, *channels) and channels[3].value < FAINT
        is_filled = mode in (raw.FPDF_TEXTRENDERMODE_FILL, raw.FPDF_TEXTRENDERMODE_FILL_CLIP)
        return Sight.HIDDEN if (is_faint and is_filled) or _is_clipped(found) else Sight.SEEN


def _is_marked(found: Any) -> bool:
    """Whether a text object is stored with other words to be read, or in a layer that may be off."""
    length = ctypes.c_ulong()
    for number in range(max(raw.FPDFPageObj_CountMarks(found), 0)):
        mark = raw.FPDFPageObj_GetMark(found, number)
        name = ctypes.create_string_buffer(16)
        raw.FPDFPageObjMark_GetName(mark, ctypes.cast(name, ctypes.POINTER(ctypes.c_ushort)), len(name), length)
        if name.raw[: length.value].decode("utf-16-le", "replace").rstrip("\0") == "OC":
            return True
        if raw.FPDFPageObjMark_GetParamValueType(mark, b"ActualText") == raw.FPDF_OBJECT_STRING:
            return True
    return False


def _is_clipped(found: Any) -> bool:
    """Whether nothing of it is inside of what its page shows of it."""
    clip = raw.FPDFPageObj_GetClipPath(found)
    box = _bounds(found)
    x, y = ctypes.c_float(), ctypes.c_float()
    for path in range(max(raw.FPDFClipPath_CountPaths(clip), 0)) if clip and box else ():
        points: list[tuple[float, float]] = []
        for number in range(max(raw.FPDFClipPath_CountPathSegments(clip, path), 0)):
            raw.FPDFPathSegment_GetPoint(raw.FPDFClipPath_GetPathSegment(clip, path, number), x, y)
            points.append((x.value, y.value))
        if points and box:
            across, up = zip(*points, strict=True)
            is_beside = box.right <= min(across) or box.left >= max(across)
            if is_beside or box.top <= min(up) or box.bottom >= max(up):
                return True
    return False


def overlays_of(page: Any, turned: Callable[[float, float], tuple[float, float]]) -> Overlays:
    """What lies over the text of a page, at the places that `turned` makes of the page's own."""
    strokes: list[Box] = []
    images: list[Box] = []
    for found in page.get_objects(max_depth=1):
        box = _bounds(found.raw)
        if box is None:
            continue
        if found.type in (raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE) and _is_stroke(box):
            strokes.append(box)
        elif found.type == raw.FPDF_PAGEOBJ_PATH:
            strokes += _strokes(found.raw)
        elif found.type == raw.FPDF_PAGEOBJ_IMAGE:
            images.append(box)
    return Overlays(*([_turned(box, turned) for box in boxes] for boxes in (strokes, images, list(_notes(page)))))


def _is_stroke(box: Box) -> bool:
    sides = sorted((box.right - box.left, box.top - box.bottom))
    return sides[0] < THIN and sides[1] > SHORTEST


def _strokes(path: Any) -> Iterator[Box]:
    """The straight parts of a path that lie along or across the page."""
    count = raw.FPDFPath_CountSegments(path)
    if count > MOST_SEGMENTS:
        return
    matrix = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(path, matrix)
    x, y = ctypes.c_float(), ctypes.c_float()
    last: tuple[float, float] | None = None
    for number in range(count):
        segment = raw.FPDFPath_GetPathSegment(path, number)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        here = (
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            matrix.b * x.value + matrix.d * y.value + matrix.f,
        )
        if last is not None and raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_LINETO:
            box = Box(min(last[0], here[0]), min(last[1], here[1]), max(last[0], here[0]), max(last[1], here[1]))
            if _is_stroke(box):
                yield box
        last = here


def _notes(page: Any) -> Iterator[Box]:
    for number in range(raw.FPDFPage_GetAnnotCount(page.raw)):
        note = raw.FPDFPage_GetAnnot(page.raw, number)
        try:
            rect = raw.FS_RECTF()
            if raw.FPDFAnnot_GetSubtype(note) not in HARMLESS and raw.FPDFAnnot_GetRect(note, rect):
                yield Box(rect.left, min(rect.bottom, rect.top), rect.right, max(rect.bottom, rect.top))
        finally:
            raw.FPDFPage_CloseAnnot(note)


def _bounds(found: Any) -> Box | None:
    corners = [ctypes.c_float() for _ in range(4)]
    if not raw.FPDFPageObj_GetBounds(found, *corners):
        return None
    return Box(*(corner.value for corner in corners))


def _turned(box: Box, turned: Callable[[float, float], tuple[float, float]]) -> Box:
    (left, bottom), (right, top) = turned(box.left, box.bottom), turned(box.right, box.top)
    return Box(min(left, right), min(bottom, top), max(left, right), max(bottom, top))
