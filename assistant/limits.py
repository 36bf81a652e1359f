"""What reading a file may cost; beyond that it is named and skipped."""

from pydantic import Field

from assistant.records import Record


class Limits(Record):
    """Bounds of the reading of one file."""

    megabytes: int = Field(default=100, ge=1)
    """Of the file itself."""
    pages: int = Field(default=5000, ge=1)
    """Of a document that has pages."""
    seconds: float = Field(default=120.0, gt=0)
    """Time to read it; then its process is killed."""
    memory_megabytes: int = Field(default=2048, ge=256, le=1_000_000)
    """Memory that reading it may take, where the system can hold a process to that."""
    archive_ratio: int = Field(default=200, ge=1)
    """How much larger than the file the unpacked content of an archive, such as .docx or .epub, may be."""
