"""What style sheets hide: a reader who cannot see a sentence is not shown it as a quote."""

import re
from collections.abc import Sequence
from typing import Any

import tinycss2
from cssselect import SelectorError
from lxml.cssselect import CSSSelector

HIDES = re.compile(
    r"(?:^|;|\s)(?:display:none|visibility:(?:hidden|collapse)|opacity:0*(?:\.0*)?%?(?=;|!|$)"
    r"|font-size:0*(?:\.0*)?(?:[a-z]{2,3}|%)?(?=;|!|$)|content-visibility:hidden)",
)
SCREENS = re.compile(r"(?!.*\bprint\b)", re.I)


def hidden_in(root: Any, sheets: Sequence[str]) -> frozenset[Any]:
    """The elements that `sheets`, and the style sheets in a tree, hide; a later rule may not show them again."""
    hidden: set[Any] = set()
    for sheet in (*sheets, *(style.text or "" for style in root.iter("style"))):
        for rule in _rules(tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True)):
            if _hides(tinycss2.serialize(rule.content)):
                hidden |= _selected(root, tinycss2.serialize(rule.prelude))
    return frozenset(hidden)


def is_hidden(element: Any, hidden: frozenset[Any]) -> bool:
    """Whether an element is hidden by itself or by a style sheet."""
    return element in hidden or _hides(element.get("style") or "")


def _hides(declarations: str) -> bool:
    return HIDES.search(re.sub(r"/\*.*?\*/|\s*([:;!])\s*", r"\1", declarations.lower()).strip()) is not None


def _rules(nodes: list[Any]) -> list[Any]:
    """The rules for screens, those inside @media among them."""
    found: list[Any] = []
    for node in nodes:
        if node.type == "qualified-rule":
            found.append(node)
        elif node.type == "at-rule" and node.content and SCREENS.match(tinycss2.serialize(node.prelude)):
            found += _rules(tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True))
    return found


def _selected(root: Any, selectors: str) -> set[Any]:
    """The elements that selectors choose; those that depend on what a reader does, as `:hover`, choose none."""
    selected: set[Any] = set()
    for selector in selectors.split(","):
        try:
            selected.update(CSSSelector(selector.strip(), translator="html")(root))
        except SelectorError:
            continue
    return selected
