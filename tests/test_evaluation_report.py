"""The evaluation's page: complete, the same every time, and nothing that it shows can be more than text."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from assistant.errors import ReportNotWritable
from assistant.evaluation import report
from assistant.evaluation.comparison import read_baseline, with_comparison
from assistant.evaluation.gates import read_gate
from assistant.evaluation.metrics import figures, figures_by_kind
from assistant.evaluation.records import Difference, Evaluation, GoldPlace, Result
from assistant.evaluation.report import Words, ensure_writable, page, write_report
from assistant.records import Place
from tests.test_evaluation_metrics import result

CHROMIUM = shutil.which("chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
ALLOWED = frozenset(
    """html head meta title style body header main nav section article details summary figure figcaption div p h1 h2 h3
    h4 h5 ul li dl dt dd table thead tbody tr th td a b i br span strong small code mark svg g path text use defs
    clippath rect""".split()
)
TEXT = "Der Mieter kündigt.\nDer Ver-\nmieter widerspricht. Beide einigen sich."
EVIL = (
    "</p><script>alert(1)</script><img src=http://evil.example/x.png onerror=alert(2)>"
    "<mark>kein Beleg</mark> {{ 7 * 7 }} $x^2$ \u202egnp.exe\u2066 \x07 \ue000m\ue001"
)
HARMLESS = (
    "</p><script>alert(1)</script><img src=http://evil.example/x.png onerror=alert(2)>"
    "<mark>kein Beleg</mark> {{ 7 * 7 }} $x^2$ gnp.exe"
)


def place(start: int, end: int, text: str = TEXT, source: str = "vertrag.txt") -> Place:
    return Place(source=source, start=start, end=end, quote=text[start:end])


def gold(start: int, end: int, part: int = 1, text: str = TEXT, source: str = "vertrag.txt") -> GoldPlace:
    return GoldPlace(source=source, start=start, end=end, quote=text[start:end], part=part)


def with_(one: Result, **changes: object) -> Result:
    return one.model_copy(update=changes)


def failed(number: int, **changes: object) -> Result:
    fields = {"status": "failed", "confidence": None, "is_right": False, "would_be_right": False, "answer": "Kaputt."}
    return with_(result(number, overall__right=0.0), **(fields | changes))


def evaluation(results: list[Result], **changes: object) -> Evaluation:
    fields = {
        "set": "fragen.jsonl",
        "sha256": "ab" * 32,
        "paragraphs": None,
        "gold_is_hidden": False,
        "questions": len(results),
        "left_out": 0,
        "resumed": 0,
        "failed": sum(one.status == "failed" for one in results),
        "metrics": figures(results),
        "by_kind": figures_by_kind(results),
        "seconds": {"opening": 1.5, "questions": 2.0},
        "made_with": {"least_confidence": "0.5", "numpy": "2.4"},
        "results": tuple(results),
    }
    return Evaluation.model_validate(fields | changes)


TIMED = {"embed": 10.0, "retrieve": 0.2, "weigh": 5.0, "write": 0.1, "total": 15.3}
RIGHT = with_(result(1, kind="wer", overall__right=1.0, answer__correct=1.0, citation__verbatim=1.0), timings_ms=TIMED)
REFUSED = with_(
    result(2, kind="wer", answered=False, confidence=0.4999, overall__right=0.0, answer__correct=0.0),
    gold=(gold(20, 49),),
    cited=(place(0, 19), place(20, 69)),
    paragraph_ranks=(2,),
    evidence_rank=3,
    would_be_right=True,
    timings_ms=TIMED | {"total": 40.0},
)
HALF = with_(
    result(3, right=False, kind="wann", confidence=0.8, overall__right=0.0, answer__correct=0.0),
    gold=(gold(0, 19, 1), gold(50, 69, 2)),
    cited=(place(0, 19),),
    paragraph_ranks=(1, None),
    evidence_rank=1,
    timings_ms=TIMED,
)
INVENTED = with_(
    result(4, answerable=False, kind="falsch", overall__right=0.0, refusal__recall=0.0),
    cited=(place(0, 19),),
    timings_ms=TIMED,
)
ALL_SORTS = [RIGHT, REFUSED, HALF, INVENTED, failed(5, kind="wer", gold=(gold(0, 19),))]
EVIL_RESULT = with_(
    HALF,
    id=EVIL + "x" * 300,
    question=EVIL,
    kind=EVIL,
    answer=EVIL,
    gold=(gold(0, 40, text=EVIL, source=EVIL),),
    cited=(place(0, len(EVIL), EVIL, EVIL),),
    paragraph_ranks=(1,),
)


class Elements(HTMLParser):
    """The elements of a page: their names, attributes and ids."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.ids: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.ids += [value or "" for name, value in attrs if name == "id"]


