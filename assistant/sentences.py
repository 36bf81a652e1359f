r"""Sentence and heading boundaries of German (and English) text, as offsets into the text itself.

    >>> text = "Preise\n\nDas kostet z. B.\n5 Mio. Euro. Am 3. Mai\n\nsteigt der Preis."
    >>> [text[h.start : h.end] for h in segment(text).headings]
    ['Preise']
    >>> [display_form(text[s.start : s.end]) for s in segment(text).sentences]
    ['Das kostet z. B. 5 Mio. Euro.', 'Am 3. Mai steigt der Preis.']

Two steps: lines to blocks (a paragraph, a heading, a list item), so that a line that was only wrapped, or cut
by a page break, is joined to what it continues; then blocks to sentences. Every character that is not white
space belongs to exactly one sentence or heading.
"""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from assistant.full_stops import DETERMINERS_AND_PREPOSITIONS, NEAR, SENTENCE_STARTERS, ends_sentence, first_word
from assistant.records import Document, Span

MAX_SENTENCE_CHARACTERS = 1200
MAX_QUOTATION_CHARACTERS = 600
MAX_FREE_QUOTATION_CHARACTERS = 200
MAX_HEADING_CHARACTERS = 160
MIN_WRAP_WIDTH = 40
MAX_HEADINGS_IN_A_ROW = 3
MAX_ADDRESS_CHARACTERS = 200

SENTENCE_END = re.compile(
    r"(?:[.!?…]+)(?:[\"'“”‘’»›«‹)\]]*)(?:\[\d+\]|[¹²³⁰⁴-⁹])*(?=\s|$)"
    r"|[.!?](?:(?<=[a-zäöüß]{3}.)|(?<=[a-zäöüß][“”].))(?=[A-ZÄÖÜ][a-zäöüß]*\s)"  # a space was lost: "wuchs.Das Haus"
)
LIST_MARKER = re.compile(r"(?:[-–—•·*▪■□●○◦‣➢✓]|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})\)|\d{1,2}\.(?:\d{1,2}\.?)*)\s+\S")
NUMBERED_HEADING = re.compile(
    r"(?:#{1,6}\s|§\s*\d|(?:\d{1,2}\.)+\d{0,2}\s|(?:Kapitel|Teil|Abschnitt|Artikel|Anlage|Anhang)\s+\w+)"
)
NUMBERED_ITEM = re.compile(r"(\d{1,2})\.\s")
LINE = re.compile(r"[^\n\r\f\v\x1c-\x1e\x85\u2028\u2029]+")
INVISIBLE = re.compile(  # control characters, marks that turn the direction of writing, tags; soft hyphens
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
    "|\u00ad(?:[ \t]*[\r\n\f\v\x85\u2028\u2029]\\s*)?"
)
ADDRESS = re.compile(r"www\.|://|@|\w\.\w{2}\S*/")  # of a page or a mailbox: its hyphens are its own
LINE_END_HYPHEN = re.compile(r"(?<=\w)-[ \t]*[\r\n\f\v\x85\u2028\u2029]\s*(?=(\w+))")


class Outline(NamedTuple):
    """A text's sentences and its headings, each in reading order; together they cover all of its words."""

    sentences: tuple[Span, ...]
    headings: tuple[Span, ...]


def segment(text: str) -> Outline:
    """The sentences and headings of `text`, with `text[span.start:span.end]` free of outer white space."""
    blocks = [list(_sentences_of(text, block)) for block in _blocks(text)]
    pieces = [piece for block in blocks for piece in block]
    last_of_block = {block[-1] for block in blocks}
    is_heading: list[bool] = []
    follows_prose = False
    in_a_row = 0
    for number in reversed(range(len(pieces))):  # a heading is known by the prose, or the heading, that comes after it
        piece = pieces[number]
        candidate = (
            piece in last_of_block and _reads_like_a_heading(text, piece) and not _is_listed(text, pieces, number)
        )
        heading = candidate and follows_prose and in_a_row < MAX_HEADINGS_IN_A_ROW
        in_a_row = in_a_row + 1 if heading else 0
        follows_prose = heading or not candidate
        is_heading.append(heading)
    marked = list(zip(pieces, reversed(is_heading), strict=True))
    return Outline(
        sentences=tuple(piece for piece, heading in marked if not heading),
        headings=tuple(piece for piece, heading in marked if heading),
    )


