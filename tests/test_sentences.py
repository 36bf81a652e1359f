"""Boundaries of sentences and headings, on the real article, on hard German cases, and on any text."""

import re
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.full_stops import ABBREVIATIONS, FINAL_ABBREVIATIONS
from assistant.records import Span
from assistant.sentences import MAX_SENTENCE_CHARACTERS, display_form, parts_shown, place_in, segment, segment_blocks
from tests.difficult_sentences import DIFFICULT, pieces_of
from tests.strategies import any_text, hard_wrapped, messy_lines, plain_sentences

ARTICLE = Path(__file__).parents[1] / "corpus" / "us-drohung-friedensverhandlungen-ukraine.txt"


def shown_sentences(text: str) -> list[str]:
    return [display_form(text[span.start : span.end]) for span in segment(text).sentences]


def shown_headings(text: str) -> list[str]:
    return [display_form(text[span.start : span.end]) for span in segment(text).headings]


@pytest.fixture(scope="module")
def article() -> str:
    return ARTICLE.read_bytes().decode("utf-8")


# --- the real article --------------------------------------------------------------------------------------------


def test_headings_of_the_article_are_exactly_its_headings(article):
    assert shown_headings(article) == [
        "US-Drohung, von Friedensverhandlungen in der Ukraine abzurücken",
        "Frustration über fehlenden Fortschritt",
        "Strategien für eine mögliche Lösung",
        "Folgen von Sanktionen und Druck auf Russland",
        "Die Möglichkeit der amerikanischen Abkehr",
        "Die Auswirkungen auf die russische Armee und Wirtschaft",
        "Trumps Optionen und die Dringlichkeit für Frieden",
    ]


def test_sentences_of_the_article_are_complete(article):
    sentences = shown_sentences(article)
    assert len(sentences) == 26
    assert all(sentence.endswith((".", "?", ".“")) for sentence in sentences)
    assert all(sentence[0].isupper() or sentence[0] == "„" for sentence in sentences)


@pytest.mark.parametrize(
    "sentence",
    [
        "Eine Möglichkeit könnte sein, die militärische Unterstützung der USA für die Ukraine zu verdoppeln.",
        "Welche Auswirkungen könnte ein Rückzug der USA auf den Konflikt und die europäische Sicherheit haben?",
    ],
)
def test_sentence_across_a_page_break_is_one(article, sentence):
    assert sentence in shown_sentences(article)


def test_quotation_of_several_sentences_keeps_its_closing_mark_and_speaker(article):
    (quotation,) = [sentence for sentence in shown_sentences(article) if "nicht unser Krieg" in sentence]
    assert quotation.startswith("„Es ist nicht unser Krieg. Wir haben ihn nicht begonnen. Die Vereinigten")
    assert "es ist nicht unser Krieg“, betonte Rubio" in quotation
    assert quotation.endswith("im Kampf gegen Russland allein lassen.")
    assert any(sentence.endswith("zu vereinbaren, falls erforderlich.“") for sentence in shown_sentences(article))


# --- difficult German ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", [case for cases in DIFFICULT.values() for case in cases])
def test_difficult_text_comes_apart_into_its_sentences(case):
    text = case.replace("|", "")
    outline = segment(text)
    assert [text[span.start : span.end] for span in sorted(outline.sentences + outline.headings)] == pieces_of(case)


# Of a long quotation that stands by itself each sentence can be cited; one inside a sentence is not torn.
@pytest.mark.parametrize(("after", "pieces"), [("Dann ging er.", 3), ("– so sprach er.", 1), ("rief er.", 1)])
def test_long_quotation_comes_apart_where_it_stands_by_itself(after, pieces):
    first = f"Er rief: „{'Ich gehe und ' * 8}schweige."
    second = f"{'Du bleibst und ' * 8}redest.“"
    assert len(shown_sentences(f"{first} {second} {after}")) == pieces


def test_final_abbreviations_are_abbreviations():
    assert FINAL_ABBREVIATIONS <= ABBREVIATIONS


