import ast
from pathlib import Path

import assistant


def test_public_names_are_complete_and_sorted():
    """Those that type checkers read are those that are imported when they are asked for."""
    tree = ast.parse(Path(assistant.__file__).read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    homes = {node.module: tuple(alias.name for alias in node.names) for node in imports}
    own = {
        module.removeprefix("assistant."): names for module, names in homes.items() if module.startswith("assistant.")
    }
    assert assistant.__all__ == sorted(assistant.__all__)
    assert own == assistant._HOMES
    assert sorted(name for names in own.values() for name in names) == assistant.__all__
    assert all(getattr(assistant, name).__module__ == f"assistant.{home}" for home in own for name in own[home])
