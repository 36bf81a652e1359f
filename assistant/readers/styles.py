"""What style sheets may hide, strike out or add: where a reader may not see the words, they are not quoted."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import tinycss2
from cssselect import SelectorError
from lxml.cssselect import CSSSelector
from lxml.etree import XPathError

NOT_ON_SCREENS = re.compile(r"(?:\s*(?:only\s+)?(?:print|speech|aural|braille|embossed)\b[^,]*(?:,|$))+$", re.I)
NO_RULES_FOR_ELEMENTS = re.compile(r"(?:-\w+-)?(?:keyframes|font-\w+|font-[\w-]+|page|counter-style|property)$", re.I)
HIDING_WORDS = {
    "display": {"none"},
    "visibility": {"hidden", "collapse"},
    "content-visibility": {"hidden"},
    "color": {"transparent"},
    "-webkit-text-fill-color": {"transparent"},
    "text-decoration": {"line-through"},
    "text-decoration-line": {"line-through"},
    "unicode-bidi": {"bidi-override", "isolate-override"},
    "-webkit-text-security": {"disc", "circle", "square"},
}
RAISED = {"super", "sub", "text-top", "text-bottom"}
FAR_AWAY = {"left", "right", "top", "bottom", "text-indent", "margin-left", "margin-top", "inset-inline-start"}
FAR = 90  # pixels, ems or per cent that move words out of sight
MOST_ALTERNATIVES = 200
ONE_OF = re.compile(r":(?:is|where|matches|-\w+-any)\(([^()]*)\)", re.I)
TINY = 2  # pixels or points that no reader can read
FUNCTIONS = re.compile(r":(?:is|where|has|matches|host|scope|-\w+-any|any)\b", re.I)
PSEUDO_ELEMENT = re.compile(r"::?(before|after|first-letter|first-line)\s*$|::[\w-]+(?:\([^)]*\))?\s*$", re.I)
PSEUDO_CLASS = re.compile(r":[\w-]+(?:\((?:[^()]|\([^()]*\))*\))?")


class Styled(NamedTuple):
    """The elements of a tree that style sheets touch."""

    doubtful: frozenset[Any]
    """May be hidden, struck out, raised or out of sight."""
    adding: frozenset[Any]
    """May show words before or behind them that the tree does not hold."""
    relabelled: frozenset[Any]
    """Lists whose items may have other labels."""


def styled(root: Any, sheets: Sequence[str]) -> Styled:
    """What `sheets`, and the style sheets and attributes in a tree, may do; what only a printer does is left out.

    Whichever rule wins, and on whichever screen, counts for nothing: one that may hide an element is enough.
    """
    own = [style.text or "" for style in root.iter("style") if not NOT_ON_SCREENS.match(style.get("media") or "")]
    rules = [rule for sheet in (*sheets, *own) for rule in _rules(_parsed(sheet), "")]
    inline = {one: _declarations(one.get("style")) for one in root.iter("{*}*") if one.get("style")}
    custom: dict[str, list[Any]] = {}
    for declarations in (*(rule.declarations for rule in rules), *inline.values()):
        for one in declarations:
            if one.name.startswith("--"):
                custom.setdefault(one.name, []).append(one.value)
    found = {"doubtful": set[Any](), "adding": set[Any](), "raised": set[Any](), "relabelled": set[Any]()}
    for element, declarations in inline.items():
        for kind in _effects(declarations, custom) - {"adding"}:
            found[kind].add(element)
    for rule in rules:
        effects = _effects(rule.declarations, custom)
        for selector in _split(rule.selectors) if effects else ():
            chosen, part = _without_part(selector)
            for kind in _effects_on(part, effects):
                found[kind] |= _selected(root, chosen)
    raised = {one for one in found["raised"] if one.tag not in ("sub", "sup")}
    return Styled(frozenset(found["doubtful"] | raised), frozenset(found["adding"]), frozenset(found["relabelled"]))


def _effects(declarations: Sequence[Any], custom: dict[str, list[Any]]) -> set[str]:
    """What declarations may do: doubtful, adding, raised, relabelled."""
    effects = {
        "doubtful": _hides(declarations, custom),
        "adding": _adds(declarations),
        "raised": _raises(declarations),
        "relabelled": _relabels(declarations),
    }
    return {kind for kind, is_meant in effects.items() if is_meant}


def _effects_on(part: str, effects: set[str]) -> set[str]:
    """What they do to an element of which they style a part, "" all of it."""
    if part in ("before", "after"):
        return effects & {"adding"} if "doubtful" not in effects else set()
    return effects - {"adding"} if part in ("", "first-letter", "first-line") else set()


def _without_part(selector: str) -> tuple[str, str]:
    """A selector without its pseudo-element, and the name of this; "other" of one that shows no words."""
    found = PSEUDO_ELEMENT.search(selector)
    return (selector[: found.start()], (found.group(1) or "other").lower()) if found else (selector, "")


class _Rule(NamedTuple):
    selectors: str
    declarations: list[Any]


def _parsed(sheet: str) -> list[Any]:
    return list(tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True))


def _declarations(style: str) -> list[Any]:
    found = tinycss2.parse_blocks_contents(style, skip_comments=True, skip_whitespace=True)
    return [one for one in found if one.type == "declaration"]


def _rules(nodes: Sequence[Any], around: str) -> Iterator[_Rule]:
    """The rules that count on screens, those inside others among them; `around` selects what these stand for."""
    for node in nodes:
        if node.type not in ("qualified-rule", "at-rule") or node.content is None:
            continue
        prelude = tinycss2.serialize(node.prelude)
        is_rule = node.type == "qualified-rule"
        if not is_rule and (
            NO_RULES_FOR_ELEMENTS.match(node.lower_at_keyword)
            or (node.lower_at_keyword == "media" and NOT_ON_SCREENS.match(prelude))
        ):
            continue
        inner = list(tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True))
        selectors = prelude if is_rule else around
        yield _Rule(selectors, [one for one in inner if one.type == "declaration"])
        yield from _rules(inner, selectors)


def _hides(declarations: Sequence[Any], custom: dict[str, list[Any]]) -> bool:
    is_clipped = any(
        one.lower_name.startswith("overflow") and "visible" not in _words(one.value) for one in declarations
    )
    return any(
        _hidden_by(one.lower_name, value, is_clipped) for one in declarations for value in _values(one.value, custom)
    )


def _values(value: Sequence[Any], custom: dict[str, list[Any]]) -> Iterator[list[Any]]:
    """A value as it is written, and whatever any definition of the properties in it may put there."""
    todo, seen = [value], set[str]()
    while todo:
        tokens = list(_flat(todo.pop()))
        yield tokens
        for one in tokens:
            if one.type == "ident" and one.value in custom and one.value not in seen:
                seen.add(one.value)
                todo += custom[one.value]


def _flat(tokens: Sequence[Any]) -> Iterator[Any]:
    for token in tokens:
        yield token
        yield from _flat(getattr(token, "arguments", None) or getattr(token, "content", None) or ())


def _words(tokens: Sequence[Any]) -> set[str]:
    return {one.lower_value for one in tokens if one.type == "ident"}


def _numbers(tokens: Sequence[Any]) -> list[float]:
    return [one.value for one in tokens if one.type in ("number", "dimension", "percentage")]


def _hidden_by(name: str, tokens: Sequence[Any], is_clipped: bool) -> bool:
    words, numbers = _words(tokens), _numbers(tokens)
    functions = {one.lower_name for one in tokens if one.type == "function"}
    if name in HIDING_WORDS:
        return not words.isdisjoint(HIDING_WORDS[name])
    if name in ("opacity", "font-size", "font", "zoom"):
        is_tiny = any(
            one.type == "dimension" and one.lower_unit in ("px", "pt") and one.value <= TINY for one in tokens
        )
        return is_tiny or any(number <= 0 for number in numbers)
    if name in FAR_AWAY:
        return any(number <= -FAR for number in numbers)
    if name in ("height", "width", "max-height", "max-width"):
        return is_clipped and any(number <= 1 for number in numbers)
    if name in ("transform", "scale"):
        return (name == "scale" or any(one.startswith("scale") for one in functions)) and 0 in numbers
    return (name == "clip" and bool(functions)) or (name == "clip-path" and "none" not in words)


def _raises(declarations: Sequence[Any]) -> bool:
    return any(one.lower_name == "vertical-align" and not _words(one.value).isdisjoint(RAISED) for one in declarations)


def _relabels(declarations: Sequence[Any]) -> bool:
    return any(
        one.lower_name in ("list-style", "list-style-type") and not _words(one.value) & {"decimal", "inherit"}
        for one in declarations
    )


def _adds(declarations: Sequence[Any]) -> bool:
    """Whether they show something as `content`, which counts before and behind an element."""
    return any(
        one.type == "function"
        or one.type == "url"
        or (one.type == "string" and one.value.strip())
        or (one.type == "ident" and one.lower_value not in ("none", "normal", "initial", "unset", "inherit", "revert"))
        for declaration in declarations
        if declaration.lower_name == "content"
        for one in declaration.value
    )


def _split(selectors: str) -> list[str]:
    """The selectors between the commas that stand in no brackets."""
    parts: list[list[Any]] = [[]]
    for token in tinycss2.parse_component_value_list(selectors, skip_comments=True):
        if token.type == "literal" and token.value == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return [text for part in parts if (text := tinycss2.serialize(part).strip())]


def _selected(root: Any, selector: str) -> set[Any]:
    """The elements that a selector may choose: more, never fewer, where it is not understood.

    Those that depend on what a reader does, as `:hover`, choose none.
    """
    plain = re.sub(r"(?<![\s>+~])&|&(?=[.#:\[])", "", selector).replace("&", "*")
    return {one for form in _alternatives(re.sub(r"^\s*[>+~]\s*", "", plain)) for one in _chosen(root, form)}


def _alternatives(selector: str) -> list[str]:
    """A selector without `:is()` and `:where()`: one for each selector in these, of which the last part counts."""
    done, todo = list[str](), [selector]
    while todo and len(todo) + len(done) < MOST_ALTERNATIVES:
        found = ONE_OF.search(form := todo.pop())
        if not found:
            done.append(form)
            continue
        before, behind = form[: found.start()], form[found.end() :]
        for one in found.group(1).split(","):
            last = re.split(r"[\s>+~]+", one.strip())[-1]
            is_first = not before or before[-1] in " \t\r\n>+~"
            todo.append(before + (last if is_first else re.sub(r"^(?:[\w-]+|\*)", "", last)) + behind)
    return done if not todo else [selector]  # which `_chosen` takes to choose more


def _chosen(root: Any, selector: str) -> set[Any]:
    broader = PSEUDO_CLASS.sub("", re.sub(r"(^|[\s>+~])(?=:)", r"\1*", selector))
    for one in (broader if FUNCTIONS.search(selector) else selector, broader, "*"):
        try:
            return set(CSSSelector(one.strip() or "*", translator="html")(root))
        except (SelectorError, XPathError):
            continue
    return set()