PROSE = (
    "Das ist ein Absatz in voller Breite, damit die Breite einer Zeile\nbekannt ist, und er endet auch mit einem Punkt."
)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("- Brot\n- Butter\n- Milch", ["- Brot", "- Butter", "- Milch"]),
        ("1. Der Mieter zahlt.\n2. Der Vermieter nicht.", ["1. Der Mieter zahlt.", "2. Der Vermieter nicht."]),
        ("a) Der Mieter zahlt\nb) Der Vermieter nicht", ["a) Der Mieter zahlt", "b) Der Vermieter nicht"]),
        ("Name: Anna\nAlter: 30\nOrt: Bonn", ["Name: Anna", "Alter: 30", "Ort: Bonn"]),
    ],
)
def test_lists_and_key_value_lines_are_a_piece_a_line(lines, expected):
    pieces = shown_sentences(f"{PROSE}\n\n{lines}\n\n{PROSE}")
    assert pieces[1:-1] == expected


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\n\f", "\f", "\n\n\f\n\n", "\u2028", "\x85"])
def test_sentence_goes_on_over_any_line_end_or_page_break(line_end):
    assert shown_sentences(f"Die Hilfe{line_end}für Kiew steigt. Sie hilft.") == [
        "Die Hilfe für Kiew steigt.",
        "Sie hilft.",
    ]


def test_byte_order_mark_is_in_the_first_sentence_but_not_shown():
    text = "\ufeffHallo Welt. Es geht."
    assert segment(text).sentences[0].start == 0
    assert shown_sentences(text) == ["Hallo Welt.", "Es geht."]


def test_heading_needs_prose_behind_it():
    assert shown_headings(f"Überschrift\n\n{PROSE}") == ["Überschrift"]
    assert shown_headings("Nur eine Zeile") == []


# A dash, or a number of one or two digits, counts as a list marker; the line before it even becomes a heading.
@pytest.mark.parametrize("start", ["– oder gerade deshalb –", "5 Mio. Euro", "19. Jahrhundert,"])
def test_wrapped_line_may_begin_with_a_dash_or_a_number(start):
    text = f"Nach Angaben der Regierung zahlt der Konzern im Prozess\n{start} nun an die Stadt."
    assert shown_sentences(text) == [display_form(text)]


# Where all lines are short, each counts as full and goes on in the next, even over a blank line.
@pytest.mark.parametrize("pieces", [["- Brot", "- Butter", "- Milch\n", "Es folgt Text."], ["Name: Anna", "Alter: 30"]])
def test_lines_of_a_narrow_text_stay_apart(pieces):
    assert shown_sentences("\n".join(pieces)) == [piece.strip() for piece in pieces]


# --- display form --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quote", "shown"),
    [
        ("Die Waffen-\nruhe der US-\nRegierung", "Die Waffenruhe der US-Regierung"),
        ("Die Ein-\r\nund Ausfuhr", "Die Ein- und Ausfuhr"),
        ("Waf\u00adfen\u00ad\nruhe", "Waffenruhe"),
        ("der  Kreml\t\n\n\fist", "der Kreml ist"),
        ("harm\u202elos\x1b[31m\x00", "harmlos[31m"),
    ],
)
def test_display_form_reads_as_one_line(quote, shown):
    assert display_form(quote) == shown


@given(any_text)
def test_display_form_has_no_line_ends_control_characters_or_double_spaces(text):
    shown = display_form(text)
    assert shown == " ".join(shown.split())
    assert not any(unicodedata.category(character) == "Cc" or character in "\u200e\u202e\u2066" for character in shown)


@given(any_text.filter(lambda text: "\u00ad" not in text))
def test_display_form_of_a_display_form_is_itself(text):
    assert display_form(display_form(text)) == display_form(text)


# U+061C, the Arabic letter mark, turns the direction of writing; hyphens are joined before U+200B is taken out.
@pytest.mark.parametrize("quote", ["a\u061cb", "a\u200b\u00adb"])
def test_display_form_is_free_of_every_invisible_character(quote):
    assert display_form(quote) == "ab"


