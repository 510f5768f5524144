"""The YAML between the two lines of ---: read with its line numbers, every mistake reported.

Values are taken as they are written, not as YAML would guess them (`no`, 2026-13-01 and 010 stay
text), so that a mistake can be named in the author's own words.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date as day
from urllib.parse import urlsplit

import yaml

from content.importing.body import one_line
from content.importing.material import LANGUAGES, SHELF, TYPES, VIDEO

KEYS = (
    "type", "code", "title", "lang", "translation_of", "section", "category", "audience", "source",
    "legal_basis", "summary", "date", "ai_generated", "image", "video", "captions", "duration",
)  # fmt: skip
REQUIRED = ("type", "code", "title", "lang")
LISTS = ("audience", "legal_basis", "category")
SECTIONS = ("cases", "knowledge", "videos", "highlights")
FRONT_MATTER_BYTES = 65536
DEEPEST = 20  # where the reading of a nested value that is wrong anyway ends
CODE = re.compile(r"[A-Za-z0-9]+([._-][A-Za-z0-9]+)*")

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NOTHING = {"", "~", "null", "Null", "NULL"}
_TRUTH = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_PRINTING_LIMIT = 60


@dataclass(frozen=True)
class Limits:
    """The most characters that a field holds."""

    title: int = 255
    code: int = 80
    source: int = 200
    summary: int = 300
    legal_basis: int = 300
    video: int = 200


@dataclass(frozen=True)
class Vocabulary:
    """Categories and audiences: slug -> slug and Chinese name -> slug."""

    categories: dict[str, str]
    audiences: dict[str, str]


@dataclass(frozen=True)
class Entry:
    """A key's value: one text, or several, each with its line."""

    line: int
    values: tuple[tuple[str, int], ...]
    is_list: bool = False


@dataclass
class FrontMatter:
    """What a file says of itself. `lines` tells where each key stands."""

    values: dict[str, object] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    def line(self, key: str) -> int:
        return self.lines.get(key, 1)


Report = Callable[[int, str, str], None]  # line, field, message


def cut(text: str, report: Report) -> tuple[str, str, int] | None:
    """(YAML, body, line the body begins on); None, and a report, where there is no front matter."""
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        report(1, "front matter", "the file must begin with a line '---', then the fields")
        return None
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() == "---":
            return "\n".join(lines[1:number]), "\n".join(lines[number + 1 :]), number + 2
    report(1, "front matter", "a second line '---' is missing below the fields")
    return None


def read(source: str, report: Report, vocabulary: Vocabulary, limits: Limits) -> FrontMatter:
    """The fields of YAML that begins on line 2 of its file. Reports every mistake; never raises."""
    entries = _entries(source, report)
    if entries is None:
        return FrontMatter()
    reader = _Reader(entries, report, vocabulary, limits)
    return FrontMatter(reader.read(), {key: entry.line for key, entry in entries.items()})


def _entries(source: str, report: Report) -> dict[str, Entry] | None:
    if len(source.encode()) > FRONT_MATTER_BYTES:
        report(1, "front matter", f"is larger than {FRONT_MATTER_BYTES // 1024} KB")
        return None
    try:
        return _Mapping(source, report).read()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = 2 + (mark.line if mark else 0)
        hint = ""
        if "mapping values" in str(error.problem) or "cannot start any token" in str(error.problem):
            hint = "; put the value into double quotes"
        report(line, "front matter", f"broken YAML: {error.problem or error.context}{hint}")
    except (yaml.YAMLError, ValueError) as error:
        report(2, "front matter", f"broken YAML: {one_line(str(error))[:200]}")
    return None


