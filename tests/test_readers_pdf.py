"""PDF: what stands around the text, columns, tables, scans, protection."""

import io
from pathlib import Path

import pypdfium2
import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from assistant.errors import DocumentBeyondLimit, DocumentDamaged, DocumentEncrypted, DocumentScanned
from assistant.limits import Limits
from assistant.readers import pdf
from assistant.readers.base import Extract
from assistant.sentences import display_form

FULL = "Wer das Haus betritt, meldet sich zuerst am Empfang, und zwar"


@pytest.fixture
def canvas(tmp_path) -> Canvas:
    return Canvas(str(tmp_path / "a.pdf"), pagesize=(400, 400))


def read(canvas: Canvas, **limits: int) -> Extract:
    canvas.save()
    return pdf.read(Path(canvas._filename), "a.pdf", Limits(**limits))


def draw(
    canvas: Canvas, lines: list[str], x: float = 50, y: float = 350, size: float = 10, font: str = "Helvetica"
) -> None:
    canvas.setFont(font, size)
    for number, line in enumerate(lines):
        canvas.drawString(x, y - 12 * number, line)


def blocks(extract: Extract) -> list[str]:
    return [display_form(extract.text[span.start : span.end]) for span in extract.blocks or ()]


def test_running_lines_are_left_out_and_a_sentence_over_a_page_break_is_one(canvas):
    for number, text in enumerate(["ohne Um-", "wege. Danach geht es wei-", "ter."], 1):
        draw(canvas, [f"Hausordnung, Stand {number}. Mai"], y=380, size=8)
        draw(canvas, [text] if number > 1 else [FULL, text])
        draw(canvas, [f"– {number} –"], x=190, y=20)
        canvas.showPage()
    extract = read(canvas)
    assert blocks(extract) == [f"{FULL} ohne Umwege. Danach geht es weiter."]
    assert len(extract.page_starts) == 3
    assert extract.text[extract.page_starts[1] :].startswith("wege.")
    assert extract.text[extract.page_starts[2] :].startswith("ter.")


def test_a_heading_that_comes_again_is_no_running_line(canvas):
    for number in range(1, 5):
        draw(canvas, [f"Kapitel {number}"], size=16)
        draw(canvas, [FULL, f"ohne Umwege ({number})."], y=320)
        canvas.showPage()
    extract = read(canvas)
    assert [extract.text[span.start : span.end] for span in extract.headings] == [f"Kapitel {n}" for n in range(1, 5)]


def test_rows_at_the_edge_of_pages_are_no_running_lines_for_a_cell_that_comes_again(canvas):
    for animal in ("Hunde", "Katzen", "Ratten"):
        for x, cell in ((50, f"{animal} in der Wohnung erlaubt"), (300, "nein")):
            draw(canvas, [cell], x=x, y=370)
        draw(canvas, [FULL, "ohne Umwege."])
        canvas.showPage()
    assert [block for block in blocks(read(canvas)) if "erlaubt" in block] == [
        f"{animal} in der Wohnung erlaubt | nein" for animal in ("Hunde", "Katzen", "Ratten")
    ]


def test_a_cell_that_equals_the_number_of_its_page_stays(canvas):
    draw(canvas, [FULL, "ohne Umwege."])
    canvas.showPage()
    for x, cell in ((50, "Erlaubte Fehler"), (300, "2")):
        draw(canvas, [cell], x=x, y=370)
    draw(canvas, [FULL, "ohne Umwege."], y=330)
    assert "Erlaubte Fehler | 2" in blocks(read(canvas))


def test_a_line_where_other_pages_have_their_running_line_stays(canvas):
    for number in range(1, 6):
        if number < 5:
            draw(canvas, ["Hausordnung"], y=380)
            draw(canvas, [FULL, f"{number} ohne Umwege."] if number < 4 else [FULL], y=350)
        else:
            draw(canvas, ["nicht durch den Keller, sondern", "durch die Tür."], y=380)
        canvas.showPage()
    assert blocks(read(canvas))[-1] == f"{FULL} nicht durch den Keller, sondern durch die Tür."


def test_what_two_pages_share_is_text(canvas):
    for name in ("Müller", "Schmidt"):
        draw(canvas, [f"An Familie {name}."])
        draw(canvas, ["Der Garten darf genutzt werden, allerdings", "nicht im Winter."], y=36)
        canvas.showPage()
    assert blocks(read(canvas)).count("Der Garten darf genutzt werden, allerdings nicht im Winter.") == 2


