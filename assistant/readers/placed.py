"""Rows of tables whose cells keep their places.

Empty ones are nothing between two bars, merged ones stand wherever they reach to.
"""

from collections.abc import Sequence

from assistant.readers.base import Block, row_of

EMPTY = "\ufffc"  # stands for an empty cell until the row is put together
WIDEST = 100  # columns that a cell may say it covers


def placed_row_of(places: Sequence[Sequence[Block]], own: Sequence[Sequence[Block]]) -> list[Block]:
    """A row as one block, from what each of its columns shows; from its `own` cells where it is a layout.

    >>> placed_row_of([[Block("Gas")], [], [Block("50 Euro")]], [])
    [Block(text='Gas | | 50 Euro', is_heading=False, page=None)]
    """
    is_filled = [any(block.text.strip() for block in place) for place in places]
    if len({id(place) for place, filled in zip(places, is_filled, strict=True) if filled}) > 1:
        row = row_of([place if filled else [Block(EMPTY)] for place, filled in zip(places, is_filled, strict=True)])
        if len(row) == 1:
            return [Block(" ".join(row[0].text.replace(EMPTY, "").split()))]
    return row_of(own)