class _Mapping:
    """A mapping of names to texts or lists of texts, from YAML's events.

    Events, not objects: no recursion that a hostile file could drive too deep, no aliases that
    could grow without bounds.
    """

    def __init__(self, source: str, report: Report) -> None:
        self.events = yaml.parse(source, Loader=_Loader)
        self.report = report
        self.entries: dict[str, Entry] = {}

    def read(self) -> dict[str, Entry] | None:
        for event in self.events:
            if isinstance(event, yaml.MappingStartEvent):
                self._pairs()
                return self._rest()
            if isinstance(event, yaml.NodeEvent):
                self.report(_line(event), "front matter", "must be lines of the form 'name: value'")
                self._skip(event)
                self._rest()
                return None
        return self.entries

    def _rest(self) -> dict[str, Entry]:
        """Read on, so that broken YAML further down is found, too."""
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                self.report(_line(event), "front matter", "holds more than one YAML document")
        return self.entries

    def _pairs(self) -> None:
        for key in self.events:
            if isinstance(key, yaml.MappingEndEvent):
                return
            if not isinstance(key, yaml.ScalarEvent):
                self.report(_line(key), "front matter", "a field's name must be plain text")
                self._skip(key)
                self._skip(next(self.events))
                continue
            entry = self._entry(key.value, _line(key))
            if key.value in self.entries:
                first = self.entries[key.value].line
                self.report(_line(key), _shown(key.value), f"is given twice, first on line {first}")
            elif entry:
                self.entries[key.value] = entry

    def _entry(self, name: str, line: int) -> Entry | None:
        event = next(self.events)
        if isinstance(event, yaml.ScalarEvent):
            values = ((event.value, _line(event)),) if _says_something(event) else ()
            return Entry(line, values)
        if isinstance(event, yaml.SequenceStartEvent):
            return Entry(line, tuple(self._items(name)), is_list=True)
        self.report(_line(event), _shown(name), "must be a text or a list of texts")
        self._skip(event)
        return None

    def _items(self, name: str) -> list[tuple[str, int]]:
        items = []
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            if isinstance(event, yaml.ScalarEvent):
                if _says_something(event):
                    items.append((event.value, _line(event)))
            else:
                self.report(
                    _line(event), _shown(name),
                    "each item must be plain text; put it into double quotes",
                )  # fmt: skip
                self._skip(event)
        return items

    def _skip(self, event: yaml.Event) -> None:
        """Pass over the node that begins with this event."""
        depth = 1 if isinstance(event, yaml.CollectionStartEvent) else 0
        while depth:
            event = next(self.events)
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                raise ValueError("lists within lists within lists")


def _says_something(event: yaml.ScalarEvent) -> bool:
    return not (event.implicit[0] and event.value in _NOTHING) and bool(event.value.strip())


def _line(event: yaml.Event) -> int:
    return 2 + event.start_mark.line


def _shown(value: str) -> str:
    """An author's word inside a message: one line, not endless."""
    text = one_line(value)
    return text if len(text) <= _PRINTING_LIMIT else text[:_PRINTING_LIMIT] + "…"


