"""An evaluation's curves as SVG text for a page: words stay text, colours are the page's CSS variables.

`var(--ink)`, `var(--muted)`, `var(--grid)`, `var(--accent)` and `var(--second)` make them fit a light and a dark page.
"""

import io
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape
from typing import NamedTuple

import matplotlib.style
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from matplotlib.ticker import MaxNLocator

from assistant.evaluation.metrics import CalibrationBin, RiskPoint
from assistant.evaluation.records import Figure
from assistant.messages import Text
from assistant.records import Language

INK, MUTED, GRID, ACCENT, SECOND = "#010101", "#020202", "#030303", "#040404", "#050505"  # stand for the variables
VARIABLES = {INK: "--ink", MUTED: "--muted", GRID: "--grid", ACCENT: "--accent", SECOND: "--second"}
WIDTH, HEIGHT = 5.4, 3.3  # of inches: 72 units of the SVG each
SMALL = 9.5
STYLE = {
    "svg.fonttype": "none",
    "font.size": 11,
    "text.color": INK,
    "text.parse_math": False,
    "axes.labelcolor": MUTED,
    "axes.edgecolor": GRID,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "xtick.color": GRID,
    "ytick.color": GRID,
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": MUTED,
    "legend.frameon": False,
    "legend.fontsize": SMALL,
    "legend.borderpad": 0,
    "legend.borderaxespad": 0.4,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
}
MOST_LETTERS = 26
BINS = 30
STAGES = {
    "embed": Text(de="Frage einbetten", en="Embed question"),
    "retrieve": Text(de="Passagen suchen", en="Find passages"),
    "weigh": Text(de="Sätze wägen", en="Weigh sentences"),
    "write": Text(de="Antwort schreiben", en="Write answer"),
}


class Bar(NamedTuple):
    """A share to be drawn as a bar."""

    label: str
    figure: Figure
    is_of_unanswerable: bool = False
    """Drawn below the others, in the second colour."""


def risk_coverage(points: Sequence[RiskPoint], least_confidence: float | None, label: str, language: Language) -> str:
    """The share of wrong answers over the share of questions answered; a dot where `least_confidence` puts it."""
    with _style("risk"):
        drawing, axes = _axes(HEIGHT, left=0.8, bottom=0.62, top=0.42)
        coverage, risk = [point.coverage for point in points], [point.risk for point in points]
        marker = "o" if len(points) < 12 else ""
        axes.plot(coverage, risk, color=ACCENT, linewidth=2, marker=marker, markersize=4, clip_on=False)
        answered = [point for point in points if least_confidence is not None and point.confidence >= least_confidence]
        if answered:
            last = answered[-1]
            text = Text(
                de="Schwelle {least}: {coverage} beantwortet, davon {risk} falsch",
                en="Threshold {least}: {coverage} answered, {risk} of them wrong",
            )
            least = f"{least_confidence:g}".replace(".", "," if language == "de" else ".")
            axes.plot(
                [last.coverage],
                [last.risk],
                linestyle="",
                marker="o",
                markersize=9,
                color=SECOND,
                clip_on=False,
                zorder=5,
                label=text.to(language, least=least, coverage=_percent(last.coverage), risk=_percent(last.risk)),
            )
            _legend_above(drawing)
        axes.set_xlabel(Text(de="beantwortete Fragen", en="questions answered").to(language))
        axes.set_ylabel(Text(de="davon falsch", en="of them wrong").to(language))
        axes.set_xlim(0, 1)
        axes.set_ylim(0, min(1.0, max(0.1, 1.15 * max(risk, default=0))))
        axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
        _in_percent(axes, "xy")
        return _svg(drawing, label)