def segment_blocks(text: str, blocks: Sequence[Span], headings: Collection[Span]) -> Outline:
    r"""The sentences and headings of a text whose blocks are known, and which of them are headings.

    A heading that nothing comes after, or that is too long to be one, is read as sentences.

    >>> text = "Preise\n\nDas kostet 5 Mio. Euro. Es steigt"
    >>> segment_blocks(text, [Span(0, 6), Span(8, 41)], [Span(0, 6)]).sentences
    (Span(start=8, end=31), Span(start=32, end=41))
    """
    of_headings = {block for block in headings if block.end - block.start <= MAX_HEADING_CHARACTERS}
    last = next((at for at, block in reversed([*enumerate(blocks)]) if block not in of_headings), -1)
    told = [block for block in blocks[: last + 1] if block in of_headings]
    kept = {*told}
    prose = [block for block in blocks if block not in kept]
    return Outline(
        sentences=tuple(sentence for block in prose for sentence in _sentences_of(text, block)), headings=tuple(told)
    )


def is_piece(document: Document, number: int) -> bool:
    """Whether the sentence with this number is a piece of one too long, cut where it did not end.

    Alone it proves nothing: what turns its meaning may stand in another piece.
    """
    return _is_cut_behind(document, number) or (number > 0 and _is_cut_behind(document, number - 1))


def _is_cut_behind(document: Document, number: int) -> bool:
    span = document.sentences[number]
    if span.end - span.start < MAX_SENTENCE_CHARACTERS // 2 or number + 1 == len(document.sentences):
        return False
    gap = document.text[span.end : document.sentences[number + 1].start]
    return not gap.strip() and gap.count("\n") < 2 and document.text[span.end - 1] not in '.!?…:;“”»«")'


def display_form(quote: str) -> str:
    r"""`quote` as a person reads it: one line, single spaces, words joined that a line end had hyphenated.

    Control characters and marks that turn the direction of writing are left out, so that it is safe to print.

    >>> display_form("Die Waffen-\nruhe der US-\nRegierung,  Ein-\nund Ausfuhr")
    'Die Waffenruhe der US-Regierung, Ein- und Ausfuhr'
    """
    return " ".join(LINE_END_HYPHEN.sub(_joint, INVISIBLE.sub("", quote)).split())


def place_in(text: str, sentence: Span, shown: Span) -> Span | None:
    r"""The place in `text` of the words at `shown` in the display form of `sentence`; None where they have none.

    `display_form` of what is returned is those words, so `shown` ends and begins with one and tears no hyphen off.

    >>> text = "Am 3. Mai\nendet die Waffen-\nruhe."
    >>> place_in(text, Span(0, 33), Span(20, 30)), text[20:32]
    (Span(start=20, end=32), 'Waffen-\nruhe')
    """
    quote = text[sentence.start : sentence.end]
    origins = _origins(quote)
    if not Span(0, len(origins)).holds(shown):
        return None
    place = Span(sentence.start + origins[shown.start], sentence.start + origins[shown.end - 1] + 1)
    words = display_form(quote)[shown.start : shown.end]
    return place if display_form(text[place.start : place.end]) == words else None


def parts_shown(quote: str, place: Span | None) -> tuple[str, str, str]:
    r"""The display form of `quote` up to a place in it, at that place, and behind it; without one all is before.

    >>> parts_shown("Er geht\nam 3. Mai.", Span(8, 17))
    ('Er geht ', 'am 3. Mai', '.')
    """
    shown = display_form(quote)
    if place is None:
        return shown, "", ""
    origins = _origins(quote)
    start, end = bisect_left(origins, place.start), bisect_left(origins, place.end)
    return shown[:start], shown[start:end], shown[end:]


