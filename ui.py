"""The chat page: an answer with numbered citations, and beside it the source text with the cited sentences marked.

Layout and wiring only. All that documents and questions say is escaped here; the one script below moves to marks.
"""

import socket
import sys
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from html import escape
from queue import Queue
from typing import Any, NamedTuple

import gradio as gr

from assistant import Assistant, AssistantError, Citation, Place, Reply
from assistant.drops import drop_text
from assistant.errors import PageNotServed
from assistant.labels import CHANGED, NEAREST, PAGE, note_of_writer, sureness, worded_by
from assistant.labels import provisional as label_of_provisional
from assistant.pipeline import Outcome
from assistant.records import EXTRACTIVE, Claim, Document, Language, Span
from assistant.sentences import display_form, parts_shown
from assistant.writing import Provisional

TITLE = "<h1>Quellentreu <small>Antworten aus Ihren Dokumenten, Satz für Satz belegt</small></h1>"
SEARCHING = gr.ChatMessage(content="", metadata={"title": "Stellen werden gesucht …", "status": "pending"})
LOCKED = gr.update(value="", interactive=False)  # while a question is answered: another one would be lost
WELCOME = "Fragen Sie etwas zu Ihren Dokumenten.\n\nJeder Satz der Antwort wird mit seiner Stelle im Text belegt."
CSS = """
.gradio-container { max-width: 1400px !important; margin: 0 auto !important; }
.gradio-container .main { padding-inline: clamp(.75rem, 2vw, 2rem) !important; }
#title h1 { margin: 0; font-size: 1.2rem; }
#title small { margin-left: .75rem; font-weight: 400; }
small { font-size: .8rem; opacity: .75; }
#chat { height: calc(100dvh - 143px) !important; }
#question textarea { font-size: 1rem; }
#chat .answer { padding: .25rem 0; }
#chat .answer p { margin: 0 0 .75rem; line-height: 1.6; }
#chat .answer a { padding: 0 .15rem; color: var(--link-text-color); font-weight: 600; text-decoration: none; }
#chat .answer a:is(:hover, :focus-visible) { text-decoration: underline; }
#chat .answer ol { margin: 0; padding: .75rem 0 .25rem; list-style: none;
  border-top: 1px solid var(--border-color-primary); }
#chat .answer li { display: flex; gap: .5rem; margin: 0 0 .5rem; font-size: .875rem; line-height: 1.5; }
#chat .answer .provisional { font-style: italic; opacity: .6; }
#chat .answer :is(.provisional, .note) { user-select: none; }
#chat .answer del { opacity: .7; }
#chat .answer small { display: block; overflow-wrap: anywhere; }
#source { background: var(--block-background-fill); border: 1px solid var(--border-color-primary) !important;
  border-radius: var(--block-radius); overflow-wrap: anywhere; }
#source .html-container { padding: 0; }
#source h2 { margin: 0; padding: .7rem 1.5rem; font-size: .9rem; border-bottom: 1px solid var(--border-color-primary); }
#source article { height: calc(100dvh - 137px); overflow-y: auto; padding: 0 1.5rem 2rem; font-size: 1rem;
  line-height: 1.65; }
.form:has(#chooser) ~ #source article { height: calc(100dvh - 197px); }
.form:has(#chooser) ~ #source h2 { display: none; }
#source h3 { margin: 1.4rem 0 .4rem; font-size: 1.05rem; }
#source p { margin: 0 0 .8rem; max-width: 46rem; }
mark { --tint: 250 204 21; padding: .1em .15em; scroll-margin-top: 20vh; border-radius: 3px; outline: none;
  color: inherit; background: rgb(var(--tint) / .38);
  -webkit-box-decoration-break: clone; box-decoration-break: clone; }
#chat .answer strong.answering, mark strong { padding: 0 .1em; border-radius: 2px; background: rgb(250 204 21 / .5); }
.dark #chat .answer strong.answering, .dark mark strong { color: #1c1917; background: rgb(250 204 21 / .85); }
article.near mark { --tint: 56 189 248; background: rgb(var(--tint) / .25); }
mark:target { box-shadow: 0 0 0 2px rgb(var(--tint)); }
mark::before { content: attr(data-number); margin-right: .25em; font-size: .7em; font-weight: 700; line-height: 0;
  vertical-align: super; }
@media (max-width: 768px) {
  #title small { display: none; }
  #chat { height: auto !important; min-height: 50dvh; }
  #chat .message-row { max-width: 100%; margin-inline: .75rem; }
  #source article, .form:has(#chooser) ~ #source article { height: 75dvh; padding-inline: 1rem; }
}
"""
# A marker is a link to its mark. Marks of earlier answers are not on the page: then the server is asked for them.
SCRIPT = """
let wanted;
const go = id => location.assign(location.pathname + location.search + '#' + id);
document.addEventListener('click', event => {
  const link = event.target.closest('.answer a');
  if (!link) return;
  event.preventDefault();
  wanted = link.hash.slice(1);
  if (document.getElementById(wanted)) go(wanted);
  else trigger('click', {place: wanted});
});
watch('value', () => {
  const panel = element.querySelector('article');
  const mark = document.getElementById(panel.dataset.focus);
  if (mark && mark.id === wanted) go(wanted);
  else panel.scrollTop = mark ? mark.offsetTop - panel.offsetTop - panel.clientHeight / 4 : 0;
});
"""
# Not where there is no mouse: there, the keyboard would cover the answer.
FOCUS = "() => { if (matchMedia('(pointer: fine)').matches) document.querySelector('#question textarea').focus(); }"


