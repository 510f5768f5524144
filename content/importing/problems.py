"""What is wrong with a file, said so that its author can put it right."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake: file (as seen from the folder), line (from 1), front matter field, words."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.message}"


@dataclass(frozen=True, order=True)
class Notice:
    """Something that an author may want to mend, though the file goes in as it is."""

    file: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}: warning: {self.message}"