def bars(rows: Sequence[Bar], label: str, language: Language) -> str:
    """A bar with its interval for each row, the best first; those of unanswerable questions below the others."""
    with _style("bars"):
        ordered = sorted(rows, key=lambda row: (row.is_of_unanswerable, -row.figure.value, row.label))
        has_both = len({row.is_of_unanswerable for row in ordered}) == 2
        heights = [index + 0.6 * (has_both and row.is_of_unanswerable) for index, row in enumerate(ordered)]
        left = 0.3 + 0.075 * max(len(_shortened(row.label)) for row in ordered)
        top = 0.42 if has_both else 0.1
        drawing, axes = _axes(top + 0.45 + 0.27 * (heights[-1] + 1), left=left, bottom=0.4, top=top, right=1.05)
        groups = {
            False: (ACCENT, Text(de="Die Dokumente antworten", en="The documents answer")),
            True: (SECOND, Text(de="Abzulehnen", en="To be refused")),
        }
        for is_of_unanswerable, (color, name) in groups.items():
            places = [(y, row) for y, row in zip(heights, ordered, strict=True) if row[2] == is_of_unanswerable]
            if places:
                widths = [row.figure.value for _, row in places]
                axes.barh([y for y, _ in places], widths, 0.62, color=color, alpha=0.75, label=name.to(language))
        for y, row in zip(heights, ordered, strict=True):
            axes.plot([row.figure.low, row.figure.high], [y, y], color=INK, linewidth=1.4, marker="|", clip_on=False)
            text = f"{_percent(row.figure.value)} ({row.figure.questions})"
            axes.text(1.04, y, text, fontsize=SMALL, va="center", color=MUTED)
        axes.set_yticks(heights, [_shortened(row.label) for row in ordered], color=INK)
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(heights[-1] + 0.6, -0.6)
        axes.set_xlim(0, 1)
        axes.set_xticks([0, 0.5, 1])
        axes.grid(visible=False, axis="y")
        _in_percent(axes, "x")
        if has_both:
            _legend_above(drawing, columns=2)
        return _svg(drawing, label)


def calibration(bins: Sequence[CalibrationBin], label: str, language: Language) -> str:
    """For each bin of confidence, how many of its questions the documents do answer; the more questions, the larger."""
    with _style("calibration"):
        drawing, axes = _axes(HEIGHT + 0.3, left=0.8, bottom=0.62, top=0.2)
        axes.plot([0, 1], [0, 1], color=MUTED, linewidth=1.2, linestyle=(0, (4, 4)))
        confidence, answerable = [one.confidence for one in bins], [one.answerable for one in bins]
        most = max((one.questions for one in bins), default=1)
        sizes = [20 + 260 * one.questions / most for one in bins]
        axes.plot(confidence, answerable, color=ACCENT, linewidth=1.2)
        axes.scatter(confidence, answerable, s=sizes, color=ACCENT, alpha=0.75, linewidths=0, clip_on=False, zorder=4)
        for one, size in zip(bins, sizes, strict=True):
            is_high = one.answerable > 0.85
            axes.annotate(
                str(one.questions),
                (one.confidence, one.answerable),
                (0, (-1 if is_high else 1) * (3 + size**0.5 / 2)),
                textcoords="offset points",
                fontsize=SMALL,
                ha="center",
                va="top" if is_high else "bottom",
            )
        axes.set_xlabel(Text(de="Sicherheit", en="confidence").to(language))
        axes.set_ylabel(Text(de="beantwortbar", en="answerable").to(language))
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
        _in_percent(axes, "xy")
        return _svg(drawing, label)