class Shown(NamedTuple):
    """A reply on the page, and the documents that it shows places of, as they were when it was given."""

    reply: Reply
    documents: dict[str, Document]


def build_page(assistant: Assistant) -> gr.Blocks:
    """The page, wired to `assistant`; its theme and style come with `serve`."""

    def ask(question: str, history: list[Any], replies: list[Shown]) -> Iterator[tuple[Any, ...]]:
        asked = [*history, gr.ChatMessage(role="user", content=escape(question))] if question.strip() else history
        yield LOCKED, [*asked, SEARCHING], replies, gr.skip(), gr.skip()
        try:
            outcome = yield from _asked(question, asked, replies)
        except AssistantError as error:
            yield question, [*asked, _message(f"<p>{escape(error.message('de'))}</p>")], replies, gr.skip(), gr.skip()
            return
        reply = outcome.reply_for("de")
        replies = [*replies, Shown(reply, {place.source: outcome.documents[place.source] for place in _places(reply)})]
        shown = show(replies, len(replies), 1) if _places(reply) else (gr.skip(), gr.skip())
        changed = assistant.changed_sources({place.source for place in _places(reply)})
        yield "", [*asked, _message(_reply_html(reply, len(replies), changed))], replies, *shown

    def _asked(question: str, asked: list[Any], replies: list[Shown]) -> Generator[tuple[Any, ...], None, Outcome]:
        """What became of the question; what a model words until then is shown as provisional."""
        texts: Queue[Provisional | None] = Queue()
        with ThreadPoolExecutor(1) as thread:
            outcome = thread.submit(assistant.ask, question, on_text=texts.put)
            outcome.add_done_callback(lambda _: texts.put(None))
            while (written := texts.get()) is not None:
                yield LOCKED, [*asked, _message(_provisional_html(written))], replies, gr.skip(), gr.skip()
            return outcome.result()

    def show(replies: list[Shown], turn: int, number: int) -> tuple[gr.Dropdown, str]:
        reply, documents = replies[turn - 1]
        name = _places(reply)[number - 1].source
        names = list(dict.fromkeys((*assistant.index.by_name, name)))  # the index may be another one by now
        chosen = gr.Dropdown(names, value=name, visible=len(names) > 1)
        return chosen, _source_html(documents[name], reply, turn, number)

    def show_clicked(replies: list[Shown], click: gr.EventData) -> tuple[gr.Dropdown, str]:
        turn, number = map(int, click.place.removeprefix("stelle-").split("-"))
        return show(replies, turn, number)

    def show_chosen(name: str, replies: list[Shown]) -> str:
        reply, documents = replies[-1] if replies else (None, {})
        if name in documents:
            return _source_html(documents[name], reply, len(replies))
        document = assistant.index.by_name.get(name)  # None: it has gone since its name was shown
        return _source_html(document, None, len(replies)) if document else gr.skip()

    documents = assistant.index.by_name
    names = list(documents)
    page = gr.Blocks(title="Quellentreu", analytics_enabled=False)
    with page:
        gr.HTML(TITLE, elem_id="title")
        replies = gr.State([])
        with gr.Row():
            with gr.Column(min_width=340):
                chat = gr.Chatbot(
                    elem_id="chat",
                    show_label=False,
                    placeholder=WELCOME,
                    render_markdown=False,
                    latex_delimiters=[],
                    buttons=[],
                )
                question = gr.Textbox(
                    elem_id="question",
                    placeholder="Ihre Frage",
                    label="Frage",
                    show_label=False,
                    container=False,
                    submit_btn="Fragen",
                    autofocus=True,
                )
            with gr.Column(min_width=340):
                chooser = gr.Dropdown(
                    names, value=names[0], label="Dokument", elem_id="chooser", visible=len(names) > 1
                )
                source = gr.HTML(_source_html(documents[names[0]]), elem_id="source", js_on_load=SCRIPT)
        asked = question.submit(
            ask,
            [question, chat, replies],
            [question, chat, replies, chooser, source],
            show_progress_on=chat,
            api_visibility="private",
        )
        unlocked = asked.then(  # also where an answer failed
            lambda: gr.update(interactive=True), None, question, show_progress="hidden", api_visibility="private"
        )
        unlocked.then(None, js=FOCUS)
        source.click(show_clicked, replies, [chooser, source], show_progress="hidden", api_visibility="private")
        chooser.input(show_chosen, [chooser, replies], source, show_progress="hidden", api_visibility="private")
    return page


