"""PDF: what is not shown, or shown otherwise, or struck out, is not read."""

from pathlib import Path

import pytest
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from assistant.limits import Limits
from assistant.readers import pdf
from assistant.sentences import display_form

STAYS = "Hier steht, was bleibt."


@pytest.fixture
def canvas(tmp_path) -> Canvas:
    return Canvas(str(tmp_path / "a.pdf"), pagesize=(400, 400))


def draw(canvas: Canvas, text: str, x: float = 50, y: float = 300) -> None:
    canvas.setFont("Helvetica", 10)
    canvas.drawString(x, y, text)


def blocks(canvas: Canvas) -> list[str]:
    draw(canvas, STAYS, y=200)
    canvas.save()
    extract = pdf.read(Path(canvas._filename), "a.pdf", Limits())
    return [display_form(extract.text[span.start : span.end]) for span in extract.blocks or ()]


@pytest.mark.parametrize("mode", [3, 7])
def test_invisible_text_is_not_read(canvas, mode):
    text = canvas.beginText(50, 300)
    text.setFont("Helvetica", 10)
    text.setTextRenderMode(mode)
    text.textLine("Die Kaution beträgt 1111 Euro.")
    text.setTextRenderMode(0)
    canvas.drawText(text)
    assert blocks(canvas) == [STAYS]


def test_the_invisible_text_of_a_scan_is_read(canvas, tmp_path):
    from PIL import Image

    canvas.drawImage(ImageReader(Image.new("L", (40, 40), 200)), 0, 0, 400, 400)
    text = canvas.beginText(50, 300)
    text.setFont("Helvetica", 10)
    text.setTextRenderMode(3)
    for number in range(12):
        text.textLine(f"Die Kaution {number} beträgt 1111 Euro.")
    text.setTextRenderMode(0)
    canvas.drawText(text)
    assert "Kaution 7" in " ".join(blocks(canvas))


def test_transparent_squeezed_and_clipped_text_is_not_read(canvas):
    canvas.setFillAlpha(0)
    draw(canvas, "Die Kaution beträgt 1111 Euro.")
    canvas.setFillAlpha(1)
    text = canvas.beginText(50, 280)
    text.setHorizScale(1)
    text.textLine("Die Kaution beträgt 2222 Euro.")
    text.setHorizScale(100)
    canvas.drawText(text)
    canvas.saveState()
    path = canvas.beginPath()
    path.rect(0, 0, 1, 1)
    canvas.clipPath(path, stroke=0)
    draw(canvas, "Die Kaution beträgt 3333 Euro.", y=260)
    canvas.restoreState()
    assert blocks(canvas) == [STAYS]


def test_what_is_stored_with_other_words_to_be_read_is_left_out(canvas):
    canvas._code.append("/Span <</ActualText (Die Kaution betraegt 8888 Euro.)>> BDC")
    draw(canvas, "Die Kaution entfällt.")
    canvas._code.append("EMC")
    assert blocks(canvas) == [STAYS]


def test_a_layer_that_may_be_off_is_left_out_with_its_sentence(tmp_path):
    words = b"BT /F 10 Tf 50 300 Td (Die Kaution betr\\344gt) Tj /OC /L BDC ( nicht) Tj EMC ( 99 Euro.) Tj ET "
    words += b"BT /F 10 Tf 50 200 Td (Hier steht, was bleibt.) Tj ET"
    parts = [
        b"<</Type/Catalog/Pages 2 0 R/OCProperties<</OCGs[6 0 R]/D<</OFF[6 0 R]>>>>>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 400]/Contents 4 0 R"
        b"/Resources<</Font<</F 5 0 R>>/Properties<</L 6 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(words), words),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        b"<</Type/OCG/Name(L)>>",
    ]
    body = b"".join(b"%d 0 obj%s endobj\n" % (number, part) for number, part in enumerate(parts, 1))
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7\n" + body + b"trailer<</Root 1 0 R/Size 7>>\n%%EOF")
    assert pdf.read(tmp_path / "a.pdf", "a.pdf", Limits()).text == STAYS


def test_a_line_with_a_form_field_in_it_takes_its_sentence_along(canvas):
    draw(canvas, "Es ist vereinbart, dass die", y=312)
    draw(canvas, "Kündigung jederzeit")
    canvas.acroForm.textfield(name="n", x=150, y=296, width=40, height=14, value="nicht", fontSize=9, borderWidth=0)
    draw(canvas, "möglich ist, und", x=200)
    draw(canvas, "zwar sofort.", y=288)
    assert blocks(canvas) == [STAYS]


def test_a_line_with_an_image_in_it_is_left_out(canvas):
    from PIL import Image

    draw(canvas, "Die Kündigung ist")
    canvas.drawImage(ImageReader(Image.new("L", (40, 12), 200)), 135, 298, 30, 10)
    draw(canvas, "möglich.", x=170)
    assert blocks(canvas) == [STAYS]


@pytest.mark.parametrize("is_box", [False, True])
def test_struck_out_words_take_their_sentence_along(canvas, is_box):
    draw(canvas, "Die Kaution beträgt 900 Euro.")
    begin, end = (
        50 + canvas.stringWidth(text, "Helvetica", 10) for text in ("Die Kaution beträgt ", "Die Kaution beträgt 900")
    )
    if is_box:
        canvas.rect(begin, 302.5, end - begin, 0.8, stroke=0, fill=1)
    else:
        canvas.line(begin, 303, end, 303)
    assert blocks(canvas) == [STAYS]


def test_underlined_words_and_the_rules_of_a_table_stay(canvas):
    draw(canvas, "Die Kaution beträgt 900 Euro.")
    canvas.line(50, 298.5, 150, 298.5)
    canvas.grid([40, 200, 360], [290, 310, 330])
    assert blocks(canvas) == ["Die Kaution beträgt 900 Euro.", STAYS]
