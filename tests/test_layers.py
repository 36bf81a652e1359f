"""The package's shape: imports point down, a heavy library is in one module, settings stay above the stages."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "assistant"
LAYERS = {
    0: ["files", "records", "messages", "reasons", "errors", "faults", "limits", "settings", "versions"],
    1: [
        "full_stops",
        "sentences",
        "lexicon",
        "compounds",
        "verbs",
        "numerals",
        "german",
        *(f"asking{name}" for name in ("", ".mentions", ".quantities", ".names", ".kinds", ".marks")),
        "anaphora",
        "corpus",
        "extraction",
        *(
            f"readers{name}"
            for name in (
                "",
                ".base",
                ".signs",
                ".placed",
                ".archive",
                ".text",
                ".styles",
                ".markup",
                ".marks",
                ".tables",
                ".html",
                ".markdown",
                ".epub",
                ".numbering",
                ".wordprocessing",
                ".docx_lists",
                ".docx",
                ".opendocument",
                ".lines",
                ".rows",
                ".layout",
                ".furniture",
                ".sight",
                ".pdf",
                ".opening",
                ".worker",
            )
        ),
        "refusals",
        "drops",
        "labels",
        *(f"packaged{name}" for name in ("", ".weights", ".tokenizer", ".graph", ".checkpoint", ".cache")),
        *(f"embedding{name}" for name in ("", ".base", ".words", ".engine", ".sentence_transformer", ".opening")),
        *(f"reading{name}" for name in ("", ".base", ".adapter", ".engine", ".opening")),
        "columns",
        "contents",
        "vectors",
        "lexical",
        "search",
        "milvus",
        "index",
        "generation",
        "store",
        "notes",
        "index_in_use",
        "risk",
        "weights",
    ],
    2: [
        "passages",
        "retrieval",
        "evidence",
        "weighing",
        "context",
        "orders",
        *(
            f"writers{name}"
            for name in (
                "",
                ".base",
                ".extractive",
                ".pointing",
                ".hiding",
                ".bounded",
                ".addresses",
                ".failures",
                ".models",
                ".opening",
            )
        ),
        *(
            f"claims{name}"
            for name in (
                "",
                ".statements",
                ".numbers",
                ".negation",
                ".words",
                ".names",
                ".roles",
                ".modality",
                ".tokens",
                ".omission",
                ".voice",
                ".derivation",
                ".checks",
                ".support",
            )
        ),
    ],
    3: ["enforcement"],
    4: [
        "encoding",
        "indexing",
        "writing",
        "pipeline",
        "verification",
        "relocation",
        "watching",
        "evaluation",
        *(
            f"evaluation.{name}"
            for name in (
                "calibration",
                "comparison",
                "files",
                "gates",
                "judging",
                "metrics",
                "own",
                "plots",
                "questions",
                "records",
                "report",
                "running",
                "squad",
                "wording",
                "words",
            )
        ),
    ],
    5: [
        "terminal",
        "terminal_evaluation",
        "options",
        "usage",
        "cli_evaluate",
        "cli_calibrate",
        "cli_verify",
        "cli_index",
        "cli",
        "__main__",
    ],
    6: [""],  # assistant itself: names for the outside
}
LAYER = {module: layer for layer, modules in LAYERS.items() for module in modules}
HOME_OF_LIBRARY = {
    "faiss": "vectors",
    "bm25s": "lexical",
    "Stemmer": "german",
    "onnxruntime": "embedding.engine",
    "sentence_transformers": "embedding.sentence_transformer",
    "transformers": "embedding.sentence_transformer",
    "torch": "embedding.sentence_transformer",
    "onnx": "packaged.graph",
    "tokenizers": "packaged.tokenizer",
    "safetensors": ("packaged.checkpoint", "reading.adapter"),
    "llama_index": ("writers.opening", "milvus"),
    "pymilvus": "milvus",
    "pypdfium2": ("readers.pdf", "readers.sight"),
    "docx": ("readers.docx", "readers.docx_lists", "readers.wordprocessing"),
    "markdown_it": "readers.markdown",
    "charset_normalizer": "readers.text",
    "tinycss2": "readers.styles",
    "cssselect": "readers.styles",
    "llama_cpp": "writers.opening",
    "typer": ("cli", "cli_calibrate", "cli_evaluate", "cli_index", "cli_verify", "options"),
    "rich": ("terminal", "terminal_evaluation"),
    "gradio": "../ui.py only",
    "ijson": "evaluation.squad",
    "jinja2": "evaluation.report",
    "matplotlib": "evaluation.plots",
    "scipy": "evaluation.metrics",
}
MAY_READ_SETTINGS = {"pipeline", "options", "cli", "cli_calibrate", "cli_evaluate", "cli_index", "cli_verify", ""}
PRINTS = {"cli", "cli_calibrate", "cli_evaluate", "terminal"}


def module_name(file: Path) -> str:
    parts = file.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


TREES = {module_name(file): ast.parse(file.read_text("utf-8")) for file in sorted(PACKAGE.glob("**/*.py"))}


def imports_of(tree: ast.AST) -> set[str]:
    """Dotted names that a module imports, anywhere in it: `from a import b` is a.b."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def own_imports(module: str) -> set[str]:
    """Modules of the package that `module` imports."""
    found = set()
    for name in imports_of(TREES[module]):
        package, _, rest = name.partition(".")
        if package == "assistant":
            while rest not in TREES:
                rest = rest.rpartition(".")[0]
            found.add(rest)
    return found


def test_every_module_has_a_layer():
    assert set(TREES) == set(LAYER)


@pytest.mark.parametrize("module", sorted(TREES))
def test_imports_point_down(module):
    upward = {name for name in own_imports(module) if LAYER[name] > LAYER[module]}
    assert not upward


def test_imports_go_in_no_circle():
    assert list(TopologicalSorter({module: own_imports(module) for module in TREES}).static_order())


@pytest.mark.parametrize("module", sorted(TREES))
def test_a_heavy_library_is_in_one_module(module):
    for name in imports_of(TREES[module]):
        parts = name.split(".")
        known = [".".join(parts[:length]) for length in range(len(parts), 0, -1)]
        home = next((HOME_OF_LIBRARY[prefix] for prefix in known if prefix in HOME_OF_LIBRARY), module)
        assert module in (home if isinstance(home, tuple) else (home,)), f"{name} belongs to {home}"


@pytest.mark.parametrize("module", sorted(set(TREES) - MAY_READ_SETTINGS - {"settings"}))
def test_stages_take_arguments_and_never_settings(module):
    assert "settings" not in own_imports(module)


@pytest.mark.parametrize("module", sorted(set(TREES) - PRINTS))
def test_only_the_command_line_prints(module):
    calls = [node.func for node in ast.walk(TREES[module]) if isinstance(node, ast.Call)]
    assert not [call for call in calls if isinstance(call, ast.Name) and call.id == "print"]


def test_the_page_touches_neither_index_nor_model_nor_enforcement():
    page = PACKAGE.parent / "ui.py"
    if not page.exists():
        pytest.skip("there is no page yet")
    imported = {name.split(".")[0] for name in imports_of(ast.parse(page.read_text("utf-8")))}
    assert not imported & {"faiss", "bm25s", "sentence_transformers", "transformers", "torch", "llama_index"}