def latency(timings: Sequence[dict[str, float]], label: str, language: Language) -> str:
    """How often a question took how long, `total` of its milliseconds; beside it the median of each stage."""
    with _style("latency"):
        drawing, axes = _axes(HEIGHT, left=0.8, bottom=0.62, top=0.42, right=1.95)
        totals = np.array([one["total"] for one in timings])
        median, slow = (float(value) for value in np.quantile(totals, (0.5, 0.95)))
        upper = min(float(totals.max()) * 1.02, 2 * slow) or 1.0
        axes.hist(totals[totals <= upper], bins=BINS, range=(0, upper), color=ACCENT, alpha=0.75)
        axes.axvline(median, color=INK, linewidth=1.6, label=f"Median {median:.0f} ms")
        axes.axvline(slow, color=SECOND, linewidth=1.6, linestyle=(0, (4, 3)), label=f"95 %: {slow:.0f} ms")
        _legend_above(drawing, columns=2)
        lines = [Text(de="Median je Schritt", en="Median by stage").to(language)]
        for stage in dict.fromkeys(stage for one in timings for stage in one if stage != "total"):
            value = float(np.median([one[stage] for one in timings if stage in one]))
            name = STAGES[stage].to(language) if stage in STAGES else _shortened(stage)
            lines.append(f"{name}: {value:.0f} ms" if value >= 1 else f"{name}: < 1 ms")
        beyond = int((totals > upper).sum())
        if beyond:
            more = Text(de="{count} langsamer,\nbis {most:.0f} ms", en="{count} slower,\nup to {most:.0f} ms")
            lines += ["", *more.to(language, count=beyond, most=float(totals.max())).splitlines()]
        for number, line in enumerate(lines):
            axes.text(1.05, 0.95 - 0.09 * number, line, transform=axes.transAxes, fontsize=SMALL, color=MUTED)
        axes.set_xlim(0, upper)
        axes.yaxis.set_major_locator(MaxNLocator(5, integer=True, steps=[1, 2, 5, 10]))
        axes.set_xlabel(Text(de="Millisekunden", en="milliseconds").to(language))
        axes.set_ylabel(Text(de="Fragen", en="questions").to(language))
        axes.grid(visible=False, axis="x")
        return _svg(drawing, label)


@contextmanager
def _style(salt: str) -> Iterator[None]:
    """Our style, whatever the reader's own matplotlibrc says; `salt` tells the ids of the page's plots apart."""
    with matplotlib.style.context(["default", STYLE | {"svg.hashsalt": salt}]), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # the browser's fonts draw the words
        yield


def _axes(height: float, *, left: float, bottom: float, top: float, right: float = 0.3) -> tuple[Drawing, Axes]:
    """A drawing and its axes; the margins are of inches."""
    drawing = Drawing(figsize=(WIDTH, height))
    size = (1 - (left + right) / WIDTH, 1 - (bottom + top) / height)
    return drawing, drawing.add_axes((left / WIDTH, bottom / height, *size))


def _legend_above(drawing: Drawing, columns: int = 1) -> None:
    """Over the whole width, so that there is room for words beside short axes."""
    drawing.legend(loc="upper left", ncols=columns, handletextpad=0.6, columnspacing=1.5)


def _in_percent(axes: Axes, which: str) -> None:
    for axis in [axes.xaxis] * ("x" in which) + [axes.yaxis] * ("y" in which):
        axis.set_major_formatter(lambda value, position: _percent(value))


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _shortened(label: str) -> str:
    return label if len(label) <= MOST_LETTERS else label[: MOST_LETTERS - 1] + "…"


def _svg(drawing: Drawing, label: str) -> str:
    """The drawing as an element of a page, `label` its name for who cannot see it; the same bytes every time."""
    file = io.StringIO()
    drawing.savefig(file, format="svg", metadata={"Date": None})
    svg = file.getvalue()
    svg = svg[svg.index("<svg") :]
    view = re.search(r'viewBox="[^"]*"', svg)
    assert view
    svg = f'<svg {view[0]} role="img" aria-label="{escape(label)}">' + svg[svg.index(">") + 1 :]
    svg = re.sub(r"\s*<metadata>.*?</metadata>|\s*<style.*?</style>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'(<g) id="[\w.]+"', r"\1", svg)  # of all plots the same
    svg = re.sub(r"font-family: [^;\"]*; ", "", svg)
    return re.sub(
        r"((?:fill|stroke): )(#0[1-5]0[1-5]0[1-5])", lambda found: f"{found[1]}var({VARIABLES[found[2]]})", svg
    )
