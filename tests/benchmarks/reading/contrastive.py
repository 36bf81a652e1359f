"""A trial: vectors tuned so that a question lies near the sentence that answers it, and what they buy.

Contrastive, with hard negatives from the same paragraph and from those nearest to the question (Karpukhin et al. 2020,
arXiv 2004.04906; van den Oord, Li and Vinyals 2018, arXiv 1807.03748); a low-rank change of the layers that the reader
trains too. Two networks learn from half of the public articles each and are measured on the other half of XQuAD.
"""

import random
import sys
from collections.abc import Sequence
from itertools import chain

import numpy as np
import torch
from peft import LoraConfig, inject_adapter_in_model
from rich.console import Console
from rich.progress import Progress, track
from rich.table import Table
from torch import Tensor, nn
from torch.nn.functional import normalize

from assistant.embedding.engine import PASSAGE_PROMPT, QUERY_PROMPT, PackagedEmbedder
from assistant.embedding.words import normalised
from assistant.evaluation.judging import parts_covered
from assistant.evaluation.squad import SquadSet
from assistant.evidence import candidates_for
from assistant.indexing import build_index
from assistant.retrieval import retrieve
from assistant.settings import Settings
from assistant.weighing import FEATURES, compare
from tests.benchmarks.fit_evidence import BY_READING, REGULARISATION, cell
from tests.benchmarks.fitting import DATA, SEED, XQUAD, conditional_logit
from tests.benchmarks.folds import HALVES, article_of, half_of_article
from tests.benchmarks.reading.lessons import Lesson, lessons
from tests.benchmarks.reading.network import ALPHA, FROM_LAYER, RANK, Alone, Earlier, packaged_model

STEPS, BATCH, RATE, WARM_UP = 300, 16, 7e-4, 30
SAME, NEAR = 3, 2  # hard negatives of a question: from its own passage, and from others near it
TEMPERATURE = 0.04


class Tuned(nn.Module):
    """The later layers with low-rank changes; a text's vector is the mean of its states, of unit length."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        config = LoraConfig(r=RANK, lora_alpha=ALPHA, target_modules=["query", "key", "value", "dense"])
        layers = nn.ModuleList(model.encoder.layer[FROM_LAYER:]).requires_grad_(False)
        self.layers = inject_adapter_in_model(config, layers)

    def forward(self, texts: Sequence[Alone]) -> Tensor:
        """Shape (texts, hidden)."""
        longest = max(len(text.states) for text in texts)
        states = torch.zeros(len(texts), longest, texts[0].states.shape[1])
        kept = torch.zeros(len(texts), longest)
        for row, text in enumerate(texts):
            states[row, : len(text.states)] = text.states
            kept[row, : len(text.states)] = 1
        mask = (1 - kept)[:, None, None, :] * -1e4
        with torch.autocast("cpu", torch.bfloat16):
            for layer in self.layers:
                output = layer(states, mask)
                states = output[0] if isinstance(output, tuple) else output
        return normalize((states.float() * kept[..., None]).sum(1) / kept.sum(1, keepdim=True), dim=-1)


def main() -> None:
    """Train, measure, print."""
    if not DATA.is_dir():
        sys.exit(f"{DATA} is missing: the public test data is needed.")
    embedder = PackagedEmbedder()
    learned = lessons(embedder)
    earlier = Earlier(packaged_model())
    networks = {half: train([one for one in learned if one.half != half], earlier) for half in HALVES}
    measure(networks, earlier, embedder)


def train(learned: Sequence[Lesson], earlier: Earlier) -> Tuned:
    """A network that has learned from questions that something answers."""
    torch.manual_seed(SEED)
    rng = random.Random(SEED)
    answered = [one for one in learned if one.golden]
    _read(earlier, chain.from_iterable(_all_texts(one) for one in answered))
    network = Tuned(packaged_model())
    optimizer = torch.optim.AdamW([one for one in network.parameters() if one.requires_grad], RATE, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / WARM_UP) * max(0.02, 1 - step / STEPS)
    )
    pool: list[Lesson] = []
    losses: list[float] = []
    for step in track(range(STEPS), "contrastive", console=Console(stderr=True)):
        if len(pool) < BATCH:
            pool = rng.sample(answered, len(answered))
        loss = _loss(network, earlier, [pool.pop() for _ in range(BATCH)], rng)
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        schedule.step()
        losses.append(loss.item())
        if step % 50 == 49:
            Console(stderr=True).print(f"{step + 1}/{STEPS}: loss {sum(losses[-50:]) / 50:.3f}")
    return network.eval()


def _loss(network: Tuned, earlier: Earlier, asked: Sequence[Lesson], rng: random.Random) -> Tensor:
    """Among the sentences of a batch, one that answers is to be nearest; the question's others do not count."""
    rows: list[str] = []
    right: list[int] = []
    excluded: list[set[str]] = []
    for one in asked:
        passage, gold = rng.choice(one.golden)
        answers = [passage.sentences[at] for at in gold]
        right.append(len(rows))
        rows.append(rng.choice(answers))
        same = [sentence for at, sentence in enumerate(passage.sentences) if at not in gold]
        near = [sentence for other in one.near[:2] for sentence in other.sentences if sentence not in answers]
        rows += rng.sample(same, min(SAME, len(same))) + rng.sample(near, min(NEAR, len(near)))
        excluded.append({sentence for other, of_other in one.golden for sentence in _golden(other.sentences, of_other)})
    vectors = network([earlier.alone(_passage(text)) for text in rows])
    queries = network([earlier.alone(_query(one.question)) for one in asked])
    scores = queries @ vectors.T / TEMPERATURE
    ignored = torch.tensor(
        [
            [text in of_question and at != place for at, text in enumerate(rows)]
            for of_question, place in zip(excluded, right, strict=True)
        ]
    )
    return nn.functional.cross_entropy(scores.masked_fill(ignored, -1e4), torch.tensor(right))


