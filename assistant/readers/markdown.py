"""Markdown (CommonMark, with tables): what it shows, without its marks."""

import re
from pathlib import Path

from markdown_it import MarkdownIt

from assistant.limits import Limits
from assistant.readers.base import Extract, extract_of
from assistant.readers.html import blocks_of
from assistant.readers.text import decoded

FRONT_MATTER = re.compile(r"\ufeff?---[ \t]*\r?\n.*?\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|$)", re.DOTALL)


def read(file: Path, name: str, limits: Limits) -> Extract:
    """Its blocks as a browser shows them; notes for programs before the text are left out. Raises DocumentNotText."""
    text = decoded(file.read_bytes(), name)
    front = FRONT_MATTER.match(text)
    source = text[front.end() if front else 0 :].removeprefix("\ufeff")
    return extract_of(blocks_of(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(source)))
