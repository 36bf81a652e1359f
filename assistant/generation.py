"""The files of one generation of the stored index, but for its manifest, which seals them.

documents.jsonl       a Document a line; document_sizes.npy: its bytes, sentences and headings
names.npy             the documents' names; heading_terms.npy: the terms of the headings
passages.npy          a row a passage: document, first and last sentence, start and end
passage_vectors.npy   a vector a passage; passage_codes.faiss: their codes, if they are many
sentence_vectors.npy  a vector a sentence, in the order of documents and their sentences; sentence_codes.faiss
words.npy             the words of each sentence and heading in 8 bits; with word_scales.npy, word_starts.npy
terms.npy             the lexical terms; with term_starts.npy, term_passages.npy, term_scores.npy
blocks                the SHA-256 of each block of the large ones among these
"""

from pathlib import Path

from assistant import contents, lexical, milvus
from assistant.columns import Files, Seal
from assistant.contents import Documents, Passages
from assistant.embedding import words
from assistant.embedding.words import WordStore
from assistant.errors import IndexDamaged
from assistant.index import Index, Manifest
from assistant.lexical import LexicalIndex
from assistant.milvus import Address
from assistant.search import LexicalSearch, VectorSearch
from assistant.vectors import VectorIndex

BLOCKS = "blocks"
PASSAGES, SENTENCES = ((f"{kind}_vectors.npy", f"{kind}_codes.faiss") for kind in ("passage", "sentence"))
TEXTS = (*contents.FILES, *words.FILES, *lexical.HEAD)
SEARCHED = (PASSAGES[0], SENTENCES[0], *(name for name in lexical.FILES if name not in lexical.HEAD))
FILES = (*TEXTS, *SEARCHED)
CODES = (PASSAGES[1], SENTENCES[1])


def write(index: Index, folder: Path, milvus_uri: str = "") -> Manifest:
    """Write the files to a folder that is there, and vectors and weights to Milvus if it has a `milvus_uri`.

    Gives the index's manifest with the seals of the files. Raises OSError, RuntimeError, or a MilvusError.
    """
    Documents.from_records(index.documents).save(folder)
    index.passages.save(folder)
    index.words.save(folder)
    lexical.save_head(index.lexical.head, folder)
    if not milvus_uri:
        _save_searched(index, folder)
    seals = {file.name: Seal.of(file) for file in sorted(folder.iterdir())}
    blocks = b"".join(seal.blocks for seal in seals.values())
    if blocks:
        (folder / BLOCKS).write_bytes(blocks)
    searched = (index.passage_vectors, index.sentence_vectors, index.lexical)
    address = milvus.write(milvus_uri, *searched, index.manifest.dimension) if milvus_uri else Address("", "")
    sealed = {"sha256": {name: seal.sha256 for name, seal in seals.items()}}
    return index.manifest.model_copy(update={**sealed, "milvus_uri": address.uri, "collection": address.collection})


def ensure_writable(milvus_uri: str) -> None:
    """Raise a MilvusError unless what is kept outside the folder can be written."""
    if milvus_uri:
        milvus.ensure_reachable(milvus_uri)


def forget(manifest: Manifest) -> None:
    """Remove what is kept outside the folder, if it can be reached."""
    if manifest.collection:
        milvus.drop(Address(manifest.milvus_uri, manifest.collection))


def read(manifest: Manifest, folder: Path, *, is_checked_whole: bool = False) -> Index:
    """What `write` wrote, under its manifest. Raises IndexDamaged, naming what does not fit, or a MilvusError."""
    wanted = {*TEXTS} if manifest.collection else {*FILES}
    if not wanted <= set(manifest.sha256) <= wanted | {*CODES}:
        raise IndexDamaged("manifest.json")
    try:
        files = Files(folder, manifest.sha256, BLOCKS)
    except OSError as error:
        raise IndexDamaged(Path(error.filename or BLOCKS).name) from error
    if is_checked_whole:
        for name in manifest.sha256:
            files(name).ensure(0, files(name).size)
    try:
        passage_vectors, sentence_vectors, terms = _searched(manifest, files)
        return Index(
            manifest,
            Documents.load(files),
            Passages.load(files),
            passage_vectors,
            sentence_vectors,
            WordStore.load(files),
            terms,
        )
    except (OSError, ValueError, RuntimeError) as error:  # sealed, but of another shape: written so
        raise IndexDamaged(folder.name) from error


def _save_searched(index: Index, folder: Path) -> None:
    for vectors, (rows, codes) in ((index.passage_vectors, PASSAGES), (index.sentence_vectors, SENTENCES)):
        kept = vectors if isinstance(vectors, VectorIndex) else VectorIndex.from_vectors(vectors.vectors)
        kept.save(folder / rows, folder / codes)
    if isinstance(index.lexical, LexicalIndex):
        index.lexical.save(folder)
    else:
        LexicalIndex.from_weights(*index.lexical.head, list(index.lexical.by_passage())).save(folder)


def _searched(manifest: Manifest, files: Files) -> tuple[VectorSearch, VectorSearch, LexicalSearch]:
    def vectors(rows: str, codes: str) -> VectorIndex:
        return VectorIndex.load(files(rows), files(codes) if codes in manifest.sha256 else None)

    if not manifest.collection:
        return vectors(*PASSAGES), vectors(*SENTENCES), LexicalIndex.load(files, manifest.passages)
    address, sizes = Address(manifest.milvus_uri, manifest.collection), (manifest.passages, manifest.sentences)
    return milvus.opened(address, manifest.dimension, sizes, *lexical.load_head(files))