def _golden(sentences: Sequence[str], gold: Sequence[int]) -> list[str]:
    return [sentences[at] for at in gold]


def _all_texts(one: Lesson) -> list[str]:
    passages = [passage for passage, _ in one.golden] + list(one.near[:2])
    return [_query(one.question), *(_passage(sentence) for passage in passages for sentence in passage.sentences)]


def _query(question: str) -> str:
    return QUERY_PROMPT + normalised(question)


def _passage(sentence: str) -> str:
    return PASSAGE_PROMPT + normalised(sentence)


def _read(earlier: Earlier, texts: object) -> None:
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task("texts", total=None)
        earlier.read(texts, lambda done, total: progress.update(task, completed=done, total=total))


@torch.inference_mode()
def vectors_of(network: Tuned, earlier: Earlier, texts: Sequence[str]) -> np.ndarray:
    """Shape (texts, hidden)."""
    _read(earlier, texts)
    order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
    found = np.zeros((len(texts), 384), np.float32)
    for start in range(0, len(order), 64):
        batch = order[start : start + 64]
        found[batch] = network([earlier.alone(texts[at]) for at in batch]).numpy()
    return found


def measure(networks: dict[int, Tuned], earlier: Earlier, embedder: PackagedEmbedder) -> None:
    """On XQuAD German: over all its sentences by similarity alone, and in the learned combination without a reader."""
    squad = SquadSet(XQUAD[0])
    index = build_index(squad.documents, embedder, Settings().passage_characters)
    asked = list(squad.questions(index.by_name))
    halves = [half_of_article(XQUAD[0], article_of(one.gold[0].source)) for one in asked]
    places = [
        (document.name, *span, document.quote(span)) for document in index.documents for span in document.sentences
    ]
    answers = np.array([[bool(parts_covered([place[:3]], one.gold)) for place in places] for one in asked])
    number = {place[:3]: at for at, place in enumerate(places)}
    tuned = np.zeros(answers.shape, np.float32)
    for half, network in networks.items():
        rows = [row for row, of_row in enumerate(halves) if of_row == half]
        of_sentences = vectors_of(network, earlier, [_passage(place[3]) for place in places])
        tuned[rows] = vectors_of(network, earlier, [_query(asked[row].question) for row in rows]) @ of_sentences.T
    queries = [embedder.encode_query(one.question) for one in asked]
    plain = np.array([query.vector for query in queries]) @ embedder.encode_passages([p[3] for p in places]).T
    table = Table(title="XQuAD German, out of fold", title_justify="left")
    for column in ("ranked by", "hit@1", "hit@3", "hit@1 gained"):
        table.add_column(column)
    base = _row(table, "cosine, untuned", plain, answers)
    _row(table, "cosine, tuned", tuned, answers, base)
    of_questions = []
    for row, (one, query) in enumerate(zip(asked, queries, strict=True)):
        candidates = candidates_for(retrieve(one.question, query, index, Settings().hits, None), index, query.vector)
        columns = [number[(candidate.source, *candidate.span)] for candidate in candidates]
        names = [name for name in FEATURES if name not in BY_READING]
        features = compare(one.question, query.words, candidates).features[:, [FEATURES.index(name) for name in names]]
        of_questions.append((columns, features, np.append(features, tuned[row, columns, None], axis=1)))
    for title, at in (("learned combination", 1), ("learned combination with the tuned cosine", 2)):
        scores = np.full(answers.shape, -1e9)
        for half in HALVES:
            examples = [
                (of_one[at], answers[row, of_one[0]])
                for row, of_one in enumerate(of_questions)
                if halves[row] != half and answers[row, of_one[0]].any()
            ]
            names = [str(column) for column in range(examples[0][0].shape[1])]
            weights = conditional_logit(examples, names, REGULARISATION)
            for row, of_one in enumerate(of_questions):
                if halves[row] == half:
                    scores[row, of_one[0]] = weights.apply(of_one[at], names)
        base = _row(table, title, scores, answers, base if at == 2 else None)
    Console(width=110).print(table)


def _row(
    table: Table, title: str, scores: np.ndarray, answers: np.ndarray, base: np.ndarray | None = None
) -> np.ndarray:
    """Adds a row; whether the first sentence is right, for each question."""
    ranked = np.take_along_axis(answers, np.argsort(-scores, axis=1, kind="stable"), axis=1)
    first, three = ranked[:, 0].astype(float), ranked[:, :3].any(axis=1).astype(float)
    table.add_row(title, cell(first), cell(three), cell(first - base) if base is not None else "")
    return first


if __name__ == "__main__":
    main()