def serve(assistant: Assistant, host: str, port: int, open_browser: bool = False) -> None:
    """Serve the page until it is interrupted. Raises PageNotServed where `port` cannot be had."""
    try:
        socket.create_server((host, port)).close()
    except OSError as error:
        raise PageNotServed(f"{host}:{port}", reason=error) from error
    page = build_page(assistant)
    page.launch(
        server_name=host,
        server_port=port,
        inbrowser=open_browser,
        share=False,
        ssr_mode=False,
        quiet=True,
        prevent_thread_lock=True,
        footer_links=[],
        run_history=False,
        theme=_theme(),
        css=CSS,
        js="() => { document.documentElement.lang = 'de' }",
    )
    print(f"Quellentreu: http://{host}:{port} (beenden mit Strg+C)", file=sys.stderr)
    page.block_thread()


def _theme() -> gr.themes.Base:
    """Installed fonts only, so that the page fetches nothing, and links dark enough to read."""
    fonts, fixed = ("system-ui", "sans-serif"), ("ui-monospace", "monospace")
    theme = gr.themes.Base(primary_hue="teal", neutral_hue="stone", font=fonts, font_mono=fixed)
    return theme.set(link_text_color="*primary_700", link_text_color_dark="*primary_300")


def _message(html: str) -> gr.ChatMessage:
    """The assistant's message with `html` as its content."""
    return gr.ChatMessage(role="assistant", content=gr.HTML(f'<div class="answer">{html}</div>'))


def _places(reply: Reply) -> Sequence[Citation | Place]:
    """What a reply shows in the source, numbered from 1 in this order."""
    return reply.refusal.nearest if reply.refusal else reply.citations


def _reply_html(reply: Reply, turn: int, changed: Sequence[str] = ()) -> str:
    """The reply with links to its places: claims and citations, or the refusal and the nearest places.

    It says which of its sources are not what was indexed any more.
    """
    places = "".join(_place_html(place, turn, number, reply.language) for number, place in enumerate(_places(reply), 1))
    facts = "".join(f"<small>{escape(fact)}</small>" for fact in (worded_by(reply), sureness(reply)) if fact)
    notes = _notes_html(reply, changed)
    if reply.refusal:
        nearest = f"<p>{NEAREST.to(reply.language)}</p><ol>{places}</ol>" if places else ""
        return f"<p><strong>{escape(reply.answer)}</strong></p>{nearest}{facts}{notes}"
    claims = " ".join(
        _claim_html(claim, reply) + "&nbsp;" + "".join(_marker(turn, number) for number in claim.citations)
        for claim in reply.claims
    )
    return f"<p>{claims}</p><ol>{places}</ol>{facts}{notes}"


def _claim_html(claim: Claim, reply: Reply) -> str:
    """What a claim says: its quotes with the words that answer, or the wording that a model gave it."""
    if reply.writer != EXTRACTIVE:
        return escape(claim.text)
    return " ".join(_words_html(reply.citations[number - 1]) for number in claim.citations)


