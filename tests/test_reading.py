"""The reader: its adapter, its graphs against plain numpy, and what it makes of real questions."""

import numpy as np
import pytest
from safetensors.numpy import save

from assistant.errors import ModelDamaged
from assistant.packaged.weights import Sizes, Weights
from assistant.reading import adapter as adapters
from assistant.reading.adapter import AdaptedWeights, Adapter
from assistant.reading.base import ReadablePassage
from assistant.reading.engine import UNREADABLE, PackagedReader, joined
from assistant.reading.opening import open_reader
from tests.doubles import HashEmbedder, weights_file

MATRIX = "encoder.layer.1.attention.self.query.weight"
SIZES = Sizes(hidden=32, layers=2, heads=2, feed_forward=64, vocabulary=2, positions=8, types=2, layer_norm_eps=0.01)


def content(**changes: np.ndarray | None) -> bytes:
    tensors: dict[str, np.ndarray | None] = {
        "first_layer": np.array(1, np.int32),
        "kinds": np.zeros((2, 32), np.float16),
        "head.states": np.ones(64, np.float16),
        "head.cosine": np.array(9.5, np.float16),
        "head.words": np.array(10.5, np.float16),
        "head.intercept": np.array(-8, np.float16),
        f"{MATRIX}.down": np.ones((3, 32), np.float16),
        f"{MATRIX}.up": np.full((32, 3), 0.5, np.float16),
    }
    return save({name: values for name, values in (tensors | changes).items() if values is not None})


def test_an_adapter_changes_the_matrices_that_it_names_and_no_others():
    adapter = Adapter(content())
    assert (adapter.first_layer, adapter.head.cosine, adapter.head.words, adapter.head.intercept) == (1, 9.5, 10.5, -8)
    query, key = np.arange(1024, dtype="<f4"), np.ones(1024, "<f4")
    weights = Weights(weights_file(SIZES, [("a", 0.0), ("b", 0.0)], {"L1.q.w": query, "L1.k.w": key}))
    adapted = AdaptedWeights(weights, adapter)
    assert adapted.sizes == weights.sizes
    assert np.array_equal(adapted.tensor(MATRIX), query.reshape(32, 32) + 1.5)
    assert np.array_equal(adapted.tensor(MATRIX.replace("query", "key")), np.ones((32, 32)))


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"not an adapter",
        content()[:-5],
        content(kinds=None),
        content(**{"head.words": None}),
        content(first_layer=None),
    ],
)
def test_what_is_no_adapter_is_damaged(damaged):
    with pytest.raises(ModelDamaged, match=r"reader\.safetensors"):
        Adapter(damaged)


def test_an_adapter_that_is_gone_is_damaged(monkeypatch):
    monkeypatch.setattr(adapters, "FILE", "gone.safetensors")
    with pytest.raises(ModelDamaged, match="gone"):
        Adapter.shipped()


def test_the_shipped_adapter_is_small_enough():
    assert len(Adapter.shipped()._content) <= 2_000_000


def test_places_of_sentences_are_those_of_their_words():
    text, places = joined(ReadablePassage("Über uns", ("Das gilt…", "Es kostet ½ Euro.")))
    assert text == "passage: Über uns Das gilt... Es kostet 1⁄2 Euro."
    assert [text[start:end] for start, end in places] == ["Das gilt...", "Es kostet 1⁄2 Euro."]


def test_other_models_have_no_reader():
    assert open_reader(HashEmbedder()) is None


# --- the real one ------------------------------------------------------------------------------------------------

HOUSE = ReadablePassage(
    "Hausordnung",
    (
        "Die Waschküche ist von 7 bis 20 Uhr geöffnet.",
        "Fahrräder gehören in den Keller.",
        "Die Hausmeisterin Ulla Brandt nimmt Schlüssel entgegen.",
    ),
)
GARDEN = ReadablePassage("", ("Im Garten darf gegrillt werden, solange es niemanden stört.",))


@pytest.fixture(scope="module")
def reader(packaged_embedder):
    return PackagedReader(packaged_embedder)


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("Wann kann man waschen?", 0),
        ("Wo sollen Räder abgestellt werden?", 1),
        ("Wer nimmt die Schlüssel an?", 2),
        ("Who takes the keys?", 2),
    ],
)
def test_the_sentence_that_answers_scores_best(reader, question, best):
    of_house, of_garden = reader.read(question, [HOUSE, GARDEN])
    assert int(np.argmax(of_house)) == best
    assert max(of_house) > of_garden[0]


