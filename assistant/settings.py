"""Settings: defaults here, then `assistant.toml` in the home folder, then `ASSISTANT_*`, then options."""

import os
import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, ValidationError, field_validator
from pydantic_core import PydanticCustomError

from assistant.errors import HomeNotFound, SettingsInvalid
from assistant.faults import faults_of
from assistant.files import is_endless
from assistant.limits import Limits
from assistant.messages import Text, language_of_terminal
from assistant.reasons import reason_of
from assistant.records import Language, Probability, Record

DEFAULT_MODEL = "intfloat/multilingual-e5-small"
FILE = "assistant.toml"
PREFIX = "ASSISTANT_"
TOO_DEEP = Text(de="assistant.toml ist zu tief verschachtelt", en="assistant.toml is nested too deeply")
NO_FILE = Text(de="assistant.toml ist keine gewöhnliche Datei", en="assistant.toml is no regular file")
UNREADABLE = Text(de="assistant.toml lässt sich nicht lesen ({reason})", en="assistant.toml cannot be read ({reason})")
NO_HOME = Text(
    de='"home" in assistant.toml, dort gilt es nicht', en='"home" in assistant.toml, where it does not count'
)


def _one_or_more(gates: object) -> object:
    """A list as it is; of a text, as in ASSISTANT_GATES, what stands between its commas; JSON's marks may be there."""
    return tuple(gate.strip(" \"'[]") for gate in gates.split(",")) if isinstance(gates, str) else gates


def _no_truth(value: object) -> object:
    """True and false are no numbers, though Python takes them for 1 and 0."""
    return str(value) if isinstance(value, bool) else value


class Settings(Record):
    """All that can be set. Only the composing layer reads it; stages get plain arguments."""

    home: Path = Field(default_factory=Path.cwd)
    """The folder that holds `corpus/`, `index/` and `assistant.toml`; not set in that file."""
    language: Language = Field(default_factory=language_of_terminal)
    """Language of messages; answers and refusals follow the question instead."""
    model: str = DEFAULT_MODEL
    """Embedding model: a name or folder that sentence-transformers knows. The default needs no download."""
    device: str = "cpu"
    """Where the model runs, in torch's words: cpu, cuda, mps."""
    writer: str = "extractive"
    """Who drafts answers: extractive, or a model: ollama:MODEL, openai:MODEL, gguf:FILE."""
    writer_seconds: float = Field(default=60.0, gt=0, le=3600, allow_inf_nan=False)
    """How long a model may take for an answer; then the extractive writer answers."""
    passage_characters: int = Field(default=800, ge=100, le=4000)
    """Longest passage; a single longer sentence is a passage of its own."""
    hits: int = Field(default=8, ge=1, le=100)
    """How many passages are searched for evidence."""
    read: int = Field(default=4, ge=0, le=100)
    """How many of these are read together with the question; 0 is faster, and much worse at refusing near misses."""
    answer_sentences: int = Field(default=3, ge=1, le=10)
    """Most sentences in an answer, unless the best one alone needs more to be understood."""
    risk: Annotated[Probability, BeforeValidator(_no_truth)] = 0.05
    """Largest share of the answers that may be given though the documents do not answer; only surer ones are given."""
    question_characters: int = Field(default=2000, ge=10)
    """Longest question."""
    file_megabytes: int = Field(default=100, ge=1)
    """Largest file that is read."""
    file_pages: int = Field(default=5000, ge=1)
    """Most pages of a document that is read."""
    file_seconds: float = Field(default=120.0, gt=0, le=86400, allow_inf_nan=False)
    """How long reading a file may take."""
    file_memory_megabytes: int = Field(default=2048, ge=256, le=1_000_000)
    """How much memory reading a file may take."""
    file_archive_ratio: int = Field(default=200, ge=1)
    """How much larger than the file what is packed in it may be: .docx, .odt and .epub are archives."""
    gates: Annotated[tuple[str, ...], BeforeValidator(_one_or_more)] = ()
    """Figures that `evaluate` has to reach, such as "refusal.recall>=0.95"; else it exits with 4."""
    store: Literal["files", "milvus"] = "files"
    """Where vectors and lexical weights lie: in files, or in Milvus; texts and words are always files."""
    milvus_uri: str = ""
    """Milvus: a cluster's address, or a file for milvus-lite. The token, if it wants one: `MILVUS_TOKEN`."""
    host: str = "127.0.0.1"
    """Address of the chat page."""
    port: int = Field(default=7860, ge=1, le=65535)
    """Port of the chat page."""

    @field_validator("*", mode="before")
    @classmethod
    def _no_nul(cls, value: object) -> object:
        """No name, path or address holds what ends a text for the system."""
        if isinstance(value, str) and "\0" in value:
            raise PydanticCustomError("nul", "holds a NUL character")
        return value

    def __init__(self, **options: object) -> None:
        """Options over environment over the home folder's `assistant.toml`."""
        given = _from_environment() | options
        super().__init__(**_from_file(Path(str(given.get("home") or Path.cwd()))) | given)

    @property
    def corpus_folder(self) -> Path:
        """Where source documents lie."""
        return self.home / "corpus"

    @property
    def cache_folder(self) -> Path:
        """Where evaluations keep what they can make again."""
        import platformdirs

        return platformdirs.user_cache_path("quellentreu") / "evaluation"

    @property
    def limits(self) -> Limits:
        """What reading a file may cost."""
        return Limits(
            megabytes=self.file_megabytes,
            pages=self.file_pages,
            seconds=self.file_seconds,
            memory_megabytes=self.file_memory_megabytes,
            archive_ratio=self.file_archive_ratio,
        )

    @property
    def index_folder(self) -> Path:
        """Where the index is kept."""
        return self.home / "index"


def _from_environment() -> dict[str, object]:
    """What ASSISTANT_* sets, in capitals or not; empty values set nothing."""
    values = {name.upper(): value for name, value in os.environ.items() if value}
    variables = {field: PREFIX + field.upper() for field in Settings.model_fields}
    return {field: values[variable] for field, variable in variables.items() if variable in values}


def _from_file(home: Path) -> dict[str, object]:
    """What the home folder's file sets; nothing if there is none."""
    file = home / FILE
    if is_endless(file):
        raise SettingsInvalid(NO_FILE)
    content = tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    if "home" in content:
        raise SettingsInvalid(NO_HOME)
    return content


def load_settings(**options: object) -> Settings:
    """Settings for the home folder that `home` or ASSISTANT_HOME names; options that are None are left out.

    Raises SettingsInvalid, naming the setting and what is wrong with it, or HomeNotFound.
    """
    given = {name: value for name, value in options.items() if value is not None}
    try:
        settings = Settings(**given)
    except ValidationError as error:
        raise SettingsInvalid(faults_of(error)[0]) from error
    except RecursionError as error:
        raise SettingsInvalid(TOO_DEEP) from error
    except OSError as error:
        raise SettingsInvalid(UNREADABLE.filled(reason=reason_of(error))) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsInvalid(f"{FILE}: {error}") from error
    if not settings.home.is_dir():
        raise HomeNotFound(settings.home)
    return settings