def _notes_html(reply: Reply, changed: Sequence[str]) -> str:
    """What a model proposed and the documents do not prove, struck out, and why another writer answered.

    None of it is copied along with an answer.
    """
    struck = [
        f"Nicht belegt: <del>{escape(one.text)}</del> – {escape(drop_text(one, 'de'))}"
        for one in reply.dropped
        if one.text
    ]
    outdated = CHANGED.to("de", names=", ".join(changed)) if changed else None
    told = [escape(note) for note in (outdated, note_of_writer(reply, "de")) if note]
    return "".join(f'<small class="note">{one}</small>' for one in (*struck, *told))


def _provisional_html(written: Provisional) -> str:
    """What no check has seen, and that it is so."""
    label = label_of_provisional("de", is_repair=written.is_repair)
    return f'<small class="note">{label}</small><p class="provisional">{escape(written.text)}</p>'


def _place_html(place: Citation | Place, turn: int, number: int, language: Language) -> str:
    """One entry of the list below a reply: marker, quote, source and section."""
    where = [place.source]
    if isinstance(place, Citation):
        where += [PAGE.to(language, number=place.page)] * bool(place.page) + [f"„{place.section}“"] * bool(
            place.section
        )
    return (
        f"<li>{_marker(turn, number)}<span>{_words_html(place)}<small>{escape(' · '.join(where))}</small></span></li>"
    )


def _words_html(place: Citation | Place) -> str:
    """A quote in display form, the words that answer standing out."""
    answer = place.answer_in_quote if isinstance(place, Citation) else None
    before, words, behind = map(escape, parts_shown(place.quote, answer))
    return f'{before}<strong class="answering">{words}</strong>{behind}' if words else before + behind


def _marker(turn: int, number: int) -> str:
    """The link [number] to a place of the reply of `turn`."""
    return f'<a href="#stelle-{turn}-{number}" aria-label="Stelle {number} im Quelltext zeigen">[{number}]</a>'


def _source_html(document: Document, reply: Reply | None = None, turn: int = 0, number: int | None = None) -> str:
    """A document as headings and paragraphs, what `reply` shows of it marked; `number` is scrolled to, or the first."""
    places = {n: place for n, place in enumerate(_places(reply) if reply else (), 1) if place.source == document.name}
    focus = number or next(iter(places), 0)
    kind = "near" if reply and reply.refusal else "cited"
    blocks = ""
    for block in _blocks(document):
        tag = "h3" if block[0] in document.headings else "p"
        blocks += f"<{tag}>{' '.join(_piece_html(document, span, places, turn) for span in block)}</{tag}>"
    return (
        f'<h2>{escape(document.name)}</h2><article class="{kind}" data-focus="stelle-{turn}-{focus}" tabindex="0"'
        f' aria-label="Quelltext">{blocks}</article>'
    )


def _piece_html(document: Document, span: Span, places: dict[int, Citation | Place], turn: int) -> str:
    """A sentence or heading in display form, marked if it is one of `places`."""
    for number, place in places.items():
        if (place.start, place.end) == span:
            words = _words_html(place)
            return f'<mark id="stelle-{turn}-{number}" data-number="{number}" tabindex="-1">{words}</mark>'
    return escape(display_form(document.quote(span)))


def _blocks(document: Document) -> Iterator[list[Span]]:
    """The headings, each alone, and the paragraphs as runs of sentences, in reading order."""
    headings = set(document.headings)
    width = max(map(len, document.text.splitlines()))
    block: list[Span] = []
    for span in sorted((*document.headings, *document.sentences)):
        if block and (
            not headings.isdisjoint((block[-1], span)) or _ends_paragraph(document.text, block[-1], span, width)
        ):
            yield block
            block = []
        block.append(span)
    yield block


def _ends_paragraph(text: str, before: Span, after: Span, width: int) -> bool:
    """Whether a paragraph ends between two sentences: at an empty line, or a line with room for the next word."""
    gap = text[before.end : after.start]
    line = text[text.rfind("\n", 0, before.end) + 1 : before.end]
    word = text[after.start : after.end].split(maxsplit=1)[0]
    return gap.count("\n") > 1 or ("\n" in gap and len(line) + 1 + len(word) <= width)