@pytest.mark.parametrize(
    ("answered", "not_answered"),
    [
        ("Wann ist die Waschküche geöffnet?", "Was kostet die Waschküche?"),
        ("Wer nimmt Schlüssel entgegen?", "Wann kündigte Ulla Brandt?"),
        ("Wohin gehören Fahrräder?", "Warum gehören Autos in den Keller?"),
    ],
)
def test_a_near_miss_scores_less_than_what_is_answered(reader, answered, not_answered):
    assert max(reader.read(answered, [HOUSE])[0]) > max(reader.read(not_answered, [HOUSE])[0]) + 1


def test_a_passage_is_read_the_same_alone_and_among_others_and_again(reader):
    question = "Wohin gehören Fahrräder?"
    alone = reader.read(question, [HOUSE])[0]
    assert reader.read(question, [GARDEN, HOUSE, HOUSE]) == [reader.read(question, [GARDEN])[0], alone, alone]


def test_sentences_behind_what_the_model_can_read_are_not_seen(reader):
    long = ReadablePassage("", tuple(f"Satz Nummer {number} ist hier zu lesen." for number in range(120)))
    (scores,) = reader.read("Welcher Satz ist hier zu lesen?", [long])
    assert len(scores) == 120
    assert scores[0] != UNREADABLE == scores[-1]


def test_nothing_to_read_is_no_score(reader):
    assert reader.read("Wer?", []) == []
    assert reader.read("Wer?", [ReadablePassage("Leer", ())]) == [[]]


def test_the_engine_scores_as_the_weights_in_floats_do(reader, installed_weights):
    """By torch and plain numpy, but for rounding to 8 bits."""
    for question in ("Wann kann man waschen?", "Was kostet die Waschküche?", "Who takes the keys?"):
        for passage, found in zip([HOUSE, GARDEN], reader.read(question, [HOUSE, GARDEN]), strict=True):
            assert found == pytest.approx(in_floats(question, passage, installed_weights), abs=1.0)


def in_floats(question: str, passage: ReadablePassage, weights: Weights) -> list[float]:
    import torch
    from transformers import AutoModel, AutoTokenizer

    from assistant.embedding.sentence_transformer import checkpoint_folder

    adapter = Adapter.shipped()
    folder = str(checkpoint_folder())
    model, tokenizer = AutoModel.from_pretrained(folder).eval(), AutoTokenizer.from_pretrained(folder)
    text, places = joined(passage)
    adapted = AdaptedWeights(weights, adapter)
    with torch.inference_mode():
        states = []
        for kind, one in enumerate((f"query: {question}", text)):
            encoded = tokenizer(one, return_tensors="pt", return_offsets_mapping=True)
            hidden = model.embeddings(encoded["input_ids"])
            for layer in model.encoder.layer[: adapter.first_layer]:
                hidden = hidden_of(layer(hidden))
            states.append(hidden + torch.tensor(adapter.kinds[kind]))
        for name, values in model.named_parameters():
            if adapter.change(name) is not None:
                values.copy_(torch.tensor(adapted.tensor(name)))
        hidden = torch.cat(states, dim=1)
        for layer in model.encoder.layer[adapter.first_layer :]:
            hidden = hidden_of(layer(hidden))
    asked = states[0].shape[1]
    of_question, of_passage = hidden[0, 3 : asked - 1].numpy(), hidden[0, asked:].numpy()
    spans = encoded["offset_mapping"][0].numpy()
    return [
        score_of(of_question, of_passage, [at for at, (a, b) in enumerate(spans) if a < end and b > start and b > a])
        for start, end in places
    ]


def score_of(question: np.ndarray, passage: np.ndarray, tokens: list[int]) -> float:
    head, sentence = Adapter.shipped().head, passage[tokens]
    cosine = cosines(question.mean(axis=0)[None], sentence.mean(axis=0)[None])[0, 0]
    words = cosines(question - passage.mean(axis=0), sentence - passage.mean(axis=0)).max(axis=1).mean()
    of_states = head.states @ np.concatenate([sentence.mean(axis=0), sentence.max(axis=0)])
    return float(head.cosine * cosine + head.words * words + of_states + head.intercept)


def cosines(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return one @ other.T / np.linalg.norm(one, axis=1)[:, None] / np.linalg.norm(other, axis=1)


def hidden_of(output):
    return output[0] if isinstance(output, tuple) else output