def texts(html: str, pattern: str) -> list[str]:
    """What a pattern's group finds, without elements, in single spaces."""
    found = re.findall(pattern, html, re.DOTALL)
    return [" ".join(unescape(re.sub(r"<[^>]*>", " ", one)).split()) for one in found]


def test_page_and_data_are_written(tmp_path):
    asked = evaluation(ALL_SORTS, set="Fragen: über/alles.jsonl", paragraphs="b.json", gold_is_hidden=True)
    path = write_report(asked, tmp_path / "new" / "folder", "de")
    assert path.name == "Fragen-über-alles.jsonl-on-b.json-gold-hidden-b22dc0ac.html"
    assert sorted(one.name for one in path.parent.iterdir()) == [path.name, path.stem + ".json"]
    assert read_baseline(path.with_suffix(".json")) == [asked]
    assert "Fragen-%C3%BCber-alles.jsonl-on-b.json-gold-hidden-b22dc0ac.json" in path.read_text("utf-8")


def test_titles_that_differ_have_files_that_differ():
    long = "y" * 85 + ".jsonl"
    titles = ["c d.jsonl", "c-d.jsonl", "c_d.jsonl", long, f"{long}, gold hidden", "🐋" * 62, "🐋" * 63, "a/b", "a-b"]
    names = [report._file_name(title) for title in titles]
    assert len(set(names)) == len(names)
    assert all(len(name.encode()) < 200 for name in names)


def test_the_same_evaluation_gives_the_same_bytes(tmp_path):
    first, second = (write_report(evaluation(ALL_SORTS), tmp_path / name, "de").read_bytes() for name in "ab")
    assert first == second


def test_a_folder_that_cannot_be_written_to_is_an_error(tmp_path):
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(ReportNotWritable):
            write_report(evaluation(ALL_SORTS), folder, "de")
        with pytest.raises(ReportNotWritable):
            ensure_writable(folder)
    ensure_writable(tmp_path / "new" / "folder")
    assert not list((tmp_path / "new" / "folder").iterdir())
    (tmp_path / "fragen.jsonl.html").mkdir()  # in the page's place
    with pytest.raises(ReportNotWritable):
        write_report(evaluation(ALL_SORTS), tmp_path, "de")
    assert not list(tmp_path.glob("*.new"))


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_failure_is_in_its_group(language):
    html = page(evaluation(ALL_SORTS), "a.json", language)
    assert f'<html lang="{language}">' in html
    groups = texts(html, r"<summary>(.*?)</summary>")
    assert (
        groups
        == {
            "de": [
                "Mit Fehler abgebrochen 1",
                "Beantwortbar, aber abgelehnt 1",
                "Ohne den richtigen Beleg beantwortet 1",
                "Beantwortet, obwohl die Dokumente es nicht sagen 1",
            ],
            "en": [
                "Failed with an error 1",
                "Answerable, but refused 1",
                "Answered without the right evidence 1",
                "Answered although the documents do not say 1",
            ],
        }[language]
    )
    assert texts(html, r"<h4[^>]*>(.*?)</h4>") == ["Frage 5?", "Frage 2?", "Frage 3?", "Frage 4?"]
    assert html.count("<details open>") == 1


def test_what_both_sides_share_is_marked():
    html = page(evaluation([REFUSED, HALF]), "a.json", "de")
    articles = re.findall(r"<article>(.*?)</article>", html, re.DOTALL)
    assert texts(articles[0], r"<mark>(.*?)</mark>") == ["Der Vermieter widerspricht."] * 2
    assert texts(articles[0], r'<li class="shared">\s*<p>(.*?)</p>') == [
        "Der Vermieter widerspricht.",
        "Der Vermieter widerspricht. Beide einigen sich.",
    ]
    assert texts(articles[1], r"<mark>(.*?)</mark>") == ["Der Mieter kündigt."] * 2
    assert "Teil 2 von 2 · nicht zitiert" in texts(articles[1], r"(.*)")[0]


