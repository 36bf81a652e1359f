"""Tables that benchmarks write into the README, each between a line that names its command and a line that ends it."""

from collections.abc import Iterable
from pathlib import Path

README = Path(__file__).parents[2] / "README.md"


def with_section(readme: str, name: str, command: str, lines: Iterable[str]) -> str:
    """The README with the section `name`, which `command` writes, written anew."""
    begin, end = f"<!-- {name}: written by {command} -->\n", f"<!-- /{name} -->\n"
    before, _, rest = readme.partition(begin)
    _, _, after = rest.partition(end)
    return before + begin + "\n".join(lines) + "\n" + end + after
