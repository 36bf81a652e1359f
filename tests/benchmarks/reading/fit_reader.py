"""Trains the reader: the first part of `make fit`. On two cores it takes about an hour.

Two readers learn from half of the articles and documents each, so that each half can be measured by the reader that
has not seen it; then the one that is shipped learns from all.
"""

import random
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import torch
from rich.console import Console
from rich.progress import Progress, track
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from assistant.embedding.opening import open_embedder
from assistant.reading.adapter import FILE
from assistant.reading.base import ReadablePassage
from assistant.settings import DEFAULT_MODEL
from tests.benchmarks.fitting import DATA, ROOT, SEED, hashes
from tests.benchmarks.folds import HALVES, out_of_fold
from tests.benchmarks.reading.lessons import Gold, Lesson, lessons
from tests.benchmarks.reading.network import Earlier, Network, Pair, packaged_model, texts_of

SHIPPED = ROOT / "assistant" / "reading" / FILE
STEPS = 900  # of each; a half's questions come about twice, all of them once
BATCH = 12  # questions
RATE, RATE_OF_SCALES, WARM_UP = 7e-4, 0.01, 60
ELSEWHERE, HIDDEN, TURNED = 0.15, 0.11, 0.07  # shares of a public question's turns in which nothing answers
UNANSWERED = 0.10  # the same, of a question written for this project
BESIDE = 0.35  # share of turns in which a passage that does not answer is read beside the one that does
WEIGHT_OF_ENDS = 0.15


class Turn(NamedTuple):
    """What is read at once."""

    question: str
    passages: tuple[ReadablePassage, ...]
    gold: Gold
    """Sentences of the first passage that answer; none: nothing here does."""
    answers: tuple[str, ...] = ()


def main() -> None:
    """Train those asked for by number of the half left out, or "all"; without arguments all three."""
    if not DATA.is_dir():
        sys.exit(f"{DATA} is missing: the public test data is needed to fit.")
    wanted = sys.argv[1:] or [*map(str, HALVES), "all"]
    learned = lessons(open_embedder(DEFAULT_MODEL, "cpu"))
    earlier = Earlier(packaged_model())
    for name in wanted:
        half = None if name == "all" else int(name)
        train(
            [one for one in learned if half is None or one.half != half],
            earlier,
            SHIPPED if half is None else out_of_fold(half),
        )


def train(learned: Sequence[Lesson], earlier: Earlier, path: Path) -> None:
    """Let a network learn, and write its adapter."""
    torch.manual_seed(SEED)
    rng = random.Random(SEED)
    network = Network(packaged_model())
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task("texts", total=None)
        earlier.read(_all_texts(learned), lambda done, total: progress.update(task, completed=done, total=total))
    # a public question comes in up to three versions, one of which is asked at a time
    versions: dict[tuple[bool, str], list[Lesson]] = {}
    for lesson in learned:
        versions.setdefault((lesson.is_written, lesson.id), []).append(lesson)
    asked = [of_id for of_id in versions.values() for _ in range(2 if len(of_id) > 2 else 1)]
    optimizer, schedule = optimizer_of(network, STEPS)
    turns = _turns(asked, rng)
    losses: list[float] = []
    for step in track(range(STEPS), path.stem, console=Console(stderr=True)):
        loss = _loss(network, earlier, list(islice(turns, BATCH)))
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        schedule.step()
        losses.append(loss.item())
        if step % 50 == 49:
            Console(stderr=True).print(f"{step + 1}/{STEPS}: loss {sum(losses[-50:]) / 50:.3f}")
    network.save(path, {"seed": str(SEED), **hashes()})


def _all_texts(learned: Sequence[Lesson]) -> Iterator[str]:
    for one in learned:
        golden = [passage for passage, _ in one.golden]
        hidden = [_without(passage, gold) for passage, gold in one.golden] if not one.is_written else []
        yield from texts_of(one.question, [*golden, *hidden, *one.near, *one.elsewhere])
        if one.turned:
            yield from texts_of(one.turned, [])


def _turns(asked: Sequence[list[Lesson]], rng: random.Random) -> Iterator[Turn]:
    """Each question once before any comes again."""
    while True:
        for versions in rng.sample(asked, len(asked)):
            yield _turn(rng.choice(versions), rng)