def test_a_refusal_is_shown_as_it_was_said():
    said = "In den Dokumenten kommt nicht vor: „<b>“."
    html = page(evaluation([with_(REFUSED, answer=said), HALF]), "a.json", "de")
    assert texts(html, r'Nächste Stellen</h5>\s*<p class="none">(.*?)</p>') == [said]


def test_ranks_and_confidence_are_told_in_words():
    facts = texts(page(evaluation([REFUSED, HALF]), "a.json", "de"), r'<p class="facts">(.*?)</p>')
    assert facts == [
        "wer Sicherheit 49 % Absatz mit dem Beleg: an 2. Stelle Satz mit dem Beleg: an 3. Stelle"
        " Die Antwort wäre richtig gewesen 2",
        "wann Sicherheit 80 % Absatz mit dem Beleg: Teil 1 an 1. Stelle , Teil 2 nicht gefunden"
        " Satz mit dem Beleg: an 1. Stelle 3",
    ]


def test_nothing_wrong_is_said():
    assert "Alle Fragen wurden richtig beantwortet" in page(evaluation([RIGHT]), "a.json", "de")


def test_gates_that_fail_come_first():
    found = evaluation(ALL_SORTS)
    gates = tuple(read_gate(gate).judge(found.metrics) for gate in ("overall.right>=0.1", "overall.right>=0.9"))
    html = page(found.model_copy(update={"gates": gates}), "a.json", "de")
    assert texts(html, r'<h2 id="gates">(.*?)</h2>') == ["1 von 2 Schwellen nicht erreicht"]
    listed = texts(html, r'<li class="(?:better|worse)">(.*?)</li>')
    assert listed == ["✗ overall.right>=0.9 gemessen: 0,200", "✓ overall.right>=0.1 gemessen: 0,200"]
    passed = page(found.model_copy(update={"gates": gates[:1]}), "a.json", "en")
    assert texts(passed, r'<h2 id="gates">(.*?)</h2>') == ["All gates passed"]
    assert 'id="gates"' not in page(found, "a.json", "de")


def test_flips_and_changes_are_shown(tmp_path):
    before = evaluation([with_(RIGHT, answer="Meier."), with_(REFUSED, is_right=True)], made_with={"numpy": "2.3"})
    now = evaluation([with_(RIGHT, is_right=False, answer="Huber."), REFUSED, INVENTED], made_with={"numpy": "2.4"})
    html = page(with_comparison(now, [before], tmp_path / "frueher.json"), "a.json", "de")
    lists = texts(html, r'<details(?: open)? class="(?:worse|better)">(.*?)</details>')
    assert lists[0].startswith("Vorher richtig, jetzt falsch 2 Frage 1? wer 1 Vorher Meier. Jetzt Huber.")
    assert len(lists) == 1  # there is none the other way round
    assert "numpy 2.3 2.4" in texts(html, r'<table class="narrow">(.*?)</table>')[0]
    assert "Nur hier, oder seither geändert: 1." in html


@pytest.mark.parametrize(
    ("metric", "low", "high", "kind"),
    [
        ("answer.correct", 0.1, 0.3, "better"),
        ("answer.correct", -0.3, -0.1, "worse"),
        ("risk.aurc", 0.1, 0.3, "worse"),
        ("risk.aurc", -0.3, -0.1, "better"),
        ("answer.correct", -0.1, 0.3, ""),
    ],
)
def test_a_clear_difference_is_better_or_worse(metric, low, high, kind):
    value = (low + high) / 2
    difference = Difference(before=0.5, after=0.5 + value, value=value, low=low, high=high, questions=90)
    assert Words("de").kind_of_change(metric, difference) == kind


def test_numbers_are_in_the_page_language():
    german, english = Words("de"), Words("en")
    assert (german.number(0.6333), english.number(0.6333)) == ("0,633", "0.633")
    assert [german.number(value, 1, "+") for value in (2.0, -2.0, 0.0, 0.01)] == ["+2,0", "−2,0", "0,0", "0,0"]
    assert [german.percent(share) for share in (0, 0.0004, 0.5, 0.6333, 0.9999, 1)] == [
        "0 %",
        "0,1 %",
        "50 %",
        "63,3 %",
        "99,9 %",
        "100 %",
    ]
    assert german.confidence(0.4999) == "49 %"


