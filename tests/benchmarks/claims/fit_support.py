"""Trains the support score: the later layers read evidence and claim, in two languages, and say if it is proved.

Learns from MLQA's German and English sentences, and from the claims in English written for this project about German
documents. It never sees XQuAD, nor the claims kept for measuring.
"""

import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from rich.console import Console
from rich.progress import Progress, track
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from assistant.german import language_of
from assistant.reading.base import ReadablePassage
from tests.benchmarks.claims.crossing import crossing_cases
from tests.benchmarks.claims.mutations import Case, written
from tests.benchmarks.fitting import DATA, MLQA, ROOT, SEED, hashes
from tests.benchmarks.reading.fit_reader import optimizer_of
from tests.benchmarks.reading.network import Earlier, Network, Pair, packaged_model, texts_of

WRITTEN = ROOT / "tests" / "claims" / "written.jsonl"
SHIPPED = ROOT / "assistant" / "claims" / "support.safetensors"
STEPS, BATCH = 700, 32
WRITTEN_SHARE = 0.25  # of a batch


def main() -> None:
    """Train the network that is shipped."""
    if not DATA.is_dir():
        sys.exit(f"{DATA} is missing: the public test data is needed to fit.")
    german, english = MLQA
    public = [*crossing_cases(english, german), *crossing_cases(german, english), *crossing_cases(english, german, 1)]
    own = [one for one in written(WRITTEN) if language_of(one.claim) != language_of(one.evidence)]
    train(public, own, Earlier(packaged_model()), SHIPPED)


def train(public: Sequence[Case], own: Sequence[Case], earlier: Earlier, path: Path) -> None:
    """Let a network learn, and write its adapter."""
    torch.manual_seed(SEED)
    network = Network(packaged_model())
    turns = _turns(public, own, random.Random(SEED))
    optimizer, schedule = optimizer_of(network, STEPS)
    losses: list[float] = []
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task("texts", total=None)
        texts = [text for one in (*public, *own) for text in texts_of(one.evidence, [_passage(one)])]
        earlier.read(texts, lambda done, total: progress.update(task, completed=done, total=total))
    for step in track(range(STEPS), path.stem, console=Console(stderr=True)):
        batch = [next(turns) for _ in range(BATCH)]
        scores = _scores(network, [earlier.pair(one.evidence, _passage(one)) for one in batch])
        loss = binary_cross_entropy_with_logits(scores, torch.tensor([float(one.faithful) for one in batch]))
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        schedule.step()
        losses.append(loss.item())
        if step % 50 == 49:
            Console(stderr=True).print(f"{step + 1}/{STEPS}: loss {sum(losses[-50:]) / 50:.3f}")
    network.save(path, {"seed": str(SEED), **hashes()})


def _scores(network: Network, pairs: Sequence[Pair]) -> Tensor:
    """Log odds that each claim is proved, shape (pairs,), run in two batches by length."""
    order = sorted(range(len(pairs)), key=lambda at: len(pairs[at].question.states) + len(pairs[at].passage.states))
    found: dict[int, Tensor] = {}
    for part in (order[: len(order) // 2], order[len(order) // 2 :]):
        if part:
            judged = network([pairs[at] for at in part])
            found |= {at: scores[0] for at, (scores, _) in zip(part, judged, strict=True)}
    return torch.stack([found[at] for at in range(len(pairs))])


def _passage(one: Case) -> ReadablePassage:
    return ReadablePassage("", (one.claim,))


def _turns(public: Sequence[Case], own: Sequence[Case], rng: random.Random) -> Iterator[Case]:
    """Each sort of claim as often as the others, faithful ones as often as false ones."""
    pools = [
        [
            [one for one in part if one.kind == kind and one.faithful is flag]
            for kind in sorted({one.kind for one in part if one.faithful is flag})
        ]
        for part in (public, own)
        for flag in (True, False)
    ]
    while True:
        first = 2 * (bool(own) and rng.random() < WRITTEN_SHARE)
        yield rng.choice(rng.choice(pools[first + rng.randrange(2)]))


if __name__ == "__main__":
    main()
