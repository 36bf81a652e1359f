"""What learns: the packaged model's later layers with low-rank changes, and a head on their states.

The counterpart of `assistant.reading.engine` in torch: the same tokens, the same states, the same score.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from peft import LoraConfig, inject_adapter_in_model
from safetensors.numpy import save
from torch import Tensor, nn
from torch.nn.functional import normalize
from transformers import AutoModel, AutoTokenizer

from assistant.embedding.engine import QUERY_PROMPT
from assistant.embedding.sentence_transformer import checkpoint_folder
from assistant.embedding.words import normalised
from assistant.reading.adapter import DOWN, FIRST_LAYER, UP
from assistant.reading.base import ReadablePassage
from assistant.reading.engine import PROMPT_TOKENS, UNREADABLE, joined

FROM_LAYER = 8
RANK, ALPHA = 16, 32  # of the changes, and their scale times the rank
MOST_TOKENS = 288  # of a passage
BATCH_TOKENS = 4096
COSINE, WORDS, INTERCEPT = 10.0, 10.0, -8.0  # of the head before it learns: about what similarity alone is worth


class Alone(NamedTuple):
    """A text after the earlier layers."""

    states: Tensor
    """Shape (tokens, hidden), in fp16."""
    spans: np.ndarray
    """Of the tokens in the text, shape (tokens, 2)."""


class Pair(NamedTuple):
    """A question and a passage to read together."""

    question: Alone
    passage: Alone
    places: list[tuple[int, int]]
    """Of the passage's sentences in its text."""


