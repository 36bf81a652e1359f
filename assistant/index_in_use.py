"""The index in use of a folder, for a process that outlives an index."""

from pathlib import Path
from threading import Lock

from assistant import store
from assistant.index import Index


class InUse:
    """Loads the index of a folder, and loads it anew when another one has taken its place.

    Whether one has is told by the name of its generation, a file of 64 bytes.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._generation: str | None = None
        self._index: Index | None = None
        self._loading = Lock()

    def index(self) -> Index:
        """The one in use. Raises what `store.load` raises, whatever was loaded before."""
        generation = store.generation_in_use(self._folder)
        with self._loading:
            if self._index is None or generation != self._generation:
                self._index = store.load(self._folder)
                self._generation = generation  # or a later one is loaded already: then once more
            return self._index
