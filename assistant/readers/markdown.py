"""Markdown (CommonMark, with tables): what it shows, without its marks."""

import re
from pathlib import Path

from markdown_it import MarkdownIt

from assistant.limits import Limits
from assistant.readers.base import Extract, extract_of
from assistant.readers.html import blocks_of
from assistant.readers.text import decoded

FRONT_MATTER = re.compile(r"\ufeff?---[ \t]*\r?\n.*?\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|$)", re.DOTALL)
TASK = re.compile(r"^\[([ xX])\]\s+")


def read(file: Path, name: str, limits: Limits) -> Extract:
    """Its blocks as a browser shows them; notes for programs before the text are left out. Raises DocumentNotText."""
    text = decoded(file.read_bytes(), name)
    front = FRONT_MATTER.match(text)
    source = text[front.end() if front else 0 :].removeprefix("\ufeff")
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    tokens = parser.parse(source)
    for item, _, content in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if item.type == "list_item_open" and content.type == "inline" and content.children:
            first = content.children[0]
            first.content = TASK.sub(lambda match: "☐ " if match.group(1) == " " else "☑ ", first.content)
    return extract_of(blocks_of(parser.renderer.render(tokens, parser.options, {}), name))
