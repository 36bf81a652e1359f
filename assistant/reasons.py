"""Why something failed, in the words of whoever raised it, or in German and English where those are known."""

import errno

from assistant.messages import Text

OF_SYSTEM = {  # what it calls these in English alone
    errno.ENOENT: Text(de="das gibt es nicht", en="there is no such file or folder"),
    errno.EISDIR: Text(de="das ist ein Ordner", en="it is a folder"),
    errno.ENOTDIR: Text(de="das ist kein Ordner", en="it is no folder"),
    errno.EEXIST: Text(de="das ist kein Ordner", en="it is no folder"),
    errno.EACCES: Text(de="keine Berechtigung", en="no permission"),
    errno.EPERM: Text(de="keine Berechtigung", en="no permission"),
    errno.EROFS: Text(de="nur zum Lesen", en="read-only"),
    errno.ENOSPC: Text(de="kein Platz mehr", en="no space left"),
    errno.ENAMETOOLONG: Text(de="der Name ist zu lang", en="the name is too long"),
    errno.ELOOP: Text(de="ein Verweis, der auf sich selbst zeigt", en="a link that leads to itself"),
    errno.ECONNREFUSED: Text(de="Verbindung abgelehnt", en="connection refused"),
    errno.EADDRINUSE: Text(de="schon belegt", en="already in use"),
}


def reason_of(error: Exception) -> Text:
    """What a message says of an error: the system's reason, or else the first line of what the error says.

    >>> reason_of(FileNotFoundError(2, "No such file or directory")).de, reason_of(KeyError()).de
    ('das gibt es nicht', 'KeyError')
    """
    if isinstance(error, OSError) and error.errno in OF_SYSTEM:
        return OF_SYSTEM[error.errno]
    said = (error.strerror if isinstance(error, OSError) else None) or str(error)
    line = (said.strip().splitlines() or [type(error).__name__])[0]
    return Text(de=line, en=line)