def test_lines_that_count_up_but_are_not_apart_stay(canvas):
    for number in range(1, 5):
        draw(canvas, [f"Zimmer {number} ist nicht bewohnbar, es bleibt", "bis zum Mai gesperrt."], y=380)
        canvas.showPage()
    assert blocks(read(canvas)) == [
        f"Zimmer {number} ist nicht bewohnbar, es bleibt bis zum Mai gesperrt." for number in range(1, 5)
    ]


def test_a_sentence_over_a_doubtful_line_is_left_out(canvas):
    draw(canvas, ["Am Anfang steht ein Satz."])
    draw(canvas, [FULL], y=300)
    draw(canvas, ["Hausordnung"], y=20)
    canvas.showPage()
    draw(canvas, ["nicht durch den Keller."])
    draw(canvas, ["Am Ende steht ein Satz."], y=300)
    assert blocks(read(canvas)) == ["Am Anfang steht ein Satz.", "Am Ende steht ein Satz."]


def test_columns_drawn_line_by_line_are_read_one_after_the_other(canvas):
    left = [f"Links steht die Zeile {number}," for number in range(6)]
    right = [f"rechts steht die Zeile {number}," for number in range(6)]
    for number, pair in enumerate(zip(left, right, strict=True)):
        for x, line in zip((50, 220), pair, strict=True):
            draw(canvas, [line], x=x, y=300 - 12 * number)
    draw(canvas, ["Über beiden Spalten steht ein langer Satz über die ganze Breite."], y=330)
    assert blocks(read(canvas)) == [
        "Über beiden Spalten steht ein langer Satz über die ganze Breite.",
        " ".join([*left, *right]),
    ]


def test_rows_of_a_table_stay_together(canvas):
    for number, row in enumerate([("Ware", "Preis"), ("Tee", "3 Euro"), ("Kaffee", "4 Euro"), ("Saft", "5 Euro")]):
        for x, cell in zip((50, 200), row, strict=True):
            draw(canvas, [cell], x=x, y=300 - 14 * number)
    assert blocks(read(canvas)) == ["Ware | Preis", "Tee | 3 Euro", "Kaffee | 4 Euro", "Saft | 5 Euro"]


def test_the_lines_of_a_cell_stay_together_apart_from_other_cells(canvas):
    for number, row in enumerate(
        [
            ("Kaution", "Der Mieter zahlt drei", "Der Vermieter zahlt"),
            ("", "Monatsmieten im Voraus.", "nichts zurück."),
            ("Tiere", "Kleintiere sind ohne", "Hunde sind im Garten"),
            ("", "Antrag erlaubt.", "nicht erlaubt."),
        ]
    ):
        for x, cell in zip((50, 120, 260), row, strict=True):
            draw(canvas, [cell], x=x, y=300 - 12 * number)
    assert blocks(read(canvas)) == [
        "Kaution | Der Mieter zahlt drei Monatsmieten im Voraus. | Der Vermieter zahlt nichts zurück.",
        "Tiere | Kleintiere sind ohne Antrag erlaubt. | Hunde sind im Garten nicht erlaubt.",
    ]


def test_two_short_columns_drawn_line_by_line_are_not_read_across(canvas):
    left, right = ["Tarif A: Die Kündigung ist", "jederzeit möglich"], ["Tarif B: Die Kündigung ist", "nicht möglich"]
    for number, pair in enumerate(zip([*left, "und frei."], [*right, "und teuer."], strict=True)):
        for x, line in zip((50, 220), pair, strict=True):
            draw(canvas, [line], x=x, y=300 - 12 * number)
    assert blocks(read(canvas)) == [" ".join([*left, "und frei. |", *right, "und teuer."])]


def test_a_list_has_an_item_a_block(canvas):
    draw(canvas, ["Mitzubringen sind:", "\u2022 ein Ausweis", "\u2022 Geld", "1. Schuhe", "2. Hut"])
    assert blocks(read(canvas)) == ["Mitzubringen sind:", "• ein Ausweis", "• Geld", "1. Schuhe", "2. Hut"]


def test_a_footnote_does_not_tear_the_sentence_over_it(canvas):
    draw(canvas, [FULL, "bei der Frau am Schalter, die das"], y=100)
    draw(canvas, ["1 Der Empfang ist im Erdgeschoss."], y=40, size=7)
    canvas.showPage()
    draw(canvas, ["Haus und alle seine Gäste kennt."])
    extract = read(canvas)
    assert blocks(extract) == [
        "1 Der Empfang ist im Erdgeschoss.",
        f"{FULL} bei der Frau am Schalter, die das Haus und alle seine Gäste kennt.",
    ]
    assert extract.text[extract.page_starts[1] :] == "Haus und alle seine Gäste kennt."