def _joint(match: re.Match[str]) -> str:
    """What stays of a hyphen at a line's end, and of the line's end."""
    following = match.group(1)
    before = match.string[max(0, match.start() - MAX_ADDRESS_CHARACTERS) : match.start()].split()
    if before and ADDRESS.search(before[-1]):
        return "-"
    if following in {"und", "oder", "bzw", "sowie", "bis", "and", "or"}:
        return "- "
    return "" if following[0].islower() else "-"


def _origins(quote: str) -> list[int]:
    """Of each character of `display_form(quote)` the offset in `quote` of the one that it stands for."""
    hidden = {at for match in INVISIBLE.finditer(quote) for at in range(*match.span())}
    visible = [at for at in range(len(quote)) if at not in hidden]
    letters = "".join(quote[at] for at in visible)
    joints = ((match.start() + len(_joint(match)), match.end()) for match in LINE_END_HYPHEN.finditer(letters))
    left_out = {number for joint in joints for number in range(*joint)}
    origins: list[int] = []
    for number, at in enumerate(visible):
        is_second_space = quote[at].isspace() and (not origins or quote[origins[-1]].isspace())
        if number not in left_out and not is_second_space:
            origins.append(at)
    return origins[:-1] if origins and quote[origins[-1]].isspace() else origins


def section_title(document: Document, offset: int) -> str | None:
    """The heading that `offset` stands under, in display form; None before the first one."""
    heading = document.section_at(offset)
    return display_form(document.quote(heading)) if heading else None


# --- lines to blocks ---------------------------------------------------------------------------------------------


def _blocks(text: str) -> Iterator[Span]:
    """Runs of lines that belong together: a paragraph, a heading, a list item."""
    lines = list(_lines(text))
    if not lines:
        return
    width = _wrap_width(lines)
    start = 0
    for index in range(1, len(lines)):
        if not _continues(
            text, Span(start=lines[start].start, end=lines[index - 1].end), lines[index - 1], lines[index], width
        ):
            yield Span(start=lines[start].start, end=lines[index - 1].end)
            start = index
    yield Span(start=lines[start].start, end=lines[-1].end)


def _lines(text: str) -> Iterator[Span]:
    for match in LINE.finditer(text):
        line = _stripped(text, match.start(), match.end())
        if line is not None:
            yield line