# --- places in the display form ------------------------------------------------------------------------------------


@given(st.one_of(messy_lines(), any_text), st.text(max_size=3), st.data())
def test_a_place_reads_like_the_words_shown(quote, before, data):
    text, sentence = before + quote + "x", Span(len(before), len(before) + len(quote))
    shown = display_form(quote)
    start = data.draw(st.integers(-1, len(shown) + 1))
    end = data.draw(st.integers(start - 1, len(shown) + 1))
    place = place_in(text, sentence, Span(start, end))
    if place is None:
        return
    assert sentence.holds(place)
    inside = Span(place.start - sentence.start, place.end - sentence.start)
    head, words, rest = parts_shown(quote, inside)
    assert head + words + rest == shown
    assert words == display_form(text[place.start : place.end]) != ""
    assert (len(head), len(words)) == (start, end - start)


@given(messy_lines(), st.data())
def test_whole_words_have_a_place(quote, data):
    shown = display_form(quote)
    words = [match.span() for match in re.finditer(r"\S+", shown)]
    first, last = sorted(data.draw(st.tuples(*[st.integers(0, len(words) - 1)] * 2)))
    wanted = Span(words[first][0], words[last][1])
    place = place_in(quote, Span(0, len(quote)), wanted)
    assert place is not None
    assert display_form(quote[place.start : place.end]) == shown[wanted.start : wanted.end]


@given(st.one_of(messy_lines(), any_text), st.data())
def test_the_parts_shown_are_the_display_form(quote, data):
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(quote))] * 2)))
    assert "".join(parts_shown(quote, Span(start, end))) == display_form(quote)
    assert parts_shown(quote, None) == (display_form(quote), "", "")


@pytest.mark.parametrize(
    ("text", "words", "quote"),
    [
        ("Die Waffen-\nruhe der US-\nRegierung", "Waffenruhe", "Waffen-\nruhe"),
        ("Die Waffen-\nruhe der US-\nRegierung", "US-Regierung", "US-\nRegierung"),
        ("Die Ein-\r\nund Ausfuhr", "Ein- und", "Ein-\r\nund"),
        ("Waf\u00adfen\u00ad\nruhe  gilt", "Waffenruhe gilt", "Waf\u00adfen\u00ad\nruhe  gilt"),
        ("Am 3.\n\n\fMai\tendet sie", "3. Mai", "3.\n\n\fMai"),
        ("Die US-\nRegierung", "US-", "US-"),
        ("Die US-\nRegierung", "-Regierung", None),
        ("Die Frist", " Frist", None),
        ("Die Frist", "", None),
    ],
)
def test_words_shown_have_their_place(text, words, quote):
    start = display_form(text).index(words)
    place = place_in(text, Span(0, len(text)), Span(start, start + len(words)))
    assert (place and text[place.start : place.end]) == quote


@pytest.mark.parametrize("shown", [(4, 10), (-5, 3), (4, 4), (9, 10), (6, 4)])
def test_what_is_not_shown_has_no_place(shown):
    assert place_in("Die Frist \n", Span(0, 11), Span(*shown)) is None


# --- any text ------------------------------------------------------------------------------------------------------


@given(any_text)
def test_every_visible_character_is_in_exactly_one_sentence_or_heading(text):
    outline = segment(text)
    spans = sorted(outline.sentences + outline.headings)
    assert list(outline.sentences) == sorted(outline.sentences)
    assert list(outline.headings) == sorted(outline.headings)
    assert all(before.end <= after.start for before, after in pairwise(spans))
    outside = "".join(
        text[before:after]
        for before, after in zip([0, *(s.end for s in spans)], [*(s.start for s in spans), len(text)], strict=True)
    )
    assert not outside.strip()


@given(any_text, st.integers(1, 400))
def test_endless_sentence_is_cut_without_loss(text, times):
    endless = (text or "x") * times
    outline = segment(endless)
    spans = sorted(outline.sentences + outline.headings)
    assert "".join("".join(endless[s.start : s.end].split()) for s in spans) == "".join(endless.split())
    assert all(span.end - span.start <= MAX_SENTENCE_CHARACTERS for span in spans)


