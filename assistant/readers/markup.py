"""HTML and XHTML as trees."""

import itertools
import re
from html.entities import html5
from typing import Any

from lxml import etree, html

from assistant.errors import DocumentDamaged
from assistant.messages import Text
from assistant.readers.base import UNTOLD
from assistant.readers.text import decoded

DECLARED = re.compile(
    rb"""(?:<meta[^>]{0,200}?charset|<\?xml[^>]{0,200}?encoding)\s*=\s*["']?\s*([\w.:-]{2,40})""", re.I
)
HEAD = 4096  # bytes in which a file declares its encoding
XHTML = re.compile(r"\s*<\?xml|<html[^>]{0,500}xmlns", re.I)
DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
ENTITY = re.compile(r"<!\[CDATA\[.*?\]\]>|<!--.*?-->|&(\w+;)", re.DOTALL)
OF_XML = {"lt;", "gt;", "amp;", "quot;", "apos;"}
IN_HEAD = {"base", "link", "meta", "noscript", "script", "style", "template", "title"}
MOST_NESTED = 300  # elements inside one another; a browser shows no more than 512
TOO_DEEP = Text(
    de=f"mehr als {MOST_NESTED} Elemente liegen ineinander", en=f"more than {MOST_NESTED} elements lie in one another"
)

OWN_ENTITIES = Text(de="eigene Entitäten werden nicht aufgelöst", en="entities of its own are not resolved")


def text_of(content: bytes, name: str) -> str:
    """The markup, decoded as it declares, or else as plain text is. Raises DocumentNotText."""
    found = DECLARED.search(content[:HEAD])
    declared = found.group(1).decode("ascii").lower() if found else ""
    is_latin = declared in ("iso-8859-1", "latin1", "latin-1", "us-ascii", "ascii")  # browsers read these as cp1252
    return decoded(content, name, ("utf-8", "cp1252") if is_latin else (declared,) * bool(declared))


def tree_of(markup: str, name: str) -> Any:
    """The root of the tree of `markup`, None where there is none. Raises DocumentDamaged.

    XHTML is read as XML where it is well-formed, since `<title/>` means something else in HTML. Entities that
    the document itself defines stay in the tree as such.
    """
    markup = UNTOLD.sub("", markup.removeprefix("\ufeff"))
    content = DECLARATION.sub("", markup)
    if not content.strip():
        return None
    root = _strict(content, name) if XHTML.search(markup[:HEAD]) else None
    if root is None:
        parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True)
        try:
            root = html.document_fromstring(content.encode(), parser=parser, ensure_head_body=True)
        except etree.ParserError:  # nothing but the beginning of a mark
            return None
        if any(entry.type_name == "ERR_RESOURCE_LIMIT" or "depth" in entry.message for entry in parser.error_log):
            raise DocumentDamaged(name, reason=TOO_DEEP)
        _with_whole_body(root)
    if _depth(root) > MOST_NESTED:
        raise DocumentDamaged(name, reason=TOO_DEEP)
    return root


def _with_whole_body(root: Any) -> None:
    """Move what a page shows out of its head, where the parser leaves some of it in pages without a body tag."""
    head, body = root.find("head"), root.find("body")
    if head is None or body is None:
        return
    moved = [*itertools.dropwhile(lambda one: not isinstance(one.tag, str) or one.tag in IN_HEAD, head)]
    if moved:
        moved[-1].tail = (moved[-1].tail or "") + (body.text or "")
        body.text = None
        body[:0] = moved


def _strict(content: str, name: str) -> Any:
    has_own = "<!ENTITY" in content  # which may give a known name to something else, and swell in attributes
    if not has_own:
        content = ENTITY.sub(_resolved, content)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, encoding="utf-8", huge_tree=not has_own)
    try:
        root = etree.fromstring(content.encode(), parser)
    except etree.XMLSyntaxError:
        if has_own:
            raise DocumentDamaged(name, reason=OWN_ENTITIES) from None
        return None
    for element in root.iter("{*}*"):  # style sheets choose elements by their plain names
        element.tag = etree.QName(element).localname
    return root


def _resolved(match: re.Match[str]) -> str:
    name = match.group(1)
    if not name or name in OF_XML or name not in html5:
        return match.group()
    return "".join(f"&#{ord(sign)};" for sign in html5[name])


def _depth(root: Any) -> int:
    depth = deepest = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest
