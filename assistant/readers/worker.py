"""The process that reads files for `extraction`: requests come as lines of JSON, and so go replies.

{"file": ..., "name": ..., "suffix": ..., "limits": {...}} is answered by {"extract": {...}}, or by the name of an error
and its details: {"error": "DocumentEmpty", "details": {"detail": ...}}.
"""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from assistant.errors import DocumentDamaged, DocumentError, DocumentUnreadable
from assistant.limits import Limits
from assistant.readers.opening import open_reader
from assistant.reasons import reason_of

OUT_OF_MEMORY = "OutOfMemory"


def main() -> None:
    """Answer requests until there are no more."""
    replies = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)  # what a library prints is no reply
    for line in sys.stdin:
        replies.write(json.dumps(_answer(json.loads(line))) + "\n")
        replies.flush()


def _answer(request: Mapping[str, object]) -> dict[str, object]:
    file, name, suffix = Path(str(request["file"])), str(request["name"]), str(request["suffix"])
    limits = Limits.model_validate(request["limits"])
    _hold_to(limits.memory_megabytes)
    try:
        return {"extract": open_reader(suffix)(file, name, limits).model_dump(mode="json")}
    except DocumentError as error:
        return _reported(error)
    except MemoryError:
        return {"error": OUT_OF_MEMORY, "details": {}}
    except OSError as error:
        return _reported(DocumentUnreadable(name, reason=error))
    except Exception as error:  # noqa: BLE001  # a parser may raise anything over a damaged file
        return _reported(DocumentDamaged(name, reason=error))


def _reported(error: DocumentError) -> dict[str, object]:
    details = {
        name: reason_of(value)._asdict() if isinstance(value, Exception) else value
        for name, value in error.details.items()
    }
    texts = {name: value._asdict() if hasattr(value, "_asdict") else value for name, value in details.items()}
    return {"error": type(error).__name__, "details": texts}


def _hold_to(megabytes: int) -> None:
    """Limit the memory of this process, where the system can."""
    if sys.platform == "win32":
        return
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_AS)
    wanted = megabytes * 1_000_000
    resource.setrlimit(resource.RLIMIT_AS, (wanted if most == resource.RLIM_INFINITY else min(wanted, most), most))


if __name__ == "__main__":
    main()
