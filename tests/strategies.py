"""Texts for property tests."""

import textwrap
from itertools import pairwise

from hypothesis import assume, settings
from hypothesis import strategies as st

from assistant.records import Document
from tests.doubles import document_of

settings.register_profile("untimed", deadline=None)  # the first call of a library may take seconds
settings.load_profile("untimed")

NOUNS = "Haus Regierung Wirtschaft Übergang Öl Zeit Präsident Außenminister Straße Donaudampfschiff Rat".split()
OTHERS = "der die das und nicht sehr neue für gegenüber scheint gänzlich könnte während über schnell ist".split()
STARTS = "Das Eine Trotz Wenn Diese Russische Neue Jetzt Zwei Putin".split()
PHRASES = [
    "am 3. Oktober",
    "z. B. Paris",
    "5 Mio. Euro",
    "Dr. Müller",
    "„sehr gut“",
    "(und mehr)",
    "im 19. Jahrhundert",
]

MARKS = "„“‚‘»«\"'()[]-–•*#§|:;,.!?…"
SPACES = " \t\n\r\f\v\x1c\x1f\x85\u00a0\u2003\u2028\u2029"
INVISIBLES = "\ufeff\u00ad\u200b\u200d\u200e\u202e\u2066\u0000\u0007\u001b\u007f\u0301"
LETTERS = "aäßzAÄZ019éИ語😀"

tricky_text = st.text(alphabet=LETTERS + MARKS + SPACES + INVISIBLES, max_size=120)
any_text = st.one_of(tricky_text, st.text(max_size=80))


@st.composite
def plain_sentences(draw: st.DrawFn) -> list[str]:
    """Sentences of German words, numbers, abbreviations and short quotations."""
    return draw(st.lists(_plain_sentence(), min_size=1, max_size=6))


@st.composite
def _plain_sentence(draw: st.DrawFn) -> str:
    middle = st.one_of(*map(st.sampled_from, (OTHERS, OTHERS, NOUNS, PHRASES)))
    words = draw(st.lists(middle, min_size=2, max_size=14))
    return " ".join([draw(st.sampled_from(STARTS)), *words, draw(st.sampled_from(NOUNS))]) + draw(
        st.sampled_from(".?!")
    )


@st.composite
def hard_wrapped(draw: st.DrawFn, paragraph: str) -> str:
    """`paragraph` in lines of one width, some of them parted by a page break before a word in small letters."""
    width = draw(st.integers(40, 100))
    lines = textwrap.wrap(paragraph, width, break_long_words=False, break_on_hyphens=False)
    # Such a line is read as a list item: test_sentences.test_wrapped_line_may_begin_with_a_dash_or_a_number.
    assume(not any(line[0].isdigit() for line in lines[1:]))
    text = lines[0]
    for before, line in pairwise(lines):
        can_break = line[0].islower() and before[-1] != "."
        text += draw(st.sampled_from(["\n", "\n\n\n\n", "\n\f", "\r\n\r\n"])) if can_break else "\n"
        text += line
    return text


@st.composite
def messy_lines(draw: st.DrawFn) -> str:
    """German words, parted by odd spaces and line ends, some of them within a word, behind a hyphen or a soft one."""
    gaps = st.sampled_from([" ", "  ", "\n", "\r\n", "\t", "\n\n\f", "\u2028", " \u200b ", "\u00a0"])
    joints = st.sampled_from(["", "", "", "-\n", "- \r\n", "\u00ad", "\u00ad\n", "\u200b", "-", "-\n\n", "\x07"])
    text = draw(st.sampled_from(["", " ", "\ufeff", "„"]))
    for word in draw(
        st.lists(st.sampled_from([*NOUNS, *OTHERS, *STARTS, "US", "3.", "87", "und"]), min_size=1, max_size=9)
    ):
        at = draw(st.integers(0, len(word)))
        text += word[:at] + draw(joints) + word[at:] + draw(gaps)
    return text


@st.composite
def articles(draw: st.DrawFn) -> str:
    """Paragraphs, headings and list items with blank lines between them."""
    heading = st.lists(st.sampled_from(NOUNS), min_size=1, max_size=4).map(" ".join)
    items = st.lists(heading.map("- {}".format), min_size=1, max_size=4).map("\n".join)
    paragraph = plain_sentences().map(" ".join)
    blocks = draw(st.lists(st.one_of(paragraph, paragraph, heading, items), min_size=1, max_size=8))
    return "\n\n".join([*blocks, draw(paragraph)])


def documents(name: str = "a.txt") -> st.SearchStrategy[Document]:
    """Articles, and texts of odd characters that hold at least one sentence."""
    texts = st.one_of(articles(), tricky_text)
    return texts.map(lambda text: document_of(text, name)).filter(lambda document: bool(document.sentences))
