"""Readers by the suffixes of files."""

from importlib.metadata import version

from assistant.readers.base import Reader

FORMATS = (".docx", ".epub", ".htm", ".html", ".markdown", ".md", ".odt", ".pdf", ".txt", ".xhtml")
LIBRARIES = ("charset-normalizer", "cssselect", "lxml", "markdown-it-py", "pypdfium2", "python-docx", "tinycss2")
PLAIN = (".txt",)
"""Formats whose reader parses nothing: it can do without a process of its own."""


def parsers() -> str:
    """The libraries that readers use, and their versions: the same give the same text of the same file."""
    return ", ".join(f"{name} {version(name)}" for name in LIBRARIES)


def open_reader(suffix: str) -> Reader:
    """The reader for a suffix of FORMATS; its libraries are imported with it, and no others."""
    match suffix:
        case ".txt":
            from assistant.readers import text

            return text.read
        case ".htm" | ".html" | ".xhtml":
            from assistant.readers import html

            return html.read
        case ".md" | ".markdown":
            from assistant.readers import markdown

            return markdown.read
        case ".epub":
            from assistant.readers import epub

            return epub.read
        case ".docx":
            from assistant.readers import docx

            return docx.read
        case ".odt":
            from assistant.readers import opendocument

            return opendocument.read
        case ".pdf":
            from assistant.readers import pdf

            return pdf.read
    raise ValueError(suffix)