@pytest.mark.parametrize(
    ("results", "plots"),
    [
        (ALL_SORTS, 4),
        ([RIGHT], 4),
        ([failed(1)], 2),  # no confidence, no timings
        ([with_(one, timings_ms=TIMED) for one in ALL_SORTS], 4),
        ([with_(one, timings_ms={"total": 0.0}) for one in ALL_SORTS], 4),
        ([with_(one, kind=None) for one in ALL_SORTS], 4),
        ([with_(one, confidence=0.0) for one in ALL_SORTS], 4),
        ([with_(RIGHT, id=str(number), kind=f"Art {number} 種類 $_$ " + "w" * 99) for number in range(60)], 4),
        ([EVIL_RESULT], 4),
    ],
)
def test_plots_of_every_evaluation(results, plots):
    html = page(evaluation(results), "a.json", "de")
    drawn = re.findall(r"<svg.*?</svg>", html, re.DOTALL)
    assert len(drawn) == plots
    for svg in drawn:
        assert re.match(r'<svg viewBox="[^"]+" role="img" aria-label="[^"]+">', svg)
        assert set(re.findall(r"(?:fill|stroke): ([^;\"]+)", svg)) <= {
            "none",
            *(f"var(--{name})" for name in ("ink", "muted", "grid", "accent", "second")),
        }
    ids = Elements(html).ids
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("least", [{}, {"least_confidence": "high"}, {"least_confidence": "1"}])
def test_a_threshold_that_nothing_reaches_is_not_drawn(least):
    assert "Schwelle 0,5" in page(evaluation(ALL_SORTS), "a.json", "de")
    assert "Schwelle " not in page(evaluation(ALL_SORTS, made_with=least), "a.json", "de")


def hostile() -> Evaluation:
    """An evaluation whose every word attacks the page."""
    results = [EVIL_RESULT, failed(2, question=EVIL, answer=EVIL), with_(INVENTED, cited=(place(0, 40, EVIL, EVIL),))]
    found = evaluation(results, set=EVIL, sha256=EVIL, paragraphs=EVIL, made_with={EVIL: EVIL, "numpy": EVIL})
    before = evaluation([with_(EVIL_RESULT, is_right=True)], made_with={EVIL: "x"})
    return with_comparison(found, [before], Path(EVIL))


def test_a_hostile_document_stays_text():
    html = page(hostile(), "a.json", "de")
    elements = Elements(html)
    assert elements.names <= ALLOWED
    assert not [name for name in elements.attributes if name.startswith("on") or name == "src"]
    assert HARMLESS in texts(html, r"<h4[^>]*>(.*?)</h4>")[0]
    assert texts(html, r"<mark>(.*?)</mark>")[-1] == HARMLESS[:40]
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", html)
    assert "http://evil" not in re.sub(r">[^<]*<", "><", html)


def test_drawing_is_imported_for_a_report_alone():
    code = "import sys, assistant.cli, assistant.evaluation.running; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("there is no chromium to open the page with")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_page_in_a_browser(browser, tmp_path, width, scheme):
    path = write_report(hostile(), tmp_path, "de")
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    seen: list[str] = []
    tab = context.new_page()
    tab.on("request", lambda request: seen.append(request.url))
    tab.on("console", lambda message: seen.append(message.text))
    tab.on("pageerror", lambda error: seen.append(str(error)))
    tab.on("dialog", lambda dialog: (seen.append(dialog.message), dialog.dismiss()))
    tab.goto(path.as_uri())
    expect(tab.locator("h1")).to_contain_text(HARMLESS)
    for summary in tab.locator("details:not([open]) > summary").all()[::-1]:
        summary.press("Enter")
    expect(tab.locator("details:not([open])")).to_have_count(0)
    expect(tab.locator("article h4").first).to_be_visible()
    assert tab.locator("script, img, iframe, link").count() == 0
    assert tab.evaluate("document.documentElement.scrollWidth") == width
    dark = tab.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(28, 25, 23)"
    assert dark == (scheme == "dark")
    sides = tab.locator("article .sides section").all()[:2]
    boxes = [side.bounding_box() for side in sides]
    assert all(boxes)
    assert (boxes[0]["y"] == boxes[1]["y"]) == (width > 800)  # side by side, or one below the other
    assert seen == [path.as_uri()]
    context.close()
