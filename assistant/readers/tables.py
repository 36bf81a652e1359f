"""Rows of HTML tables: every cell at its place, what spans rows in each of them."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from assistant.readers.base import MAX_ROW_CHARACTERS, Block

LEFT_OUT = "\x1d"  # the place of a block that may be shown otherwise; no text holds it
SECTIONS = {"thead", "tbody", "tfoot"}
CELLS = {"td", "th"}
MOST_COLUMNS = 200  # in a wider table nothing is repeated
MOST_ROWS = 65_534  # that a cell may span in a browser

Cell = list[Block]
Carried = dict[int, tuple[int, Cell]]


def rows_of(table: Any, is_doubtful: Callable[[Any], bool], read: Callable[[Any], Cell]) -> Iterator[list[Block]]:
    """The blocks of each row in order, as `read` gives them for cells; a row is left out where one of its cells is.

    So are rows that `is_doubtful`, and those behind them into which something spans.
    """
    if any(is_doubtful(one) for one in table.iter("col", "colgroup")):
        return
    for section in (table, *_inside(table, SECTIONS)):
        if section is not table and is_doubtful(section):
            continue
        carried: Carried = {}
        for row in _inside(section, {"tr"}):
            cells = [*_inside(row, CELLS)]
            if is_doubtful(row) or any(is_doubtful(cell) for cell in cells):
                if carried or any(_span(cell, "rowspan", MOST_ROWS) != 1 for cell in cells):
                    break
                continue
            own, places = _placed(cells, carried, read)
            if places is None and carried:
                break
            yield _joined(own, places)


def _inside(element: Any, names: set[str]) -> Iterator[Any]:
    """Children by their names, also those in a form that stands between rows."""
    for child in element:
        if child.tag in names:
            yield child
        elif child.tag == "form":
            yield from _inside(child, names)


def _span(cell: Any, name: str, most: int) -> int:
    """How many columns or rows a cell spans; a `rowspan` of 0 spans all."""
    text = (cell.get(name) or "1").strip()
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1
    return min(number or (most if name == "rowspan" else 1), most)


def _placed(
    cells: Sequence[Any], carried: Carried, read: Callable[[Any], Cell]
) -> tuple[list[Cell], dict[int, Cell] | None]:
    """What the cells of a row hold, and all that stands in it by columns; None of a row that is too wide."""
    own: list[Cell] = []
    places = {column: cell for column, (_, cell) in carried.items()}
    spanning: Carried = {}
    column = 0
    for cell in cells:
        while column in carried:
            column += 1
        blocks = read(cell)
        own.append(blocks)
        width, height = _span(cell, "colspan", 1000), _span(cell, "rowspan", MOST_ROWS)
        places[column] = blocks
        if height > 1:
            spanning |= {at: (height, blocks if at == column else []) for at in range(column, column + width)}
        column += width
        if column > MOST_COLUMNS:
            carried |= spanning
            return own + [read(rest) for rest in cells[len(own) :]], None
    for at, (left, held) in [*carried.items(), *spanning.items()]:
        carried[at] = left - 1, held
        if left <= 1:
            del carried[at]
    return own, places


def _joined(own: Sequence[Cell], places: dict[int, Cell] | None) -> list[Block]:
    """A row as one block, an empty cell as nothing between two bars; its cells in order where it is a layout."""
    shown = [cell for cell in own if any(block.text.strip() for block in cell)]
    if all(len(cell) == 1 and not cell[0].is_heading for cell in shown) and places is not None:
        if any(cell[0].text == LEFT_OUT for cell in [*shown, *places.values()] if len(cell) == 1):
            return []
        texts = {column: " ".join(cell[0].text.split()) for column, cell in places.items() if len(cell) == 1}
        texts = {column: text for column, text in texts.items() if text}
        if len(shown) and len(texts) > 1 and sum(map(len, texts.values())) <= MAX_ROW_CHARACTERS:
            cells = [texts.get(column, "") for column in range(max(texts) + 1)]
            return [Block(" | ".join(cells).replace("|  |", "| |").replace("|  |", "| |").strip())]
    return [block for cell in shown for block in cell]
