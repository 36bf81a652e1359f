"""The page in a real browser: what a reader sees, where it scrolls to, and what it never does."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

import ui
from assistant import Assistant
from assistant.enforcement import enforce, refuse
from assistant.errors import PageNotServed, QuestionEmpty
from assistant.pipeline import Outcome
from assistant.records import Draft, DraftClaim, Evidence, Span
from assistant.sentences import display_form
from tests.doubles import document_of, inquiry
from tests.hostile_server import claims, hostile_server, says

CHROMIUM = shutil.which("chromium")
expect.set_options(timeout=20_000)  # of milliseconds: the first answer waits for the model

needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium to open the page with")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESKTOP, PHONE = (1280, 800), (390, 844)
ANSWERED = "Was erklärte Rubio in Paris?"
REFUSED = "Welche Partei regiert in Frankreich?"
HOSTILE = """Bericht <script>alert(1)</script>

Der Hausmeister <b>Meier</b> heißt ![x](http://evil.example/x.png) und wohnt in [a](javascript:alert(1)).
Das Kennwort lautet ${alert(1)} {{constructor}} $$x^2$$ <img src="http://evil.example/y.png" onerror="alert(1)">.
"""
RULES = """Hausordnung

Die Waschküche darf montags bis samstags von 7 bis 20 Uhr benutzt werden.

Fahrräder gehören in den Keller.
"""

SERVE = """
import pathlib, sys, assistant, ui
settings = assistant.load_settings(home=pathlib.Path(sys.argv[1]))
ui.serve(assistant.open_assistant(settings), "127.0.0.1", int(sys.argv[2]))
"""

Opened = Callable[..., Page]


@contextmanager
def served(home: Path, **environment: str) -> Iterator[str]:
    """The address of the page of a home folder, served by `ui.serve` in a process of its own while the block runs."""
    port = free_port()
    command = [sys.executable, "-c", SERVE, str(home), str(port)]
    with subprocess.Popen(command, env={**os.environ, **environment}) as server:
        try:
            while not is_listening(port):
                assert server.poll() is None, "the page is not served"
                time.sleep(0.05)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def is_listening(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def article_page(article_home: Path) -> Iterator[str]:
    """The address of the article's page."""
    with served(article_home) as address:
        yield address


@pytest.fixture(scope="module")
def two_documents_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a page of two documents, one of them hostile."""
    home = tmp_path_factory.mktemp("home")
    (home / "corpus").mkdir()
    (home / "corpus" / "bericht.txt").write_text(HOSTILE, encoding="utf-8")
    (home / "corpus" / "hausordnung.txt").write_text(RULES, encoding="utf-8")
    with served(home) as address:
        yield address


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opened]:
    """Opens an address; in the end the page must have asked no other host, reported no error, opened no dialog."""
    seen: list[str] = []
    contexts = []

    def open_(address: str, size: tuple[int, int] = DESKTOP, path: str = "/") -> Page:
        def note(is_wrong: bool, what: object) -> None:
            seen.extend([str(what)] * is_wrong)

        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="de-DE")
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: note(not request.url.startswith(address), request.url))
        page.on("console", lambda message: note(message.type in ("error", "warning"), message.text))
        page.on("pageerror", lambda error: note(True, error))
        page.on("dialog", lambda dialog: (note(True, dialog.message), dialog.dismiss()))
        page.goto(address + path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert seen == []


def ask(page: Page, question: str) -> None:
    page.get_by_placeholder("Ihre Frage").fill(question)
    page.get_by_placeholder("Ihre Frage").press("Enter")


@needs_browser
def test_answer_is_shown_beside_its_cited_sentence(
    article_assistant: Assistant, article_page: str, opened: Opened
) -> None:
    reply = article_assistant.ask(ANSWERED).reply
    page = opened(article_page)
    ask(page, ANSWERED)
    answer = page.locator(".answer")
    expect(answer.locator("p")).to_have_text(reply.answer.replace(" [", "\N{NO-BREAK SPACE}["))
    expect(answer.locator("li")).to_have_count(len(reply.citations))
    expect(answer).to_contain_text(f"{reply.citations[0].source} · „{reply.citations[0].section}“")
    cited = page.locator("mark").first
    expect(cited).to_have_text(display_form(reply.citations[0].quote))
    expect(cited).to_be_in_viewport(ratio=1)
    expect(page.get_by_placeholder("Ihre Frage")).to_have_value("")


@needs_browser
@pytest.mark.parametrize("path", ["/", "/?__theme=dark"])
def test_marker_leads_to_its_sentence(article_page: str, opened: Opened, path: str) -> None:
    page = opened(article_page, path=path)
    ask(page, ANSWERED)
    expect(page.get_by_placeholder("Ihre Frage")).to_be_focused()  # again, once the answer is there
    cited = page.locator("#stelle-1-1")
    expect(cited).to_be_in_viewport(ratio=1)
    page.locator("article").evaluate("article => article.scrollTo(0, article.scrollHeight)")
    expect(cited).not_to_be_in_viewport()
    page.get_by_label("Stelle 1 im Quelltext zeigen").first.press("Enter")
    expect(cited).to_be_in_viewport(ratio=1)
    expect(cited).to_be_focused()


@needs_browser
def test_marker_of_an_earlier_answer_leads_to_its_sentence(article_page: str, opened: Opened) -> None:
    page = opened(article_page, PHONE)
    ask(page, ANSWERED)
    expect(page.locator("#stelle-1-1")).to_be_attached()
    ask(page, REFUSED)
    expect(page.locator("#stelle-2-1")).to_be_attached()
    expect(page.locator("#stelle-1-1")).to_have_count(0)
    page.locator("a[href='#stelle-1-1']").first.click()
    expect(page.locator("#stelle-1-1")).to_be_in_viewport(ratio=1)


@needs_browser
def test_refusal_shows_the_nearest_places(article_assistant: Assistant, article_page: str, opened: Opened) -> None:
    reply = article_assistant.ask(REFUSED).reply
    assert reply.refusal
    page = opened(article_page)
    ask(page, REFUSED)
    refusal = page.locator(".answer")
    expect(refusal).to_contain_text(reply.answer)
    expect(refusal).to_contain_text("Am nächsten kommen:")
    expect(refusal.locator("li")).to_have_count(len(reply.refusal.nearest))
    expect(page.locator("article.near #stelle-1-1")).to_have_text(display_form(reply.refusal.nearest[0].quote))
    expect(page.locator("#stelle-1-1")).to_be_in_viewport(ratio=1)


@needs_browser
def test_an_english_question_has_english_labels(article_page: str, opened: Opened) -> None:
    page = opened(article_page)
    ask(page, "Which party governs France?")
    expect(page.locator(".answer")).to_contain_text("Nearest places:")
    expect(page.locator(".answer")).to_contain_text("Probability that the documents answer")


@needs_browser
@pytest.mark.parametrize("question", ["", "  ", "?!"])
def test_empty_question_is_answered_with_one_sentence(article_page: str, opened: Opened, question: str) -> None:
    page = opened(article_page)
    ask(page, question)
    expect(page.locator(".answer")).to_have_text(QuestionEmpty().message("de"))


@needs_browser
def test_documents_and_questions_stay_text(two_documents_page: str, opened: Opened) -> None:
    page = opened(two_documents_page)
    question = (
        "<img src=http://evil.example/q.png onerror=alert(2)> ![x](http://evil.example/z.png) $$y$$ Wo wohnt Meier?"
    )
    ask(page, question)
    expect(page.get_by_test_id("user")).to_have_text(question)
    expect(page.locator(".answer p")).to_contain_text("<b>Meier</b> heißt ![x](http://evil.example/x.png)")
    expect(page.locator("article")).to_contain_text("Bericht <script>alert(1)</script>")
    expect(page.locator("article")).to_contain_text("${alert(1)} {{constructor}} $$x^2$$ <img src=")
    ask(page, question)  # what was said before goes through the browser and back
    expect(page.get_by_test_id("user")).to_have_text([question, question])
    expect(page.locator("#chat").locator("img, script, b, .answer a:not([href^='#stelle-'])")).to_have_count(0)
    expect(page.locator("article").locator("img, script, b, a")).to_have_count(0)


@needs_browser
def test_other_documents_can_be_chosen(two_documents_page: str, opened: Opened) -> None:
    page = opened(two_documents_page)
    ask(page, "Wann darf die Waschküche benutzt werden?")
    expect(page.get_by_label("Dokument")).to_have_value("hausordnung.txt")
    expect(page.locator("article > *")).to_have_text(RULES.strip().split("\n\n"))
    page.get_by_label("Dokument").click()
    page.get_by_role("option", name="bericht.txt").click()
    expect(page.locator("article")).to_contain_text("Hausmeister")
    expect(page.locator("mark")).to_have_count(0)


@needs_browser
def test_a_source_that_changed_after_it_was_indexed_is_told(opened: Opened, tmp_path: Path) -> None:
    rules = tmp_path / "corpus" / "hausordnung.txt"
    rules.parent.mkdir()
    rules.write_text(RULES, encoding="utf-8")
    question = "Wann darf die Waschküche benutzt werden?"
    with served(tmp_path) as address:
        page = opened(address)
        ask(page, question)
        expect(page.locator("#chat")).not_to_contain_text("seit dem Indexieren geändert")
        rules.write_text(RULES + "\nAlles andere gilt nicht mehr.\n", encoding="utf-8")
        ask(page, question)
        expect(page.locator("#chat")).to_contain_text("seit dem Indexieren geändert: hausordnung.txt")
        page.close()  # before its server


@needs_browser
def test_page_fits_a_phone(article_page: str, opened: Opened) -> None:
    page = opened(article_page, PHONE)
    ask(page, ANSWERED)
    page.get_by_label("Stelle 1 im Quelltext zeigen").first.click()
    expect(page.locator("#stelle-1-1")).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]


def test_the_words_that_answer_stand_out_and_stay_text() -> None:
    document = document_of("Das Kennwort ist <b>x</b> \t & mehr. Es regnet.")
    words = Span(document.text.index("<b>"), document.text.index("."))
    evidence = [Evidence(source="a.txt", span=span, probability=0.5, answer=words) for span in document.sentences]
    answer = enforce(inquiry(), Draft(claims=(DraftClaim(sentences=(1, 2)),)), evidence, {"a.txt": document})
    reply = Outcome(answer, {"total": 1.0}).reply
    marked = 'Das Kennwort ist <strong class="answering">&lt;b&gt;x&lt;/b&gt; &amp; mehr</strong>.'
    assert ui._reply_html(reply, 1).count(marked) == 2  # in the answer and in the list below it
    source = ui._source_html(document, reply, 1)
    assert f'tabindex="-1">{marked}</mark>' in source
    assert source.count("<strong") == 1


def test_a_refusal_shows_the_words_that_are_missing_as_text() -> None:
    documents = {"a.txt": document_of("Es regnet.")}
    refusal = refuse(inquiry("Was ist <b>?"), "premise_not_found", [], documents, missing=("<b>",))
    shown = ui._reply_html(Outcome(refusal, {"total": 1.0}).reply, 1)
    assert "<strong>In den Dokumenten kommt nicht vor: „&lt;b&gt;“.</strong>" in shown


def test_port_in_use_is_said(article_assistant: Assistant) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(PageNotServed, match=address):
            ui.serve(article_assistant, "127.0.0.1", taken.getsockname()[1])


@needs_browser
def test_what_a_model_writes_is_provisional_until_it_is_checked(browser, article_home):
    proved = (
        "Der US-Außenminister Marco Rubio erklärte gegenüber Reportern nach Gesprächen mit europäischen und "
        "ukrainischen Offiziellen in Paris: „Wenn es nicht möglich ist, den Krieg in der Ukraine zu beenden, müssen "
        "wir weitermachen.“"
    )
    false = "Rubio erklärte den Krieg <b>in Paris</b> für beendet."
    drafts = [claims((proved, [1]), (false, [1])), claims((false, [1]))]
    with (
        hostile_server(*(says(draft, pieces=12, pause=0.15) for draft in drafts)) as server,
        served(article_home, ASSISTANT_WRITER="openai:m", OPENAI_BASE_URL=server.url, ASSISTANT_RISK="0.2") as address,
    ):
        page = browser.new_page(viewport={"width": DESKTOP[0], "height": DESKTOP[1]})
        page.goto(address)
        page.locator("#question textarea").fill(ANSWERED)
        page.locator("#question textarea").press("Enter")
        expect(page.locator("#chat .provisional")).to_contain_text("Wenn es nicht möglich ist")
        expect(page.locator("#question textarea")).to_be_disabled()
        expect(page.locator("#chat")).to_contain_text("Vorläufig, noch ungeprüft:")
        expect(page.locator("#chat")).to_contain_text("Vorläufig, noch ungeprüft (wird nachgebessert):")
        answer = page.locator("#chat .answer").last
        expect(answer.locator("ol li")).to_have_count(1)
        expect(answer.locator("p").first).to_contain_text(proved)
        expect(page.locator("#chat .provisional")).to_have_count(0)
        expect(page.locator("#question textarea")).to_be_enabled()
        expect(page.locator("#question textarea")).to_be_focused()
        expect(answer.locator("del")).to_have_text([false])
        expect(answer).to_contain_text("Formuliert von openai:m")
        copied = answer.evaluate("answer => { getSelection().selectAllChildren(answer); return `${getSelection()}`; }")
        assert proved in copied
        assert "Nicht belegt" not in copied
        expect(answer.locator("p").first).not_to_contain_text("beendet.")
        page.close()