@given(any_text)
def test_spans_are_stripped_and_segmenting_is_repeatable(text):
    outline = segment(text)
    for span in outline.sentences + outline.headings:
        piece = text[span.start : span.end]
        assert piece and piece == piece.strip()
    assert segment(text) == outline


@given(plain_sentences())
def test_plain_sentences_are_found_again(sentences):
    assert shown_sentences(" ".join(sentences)) == sentences


@given(st.lists(plain_sentences(), min_size=1, max_size=4), st.data())
def test_blocks_that_are_known_are_not_joined_and_headings_are_those_told(paragraphs, data):
    told = data.draw(st.lists(st.booleans(), min_size=len(paragraphs), max_size=len(paragraphs)))
    texts = [
        f"Haus {number}" if is_heading else " ".join(one)
        for number, (one, is_heading) in enumerate(zip(paragraphs, told, strict=True))
    ]
    text = "\n\n".join(texts)
    starts = [sum(len(one) + 2 for one in texts[:number]) for number in range(len(texts))]
    blocks = [Span(start, start + len(one)) for start, one in zip(starts, texts, strict=True)]
    outline = segment_blocks(
        text, blocks, [block for block, is_heading in zip(blocks, told, strict=True) if is_heading]
    )
    last = max((number for number, is_heading in enumerate(told) if not is_heading), default=-1)
    assert [*outline.headings] == [
        block for block, is_heading in zip(blocks[: last + 1], told, strict=False) if is_heading
    ]
    pieces = [text[span.start : span.end] for span in outline.sentences]
    prose = [one for one, is_heading in zip(paragraphs, told, strict=True) if not is_heading]
    assert pieces == [sentence for one in prose for sentence in one] + texts[last + 1 :]


@pytest.mark.parametrize("length", [160, 161])
def test_a_heading_that_is_too_long_is_read_as_sentences(length):
    text = "H" * length + "\n\nEs regnet."
    blocks = [Span(0, length), Span(length + 2, len(text))]
    assert len(segment_blocks(text, blocks, blocks[:1]).headings) == (length == 160)


@given(plain_sentences(), st.data())
def test_hard_wrapping_does_not_change_the_sentences(sentences, data):
    wrapped = data.draw(hard_wrapped(" ".join(sentences)))
    assert shown_sentences(wrapped) == sentences
    assert shown_headings(wrapped) == []


@pytest.mark.parametrize("mark", [",", ";", ""])
def test_items_of_a_numbered_list_can_be_cited(mark):
    items = [
        f"1. Mitglieder, die das 75. Lebensjahr vollendet haben{mark}",
        f"2. Schiedsrichter, die zwölf Spiele leiten{mark}",
        "3. Ehrenmitglieder.",
    ]
    text = "Vom Beitrag befreit sind:\n" + "\n".join(items) + "\n\nDer Beitrag ist im Januar fällig."
    outline = segment(text)
    assert not outline.headings
    assert [text[slice(*span)] for span in outline.sentences][1:4] == items


def test_numbered_headings_over_prose_stay_headings():
    text = "1. Mietsache\n\nDer Vermieter vermietet ein Haus.\n\n2. Miete\n\nDie Miete beträgt 500 Euro."
    assert [text[slice(*span)] for span in segment(text).headings] == ["1. Mietsache", "2. Miete"]


@pytest.mark.parametrize(
    ("quote", "shown"),
    [
        ("Siehe www.mueller-\nsoehne.de/agb.", "Siehe www.mueller-soehne.de/agb."),
        ("An info@stadt-\nwerke.de schreiben", "An info@stadt-werke.de schreiben"),
        ("Die Stadt-\nwerke", "Die Stadtwerke"),
    ],
)
def test_the_hyphen_of_an_address_is_its_own(quote, shown):
    assert display_form(quote) == shown