class Earlier:
    """The layers that read a text alone; each text once."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._tokenizer = AutoTokenizer.from_pretrained(str(checkpoint_folder()))
        self._known: dict[str, Alone] = {}

    def pair(self, question: str, passage: ReadablePassage) -> Pair:
        """Of texts that were given to `read`."""
        text, places = joined(passage)
        return Pair(self.alone(QUERY_PROMPT + normalised(question)), self.alone(text), places)

    def alone(self, text: str) -> Alone:
        """Of a text, with its prompt, that was given to `read`."""
        return self._known[text]

    def read(self, texts: Iterable[str], report: Any) -> None:
        """Read texts, with their prompts, that are not known yet."""
        new = sorted(set(texts) - set(self._known), key=lambda text: (len(text), text))
        done = 0
        while done < len(new):
            batch = new[done : done + max(1, min(64, BATCH_TOKENS * 2 // (len(new[done]) + 60)))]
            self._read_batch(batch)
            done += len(batch)
            report(done, len(new))

    @torch.inference_mode()
    def _read_batch(self, texts: Sequence[str]) -> None:
        encoded = self._tokenizer(
            list(texts),
            truncation=True,
            max_length=MOST_TOKENS,
            padding=True,
            return_tensors="pt",
            return_offsets_mapping=True,
        )
        mask = (1.0 - encoded["attention_mask"].float())[:, None, None, :] * -1e4
        with torch.autocast("cpu", torch.bfloat16):
            states = self._model.embeddings(encoded["input_ids"])
            for layer in self._model.encoder.layer[:FROM_LAYER]:
                states = _first(layer(states, mask))
        for text, of_text, spans, length in zip(
            texts, states, encoded["offset_mapping"], encoded["attention_mask"].sum(dim=1).tolist(), strict=True
        ):
            self._known[text] = Alone(of_text[:length].to(torch.float16).clone(), spans[:length].numpy())


class Network(nn.Module):
    """The later layers and the head."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        hidden = model.config.hidden_size
        config = LoraConfig(r=RANK, lora_alpha=ALPHA, target_modules=["query", "key", "value", "dense"])
        layers = nn.ModuleList(model.encoder.layer[FROM_LAYER:]).requires_grad_(False)
        self.layers = inject_adapter_in_model(config, layers)
        self.kinds = nn.Parameter(torch.zeros(2, hidden))
        self.of_states = nn.Linear(2 * hidden, 1, bias=False)
        self.ends = nn.Linear(hidden, 2)  # where an answer starts and ends: learned beside, not shipped
        self.scales = nn.Parameter(torch.tensor([COSINE, WORDS]))
        self.intercept = nn.Parameter(torch.tensor(INTERCEPT))
        nn.init.zeros_(self.of_states.weight)
        nn.init.zeros_(self.ends.weight)

    def forward(self, pairs: Sequence[Pair]) -> list[tuple[Tensor, Tensor]]:
        """For each pair the scores of its sentences, shape (sentences,), and of its tokens as ends, (tokens, 2)."""
        lengths = [(len(pair.question.states), len(pair.passage.states)) for pair in pairs]
        longest = max(question + passage for question, passage in lengths)
        states = torch.zeros(len(pairs), longest, self.kinds.shape[1])
        kinds = torch.zeros(len(pairs), longest, dtype=torch.long)
        mask = torch.full((len(pairs), 1, 1, longest), -1e4)
        for row, (pair, (question, passage)) in enumerate(zip(pairs, lengths, strict=True)):
            states[row, :question] = pair.question.states
            states[row, question : question + passage] = pair.passage.states
            kinds[row, question:] = 1
            mask[row, ..., : question + passage] = 0
        states = states + self.kinds[kinds]
        with torch.autocast("cpu", torch.bfloat16):
            for layer in self.layers:
                states = _first(layer(states, mask))
        states = states.float()
        return [
            self._judged(pair, states[row, PROMPT_TOKENS : question - 1], states[row, question : question + passage])
            for row, (pair, (question, passage)) in enumerate(zip(pairs, lengths, strict=True))
        ]

    def _judged(self, pair: Pair, question: Tensor, passage: Tensor) -> tuple[Tensor, Tensor]:
        centre = passage.mean(0, keepdim=True)
        likeness = normalize(question - centre, dim=-1) @ normalize(passage - centre, dim=-1).T
        of_question = normalize(question.mean(0), dim=-1)
        inner = pair.passage.spans[1:-1]
        scores = []
        for start, end in pair.places:
            first = int(np.searchsorted(inner[:, 1], start, side="right")) + 1
            last = int(np.searchsorted(inner[:, 0], end, side="left")) + 1
            if last <= first:
                scores.append(torch.tensor(UNREADABLE))
                continue
            sentence = passage[first:last]
            mean = sentence.mean(0)
            cosine, words = normalize(mean, dim=-1) @ of_question, likeness[:, first:last].amax(1).mean()
            of_states = self.of_states(torch.cat([mean, sentence.amax(0)])).squeeze(0)
            scores.append(self.scales[0] * cosine + self.scales[1] * words + of_states + self.intercept)
        return torch.stack(scores), self.ends(passage)

    def save(self, path: Path, metadata: dict[str, str]) -> None:
        """Write the adapter that `assistant.reading.adapter` reads, in fp16."""
        tensors = {
            "kinds": self.kinds,
            "head.states": self.of_states.weight[0],
            "head.cosine": self.scales[0],
            "head.words": self.scales[1],
            "head.intercept": self.intercept,
        }
        for name, module in self.layers.named_modules():
            if hasattr(module, "lora_A"):
                layer, _, rest = name.partition(".")
                matrix = f"encoder.layer.{FROM_LAYER + int(layer)}.{rest}.weight"
                tensors[f"{matrix}{DOWN}"] = module.lora_A["default"].weight
                tensors[f"{matrix}{UP}"] = module.lora_B["default"].weight * (ALPHA / RANK)
        arrays = {name: values.detach().numpy().astype(np.float16) for name, values in tensors.items()}
        path.write_bytes(save({**arrays, FIRST_LAYER: np.array(FROM_LAYER, np.int32)}, metadata))


def packaged_model() -> Any:
    """The packaged weights as transformers' BertModel, ready to be trained."""
    return AutoModel.from_pretrained(str(checkpoint_folder()), attn_implementation="sdpa").eval()


def texts_of(question: str, passages: Iterable[ReadablePassage]) -> list[str]:
    """What `Earlier.read` has to know for a question and passages."""
    return [QUERY_PROMPT + normalised(question), *(joined(passage)[0] for passage in passages)]


def _first(output: Any) -> Tensor:
    return output[0] if isinstance(output, tuple) else output