class _Reader:
    """From texts to checked values; what is wrong is reported and left out."""

    def __init__(
        self, entries: dict[str, Entry], report: Report, vocabulary: Vocabulary, limits: Limits
    ) -> None:
        self.entries = entries
        self.report = report
        self.vocabulary = vocabulary
        self.limits = limits

    def read(self) -> dict[str, object]:
        for key in REQUIRED:
            if key not in self.entries or not self.entries[key].values:
                self.report(self._line(key), key, "is missing")
        for key, entry in self.entries.items():
            if key not in KEYS:
                names = ", ".join(KEYS)
                self.report(entry.line, _shown(key), f"there is no such field; there are: {names}")
        values = {key: getattr(self, f"_{key}")() for key in KEYS}
        self._agree(values)
        return values

    def _line(self, key: str) -> int:
        return self.entries[key].line if key in self.entries else 1

    def _items(self, key: str) -> list[tuple[str, int]]:
        entry = self.entries.get(key)
        return list(entry.values) if entry else []

    def _one(self, key: str, *, limit: int = 0, keep_lines: bool = False) -> str:
        entry = self.entries.get(key)
        if entry is None or not entry.values:
            return ""
        if entry.is_list and key not in LISTS:
            self.report(entry.line, key, "must be one text, not a list")
            return ""
        text = entry.values[0][0]
        text = text.strip() if keep_lines else one_line(text)
        if limit and len(text) > limit:
            self.report(
                entry.line, key, f"has {len(text)} characters; at most {limit} are possible"
            )
            return ""
        return text

    def _choice(self, key: str, choices: tuple[str, ...]) -> str:
        text = self._one(key)
        if text and text not in choices:
            options = ", ".join(choices)
            self.report(self._line(key), key, f"{_shown(text)!r} is not one of: {options}")
            return ""
        return text

    def _type(self) -> str:
        return self._choice("type", TYPES)

    def _lang(self) -> str:
        return self._choice("lang", LANGUAGES)

    def _section(self) -> str:
        return self._choice("section", SECTIONS)

    def _a_code(self, key: str) -> str:
        text = self._one(key, limit=self.limits.code)
        if text and not CODE.fullmatch(text):
            self.report(
                self._line(key), key,
                f"{_shown(text)!r} may hold ASCII letters, digits and single . _ - between them",
            )  # fmt: skip
            return ""
        return text

    def _code(self) -> str:
        return self._a_code("code")

    def _translation_of(self) -> str:
        return self._a_code("translation_of")

    def _title(self) -> str:
        return self._one("title", limit=self.limits.title)

    def _source(self) -> str:
        return self._one("source", limit=self.limits.source)

    def _summary(self) -> str:
        return self._one("summary", limit=self.limits.summary, keep_lines=True)

    def _terms(self, key: str, known: dict[str, str]) -> tuple[str, ...]:
        slugs = set()
        for text, line in self._items(key):
            slug = known.get(one_line(text))
            if slug:
                slugs.add(slug)
            else:
                options = ", ".join(sorted(set(known.values())))
                self.report(line, key, f"unknown {key} {_shown(text)!r}; there are: {options}")
        return tuple(sorted(slugs))

    def _category(self) -> str:
        if len(self._items("category")) > 1:
            self.report(self._line("category"), "category", "only one category is possible")
            return ""
        return next(iter(self._terms("category", self.vocabulary.categories)), "")

    def _audience(self) -> tuple[str, ...]:
        return self._terms("audience", self.vocabulary.audiences)

    def _legal_basis(self) -> tuple[str, ...]:
        citations = []
        limit = self.limits.legal_basis
        entry = self.entries.get("legal_basis")
        for text, line in self._items("legal_basis"):
            for piece in [text] if entry.is_list else text.split("\n"):
                citation = one_line(piece)
                if len(citation) > limit:
                    self.report(
                        line, "legal_basis",
                        f"a citation has {len(citation)} characters; at most {limit} are possible",
                    )  # fmt: skip
                elif citation:
                    citations.append(citation)
        return tuple(citations)

    def _date(self) -> day | None:
        text = self._one("date")
        if not text:
            return None
        match = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt ].*)?", text, re.ASCII)
        try:
            return day(*map(int, match.groups()))
        except (AttributeError, ValueError):
            self.report(
                self._line("date"), "date",
                f"{_shown(text)!r} is not a day; write it as 2026-03-15",
            )  # fmt: skip
            return None

    def _ai_generated(self) -> bool:
        text = self._one("ai_generated")
        if text and text.lower() not in _TRUTH:
            self.report(
                self._line("ai_generated"), "ai_generated",
                f"{_shown(text)!r} is neither true nor false",
            )  # fmt: skip
        return _TRUTH.get(text.lower(), False)

    def _duration(self) -> int | None:
        text = self._one("duration")
        if not text:
            return None
        if not re.fullmatch(r"[0-9]{1,6}", text):
            self.report(
                self._line("duration"), "duration",
                f"{_shown(text)!r} is not a whole number of seconds",
            )  # fmt: skip
            return None
        return int(text)

    def _image(self) -> str:
        return self._one("image")

    def _captions(self) -> str:
        return self._one("captions")

    def _video(self) -> str:
        text = self._one("video")
        if "://" in text and not self._is_link(text):
            self.report(
                self._line("video"), "video",
                f"{_shown(text)!r} is no http(s) link of at most {self.limits.video} characters",
            )  # fmt: skip
            return ""
        return text

    def _is_link(self, text: str) -> bool:
        from django.core.exceptions import ValidationError
        from django.core.validators import URLValidator

        try:
            URLValidator(schemes=["http", "https"])(text)
            return bool(urlsplit(text).hostname) and len(text) <= self.limits.video
        except (ValidationError, ValueError):
            return False

    def _agree(self, values: dict[str, object]) -> None:
        """What one field says about another."""
        type_ = values["type"]
        for key in ("video", "captions", "duration"):
            if values[key] and type_ and type_ != VIDEO:
                self.report(self._line(key), key, f"a piece of type {type_} has no {key}")
        if values["code"] and values["code"] == values["translation_of"]:
            self.report(
                self._line("translation_of"), "translation_of",
                "is the piece's own code: name the code of the original",
            )  # fmt: skip


def shelf(section: str, type_: str) -> str:
    """The section a piece stands in: the named one, else the type's own."""
    return section or SHELF[type_]