def _wrap_width(lines: list[Span]) -> int:
    """The length that a full line has: the 90th percentile of the lines' lengths; narrower text is no wrapped prose."""
    lengths = sorted(line.end - line.start for line in lines)
    return max(MIN_WRAP_WIDTH, lengths[(len(lengths) - 1) * 9 // 10])


def _continues(text: str, block: Span, line: Span, following: Span, width: int) -> bool:
    """Whether the block that ends in `line` goes on in the line `following`."""
    here, there = text[line.start : line.end], text[following.start : following.end]
    is_new_page = "\f" in text[line.end : following.start]
    is_next_line = text.count("\n", line.end, following.start) <= 1 and not is_new_page
    if here.startswith("#") or there.startswith("#"):
        return False
    reach = len(here) + 1 + len(there.split(maxsplit=1)[0])
    if LIST_MARKER.match(there):  # or a line of prose that was wrapped before "3. Oktober" or "– wie"
        is_of_list = LIST_MARKER.match(text, block.start) or _ends_sentence(here) or here.endswith(":")
        return not is_of_list and (_leads_on(here) or (is_next_line and reach > width * 0.9))
    if is_new_page and here.endswith("."):
        return not ends_sentence(here[-NEAR:-1], first_word(there))
    if _ends_sentence(here):
        return is_next_line
    if there[0].islower() or _leads_on(here) or _has_open_quotation(text, block, following):
        return True
    if is_next_line:
        return reach > width * 0.75
    return reach > width * 0.9 and not _reads_like_a_heading(text, _last_piece(text, block))


def _leads_on(line: str) -> bool:
    """Whether a line cannot be the end of anything: it ends in a function word, a comma, a hyphen or a bracket."""
    last_word = re.split(r"[\s(„«‚]", line)[-1]
    return line[-1] in ",–—(-/&;\u00ad" or last_word.lower() in DETERMINERS_AND_PREPOSITIONS


def _ends_sentence(line: str) -> bool:
    match = re.search(r"[.!?…:][\"'“”‘’»›«‹)\]]*(?:\[\d+\])*$", line)
    return match is not None


def _has_open_quotation(text: str, block: Span, following: Span) -> bool:
    """Whether a „quotation“ is open at the end of `block` and is closed soon after `following` begins."""
    earliest = max(block.start, block.end - MAX_QUOTATION_CHARACTERS)
    opened = max(text.rfind(mark, earliest, block.end) for mark in "„«")
    if opened < 0 or any(mark in text[opened + 1 : block.end] for mark in "“”»"):
        return False
    upcoming = text[following.start : opened + MAX_QUOTATION_CHARACTERS]
    closed = re.search(r"[“”»]", upcoming)
    return closed is not None and "„" not in upcoming[: closed.start()]


def _last_piece(text: str, block: Span) -> Span:
    tail = Span(max(block.start, block.end - 4 * MAX_HEADING_CHARACTERS), block.end)  # enough to tell a heading
    *_, last = _sentences_of(text, tail)
    return last


def _reads_like_a_heading(text: str, piece: Span) -> bool:
    """Whether a piece that ends a block could be a heading: short, at a line's start, without a sentence's end."""
    words = text[piece.start : piece.end]
    starts_a_line = _starts_a_line(text, piece.start)
    if NUMBERED_HEADING.match(words) and len(words) <= MAX_HEADING_CHARACTERS and not words.endswith((".", ":", ";")):
        return starts_a_line
    return (
        starts_a_line
        and len(words) <= MAX_HEADING_CHARACTERS
        and not _ends_sentence(words)
        and not LIST_MARKER.match(words)
        and not re.search(r":\s|[;|\t]|\s{3}", words)
        and words[0].isalnum() | (words[0] in "„«\"'(")
        and words[-1] not in ",;"
    )


def _is_listed(text: str, pieces: list[Span], number: int) -> bool:
    """Whether a piece is the item of a numbered list: after a colon or a comma, or beside its neighbour in number."""

    def item(at: int) -> int | None:
        match = NUMBERED_ITEM.match(text, pieces[at].start, pieces[at].end) if 0 <= at < len(pieces) else None
        return int(match.group(1)) if match else None

    this = item(number)
    if this is None:
        return False
    goes_on = number > 0 and text[pieces[number - 1].end - 1] in ":,;"
    return goes_on or item(number - 1) == this - 1 or item(number + 1) == this + 1


def _starts_a_line(text: str, at: int) -> bool:
    while at and text[at - 1] in " \t#\ufeff":
        at -= 1
    return at == 0 or LINE.match(text, at - 1) is None


# --- blocks to sentences -----------------------------------------------------------------------------------------


def _sentences_of(text: str, block: Span) -> Iterator[Span]:
    start = block.start
    protected = _protected_spans(text, block)
    starts = [span.start for span in protected]
    for match in SENTENCE_END.finditer(text, block.start, block.end):
        if match.end() > start and _is_boundary(text, block, start, match) and not _is_inside(match, protected, starts):
            yield from _within_limit(text, start, match.end())
            start = match.end()
    yield from _within_limit(text, start, block.end)


def _is_boundary(text: str, block: Span, start: int, match: re.Match[str]) -> bool:
    following = text[match.end() : min(block.end, match.end() + NEAR)]
    is_glued = following[:1].isalpha()
    following = following.lstrip()
    if not following:
        return True
    if _goes_on(following):
        return False
    next_word = first_word(following)
    before = text[max(start, match.start() - NEAR) : match.start()]
    if is_glued:
        return next_word.lower() in SENTENCE_STARTERS and not re.search(r"[./@\\=]\S*$", before)
    if not match.group(0).startswith(".") or match.group(0).startswith(".."):
        return True
    if len(before) < NEAR and len(before.split()) == 1 and LIST_MARKER.match(f"{before.lstrip()}. {next_word}"):
        return False  # "1. Der Mieter": the number of a list item, not a sentence
    return ends_sentence(before, next_word, is_closed=len(match.group(0)) > 1)


def _goes_on(following: str) -> bool:
    """Whether a sentence goes on: small letters, also behind a dash or bracket; a year, as in Hallo! (1996)."""
    return following.lstrip("–—-( ")[:1].islower() or re.match(r"\(\d{4}\b", following) is not None


def _protected_spans(text: str, block: Span) -> list[Span]:
    """The outermost quotations and brackets that are closed within the block: they are not torn apart."""
    spans: list[Span] = []
    stack: list[tuple[str, int]] = []
    pairs = {"„": '“”"', "‚": "‘’", "«": "»", "»": "«", "‹": "›", "›": "‹", "(": ")", "[": "]", '"': '"', "“": "”"}
    for match in re.finditer(r"[„“”‚‘«»‹›()\[\]\"]|’(?!\w)", text[block.start : block.end]):
        mark, at = match.group(0), block.start + match.start()
        while stack and at - stack[0][1] > MAX_QUOTATION_CHARACTERS:
            del stack[0]
        opener = next((i for i in range(len(stack) - 1, -1, -1) if mark in pairs[stack[i][0]]), None)
        if opener is not None:
            opened = stack[opener][1]
            del stack[opener:]
            if at - opened > MAX_FREE_QUOTATION_CHARACTERS and _stands_free(text, block, at):
                continue
            while spans and spans[-1].start > opened:
                spans.pop()
            spans.append(Span(start=opened, end=at + 1))
        elif mark in pairs and not (mark == '"' and text[at - 1 : at].isalnum()):  # 27" wide
            stack.append((mark, at))
    return spans


def _stands_free(text: str, block: Span, closing: int) -> bool:
    """Whether the quotation that is closed at `closing` ends with a sentence, after which another one begins."""
    following = text[closing + 1 : min(block.end, closing + NEAR)]
    is_parted = not following or (following[0].isspace() and not _goes_on(following.lstrip()))
    return text[closing] not in ")]" and text[closing - 1] in ".!?…" and is_parted


def _is_inside(match: re.Match[str], spans: list[Span], starts: list[int]) -> bool:
    """Whether one of the spans, which are disjoint and sorted, goes on behind a match that it holds."""
    number = bisect_left(starts, match.start()) - 1
    return number >= 0 and match.end() < spans[number].end


def _within_limit(text: str, start: int, end: int) -> Iterator[Span]:
    """The sentence from `start` to `end`, cut at lines or spaces where it is too long to be one (a table, a dump)."""
    while end - start > MAX_SENTENCE_CHARACTERS:
        limit = start + MAX_SENTENCE_CHARACTERS
        cut = max(text.rfind("\n", start + 1, limit), text.rfind(" ", start + 1, limit)) + 1 or limit
        piece = _stripped(text, start, cut)
        if piece is not None:
            yield piece
        start = cut
    piece = _stripped(text, start, end)
    if piece is not None:
        yield piece


def _stripped(text: str, start: int, end: int) -> Span | None:
    words = text[start:end]
    begin = start + len(words) - len(words.lstrip())
    stop = start + len(words.rstrip())
    return Span(start=begin, end=stop) if begin < stop else None