def test_exponents_are_not_digits_of_the_number(canvas):
    draw(canvas, ["Es sind 10"])
    width = canvas.stringWidth("Es sind 10", "Helvetica", 10)
    draw(canvas, ["6"], x=50 + width, y=354, size=6)
    draw(canvas, ["Euro."], x=58 + width)
    assert blocks(read(canvas)) == ["Es sind 10⁶ Euro."]


def test_what_lies_outside_the_page_or_is_too_small_or_turned_is_not_read(canvas):
    draw(canvas, ["Sichtbar."])
    draw(canvas, ["Daneben."], x=500)
    draw(canvas, ["Winzig."], y=200, size=1)
    canvas.rotate(90)
    draw(canvas, ["Am Rand."], x=100, y=-20)
    assert blocks(read(canvas)) == ["Sichtbar."]


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_turned_page_is_read_as_it_is_shown(canvas, rotation):
    canvas.setPageRotation(rotation)
    canvas.translate(*{90: (400, 0), 180: (400, 400), 270: (0, 400)}[rotation])
    canvas.rotate(rotation)
    draw(canvas, [FULL, "ohne Umwege."])
    assert blocks(read(canvas)) == [f"{FULL} ohne Umwege."]


def test_an_outline_tells_headings_that_are_no_larger(canvas):
    draw(canvas, ["2.1 Anmeldung"], font="Helvetica-Bold")
    draw(canvas, ["Wichtig"], y=320, font="Helvetica-Bold")
    draw(canvas, [FULL, "ohne Umwege."], y=290)
    canvas.bookmarkPage("a")
    canvas.addOutlineEntry("Anmeldung", "a")
    extract = read(canvas)
    assert [extract.text[span.start : span.end] for span in extract.headings] == ["2.1 Anmeldung"]


def test_a_table_of_contents_is_left_out(canvas):
    draw(canvas, ["1.1 Anmeldung . . . . . . . . . . . . . 7", "1.2 Abmeldung ............ 12", "Es regnet."])
    assert blocks(read(canvas)) == ["Es regnet."]


def test_a_scan_says_so_and_pages_without_text_among_others_do_not_matter(canvas):
    canvas.rect(50, 50, 100, 100, fill=1)
    canvas.showPage()
    canvas.rect(50, 50, 100, 100, fill=1)
    canvas.showPage()
    with pytest.raises(DocumentScanned, match=r"a\.pdf .*pages: 2"):
        read(canvas)


def test_pages_without_text_count(canvas):
    canvas.showPage()
    canvas.showPage()
    draw(canvas, ["Es regnet."])
    canvas.showPage()
    canvas.showPage()
    assert read(canvas).page_starts == (0, 0, 0, 10)


def test_too_many_pages_are_told(canvas):
    for _ in range(3):
        draw(canvas, ["Es regnet."])
        canvas.showPage()
    with pytest.raises(DocumentBeyondLimit, match=r"3 pages, 2 are allowed.*ASSISTANT_FILE_PAGES"):
        read(canvas, pages=2)


def test_a_password_is_told(tmp_path):
    canvas = Canvas(str(tmp_path / "a.pdf"), encrypt=StandardEncryption("geheim"))
    canvas.drawString(50, 50, "Es regnet.")
    with pytest.raises(DocumentEncrypted):
        read(canvas)


def test_without_a_password_to_read_it_protection_does_not_matter(tmp_path):
    canvas = Canvas(str(tmp_path / "a.pdf"), encrypt=StandardEncryption("", ownerPassword="geheim"))
    canvas.drawString(50, 50, "Es regnet.")
    assert blocks(read(canvas)) == ["Es regnet."]


def test_what_is_no_pdf_is_damaged(tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7\n%%EOF")
    with pytest.raises(DocumentDamaged, match=r"a\.pdf"):
        pdf.read(tmp_path / "a.pdf", "a.pdf", Limits())


def test_the_same_bytes_give_the_same_text(canvas):
    draw(canvas, [FULL, "ohne Umwege."])
    first = read(canvas)
    assert pdf.read(Path(canvas._filename), "a.pdf", Limits()) == first
    assert pypdfium2.PdfDocument(io.BytesIO(Path(canvas._filename).read_bytes()))