def _turn(one: Lesson, rng: random.Random) -> Turn:
    beside = (rng.choice(one.near),) if one.near and rng.random() < BESIDE else ()
    if not one.golden:
        return Turn(one.question, (rng.choice(one.near),), ())
    passage, gold = rng.choice(one.golden)
    chance = rng.random()
    if one.is_written:
        if chance < UNANSWERED and one.near:
            return Turn(one.question, (rng.choice(one.near),), ())
    elif chance < ELSEWHERE:
        return Turn(one.question, tuple(rng.sample(one.elsewhere, 1 + bool(beside))), ())
    elif chance < ELSEWHERE + HIDDEN and len(gold) < len(passage.sentences):
        return Turn(one.question, (_without(passage, gold), *beside), ())
    elif ELSEWHERE + HIDDEN <= chance < ELSEWHERE + HIDDEN + TURNED and one.turned:
        return Turn(one.turned, (passage,), ())
    return Turn(one.question, (passage, *beside), gold, one.answers)


def _without(passage: ReadablePassage, gold: Gold) -> ReadablePassage:
    kept = (sentence for at, sentence in enumerate(passage.sentences) if at not in gold)
    return ReadablePassage(passage.heading, tuple(kept))


def _loss(network: Network, earlier: Earlier, turns: Sequence[Turn]) -> Tensor:
    """Of the sentences of a turn, and of "nothing here answers", whose score is 0, the right one is to be probable."""
    places = [
        (number, earlier.pair(turn.question, passage)) for number, turn in enumerate(turns) for passage in turn.passages
    ]
    judged = _judged_by_length(network, [pair for _, pair in places])
    losses = []
    for number, turn in enumerate(turns):
        of_turn = [(pair, one) for (at, pair), one in zip(places, judged, strict=True) if at == number]
        shares = torch.log_softmax(torch.cat([*(scores for _, (scores, _) in of_turn), torch.zeros(1)]), 0)
        losses.append(-torch.logsumexp(shares[list(turn.gold)], 0) if turn.gold else -shares[-1])
        for position, (pair, (_, ends)) in enumerate(of_turn):
            at = _ends(pair, turn) if turn.gold and position == 0 else (0, 0)
            if at:
                losses[-1] = losses[-1] + WEIGHT_OF_ENDS * sum(
                    cross_entropy(ends[None, :, side], torch.tensor([at[side]])) for side in (0, 1)
                )
    return torch.stack(losses).mean()


def _judged_by_length(network: Network, pairs: Sequence[Pair]) -> list[tuple[Tensor, Tensor]]:
    """In two batches, so that less is padded."""
    order = sorted(range(len(pairs)), key=lambda at: len(pairs[at].question.states) + len(pairs[at].passage.states))
    middle = len(order) // 2
    found = {}
    for part in (order[:middle], order[middle:]):
        found |= dict(zip(part, network([pairs[at] for at in part]), strict=True)) if part else {}
    return [found[at] for at in range(len(pairs))]


def _ends(pair: Pair, turn: Turn) -> tuple[int, int] | None:
    """The first and last token of an answer in a sentence that answers; None if it does not stand there."""
    text = " ".join(turn.passages[0].sentences)
    offset = pair.places[0][0]
    for answer in turn.answers:
        for sentence in turn.gold:
            start, end = pair.places[sentence]
            at = text.find(answer, start - offset, end - offset)
            if at >= 0:
                first, last = at + offset, at + offset + len(answer)
                spans = pair.passage.spans
                inside = ((spans[:, 0] < last) & (spans[:, 1] > first) & (spans[:, 1] > spans[:, 0])).nonzero()[0]
                if len(inside):
                    return int(inside[0]), int(inside[-1])
    return None


def optimizer_of(network: Network, steps: int) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
    scales = [network.scales, network.intercept]
    others = [one for one in network.parameters() if one.requires_grad and not any(one is scale for scale in scales)]
    groups = [{"params": others, "lr": RATE}, {"params": scales, "lr": RATE_OF_SCALES}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / WARM_UP) * max(0.02, 1 - step / steps)
    )
    return optimizer, schedule


if __name__ == "__main__":
    main()
