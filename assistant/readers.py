"""llama-index readers, one for each format: the plug-point for further formats."""

import re
from pathlib import Path
from typing import Any

from llama_index.core.readers.base import BaseReader
from llama_index.core.schema import Document as LlamaDocument

from assistant.errors import DocumentNotText

BINARY = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")


class CanonicalTextReader(BaseReader):
    """Plain text, decoded as UTF-8 and otherwise unchanged, so that offsets are those of the file on disk.

    llama-index's own readers drop what they cannot decode; this one raises DocumentNotText, naming the byte.
    """

    def load_data(self, file: Path, extra_info: dict[str, Any] | None = None) -> list[LlamaDocument]:
        """One document: the file's text."""
        content = file.read_bytes()
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise DocumentNotText(file.name, byte=error.start) from error
        if binary := BINARY.search(text):
            raise DocumentNotText(file.name, byte=len(text[: binary.start()].encode()))
        return [LlamaDocument(text=text, metadata=extra_info or {})]


READERS: dict[str, BaseReader] = {".txt": CanonicalTextReader()}
