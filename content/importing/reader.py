"""One file to one Material, or to all that is wrong with it. Reads files, no database."""

import re
import stat
from dataclasses import dataclass, field, replace
from pathlib import Path

from content.importing import front_matter, sections
from content.importing.assets import AssetFolder, UnusableFileError
from content.importing.body import figure_in, split_lines
from content.importing.front_matter import FrontMatter, Limits, Vocabulary
from content.importing.material import CASE, VIDEO, Asset, Figure, Material, Section
from content.importing.problems import Notice, Problem

MAX_BYTES = 1024 * 1024
# What no text holds; PostgreSQL would refuse the first of them.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufffe\uffff]")
_CAPTION_MAX = {"callout": 60, "quote": 80, "figure": 200}


@dataclass
class Reading:
    """What came of one file. material is None where there is any problem."""

    file: str
    material: Material | None = None
    fields: FrontMatter = field(default_factory=FrontMatter)
    problems: list[Problem] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    def report(self, line: int, field_name: str, message: str) -> None:
        self.problems.append(Problem(self.file, line, field_name, message))

    @property
    def code(self) -> str:
        """The code, where at least that could be read."""
        return str(self.fields.values.get("code") or "")

    @property
    def kind(self) -> str:
        return str(self.fields.values.get("type") or "")


def display_name(path: Path, folder: Path) -> str:
    """The file as seen from the folder, printable even where its name is no UTF-8 or has breaks."""
    name = str(path.relative_to(folder)).encode("utf-8", "backslashreplace").decode()
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in name)


class MaterialReader:
    """Reads the files of one folder."""

    def __init__(self, folder: Path, vocabulary: Vocabulary, limits: Limits | None = None) -> None:
        self.folder = folder
        self.assets = AssetFolder(folder)
        self.vocabulary = vocabulary
        self.limits = limits or Limits()

    def read(self, path: Path) -> Reading:
        """The file's Material, or its problems. Raises nothing for any bytes."""
        reading = Reading(display_name(path, self.folder))
        text = self._text(path, reading)
        parts = text is not None and front_matter.cut(text, reading.report)
        if not parts:
            return reading
        source, body, first_line = parts
        reading.fields = front_matter.read(source, reading.report, self.vocabulary, self.limits)
        values = reading.fields.values
        type_, language = values.get("type"), values.get("lang")
        divided = sections.divide(body, type_ or CASE, language or "zh-hans", first_line)
        for fault in divided.faults:
            reading.report(fault.line, "body", fault.message)
        files = self._named_files(reading, path)
        placed = self._place_figures(divided, body, first_line, reading, path, files)
        if not reading.problems:
            reading.material = _material(values, files, placed)
            reading.notices += [
                Notice(reading.file, words) for words in _notices(reading.material, divided)
            ]
        return reading

    def _text(self, path: Path, reading: Reading) -> str | None:
        """The file's text with plain line ends; None, and a report, where it is none."""
        try:
            data = self._bytes(path)
            text = data.decode("utf-8-sig")
        except UnusableFileError as error:
            reading.report(1, "file", str(error))
            return None
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            reading.report(line, "file", "is not UTF-8 text; save it as UTF-8")
            return None
        except (OSError, RuntimeError) as error:
            reading.report(1, "file", f"cannot be read: {getattr(error, 'strerror', error)}")
            return None
        text = re.sub(r"\r\n?", "\n", text)
        if control := _CONTROL.search(text):
            line = text.count("\n", 0, control.start()) + 1
            sign = f"U+{ord(control[0]):04X}"
            reading.report(line, "file", f"holds the control character {sign}; is it a text?")
            return None
        return text

    def _bytes(self, path: Path) -> bytes:
        real = path.resolve()
        if not real.is_relative_to(self.assets.root):
            raise UnusableFileError("is a link that leads out of the folder")
        about = real.stat()
        if not stat.S_ISREG(about.st_mode):
            raise UnusableFileError("is not an ordinary file")
        if about.st_size > MAX_BYTES:
            size = about.st_size / 1024 / 1024
            raise UnusableFileError(f"has {size:.1f} MB; at most 1 MB of text is possible")
        with real.open("rb") as stream:
            return stream.read(MAX_BYTES)

    def _named_files(self, reading: Reading, path: Path) -> dict[str, Asset]:
        found = {}
        for key in ("image", "video", "captions"):
            name = str(reading.fields.values.get(key) or "")
            if not name or (key == "video" and "://" in name):
                continue
            try:
                found[key] = self.assets.find(name, key, path)
            except UnusableFileError as error:
                reading.report(reading.fields.line(key), key, str(error))
        return found

    def _place_figures(  # noqa: PLR0917 all of one file
        self,
        divided: sections.Body,
        body: str,
        first_line: int,
        reading: Reading,
        path: Path,
        files: dict[str, Asset],
    ) -> sections.Body:
        """The same body with hashes for paths. Reports pictures and labels that cannot be taken."""
        lines: dict[str, int] = {}
        for number, line in enumerate(split_lines(body), start=first_line):
            if figure := figure_in(line):
                lines.setdefault(figure.image, number)

        def placed(part):
            _check_label(part, reading, lines, first_line)
            if not isinstance(part, Figure):
                return part
            try:
                asset = self.assets.find(part.image, "image", path)
            except UnusableFileError as error:
                reading.report(lines.get(part.image, first_line), "body", str(error))
                return part
            files[f"body:{asset.hash}"] = asset
            return replace(part, image=asset.hash)

        done = tuple(
            Section(section.kind, section.heading, tuple(placed(part) for part in section.parts))
            for section in divided.sections
        )
        return replace(divided, sections=done)


def _check_label(part, reading: Reading, lines: dict[str, int], first_line: int) -> None:
    name = type(part).__name__.lower()
    label = getattr(
        part, {"callout": "title", "quote": "who", "figure": "caption"}.get(name, ""), ""
    )
    most = _CAPTION_MAX.get(name, 0)
    if len(label) > most:
        line = lines.get(getattr(part, "image", ""), first_line)
        words = f"the label {label[:20] + '…'!r} of a {name} has over {most} characters"
        reading.report(line, "body", words)


def _material(values: dict, files: dict[str, Asset], body: sections.Body) -> Material:
    link = values["video"] if "://" in values["video"] else ""
    return Material(
        type=values["type"],
        code=values["code"],
        title=values["title"],
        lang=values["lang"],
        translation_of=values["translation_of"],
        category=values["category"],
        audiences=values["audience"],
        source=values["source"],
        legal_basis=values["legal_basis"],
        summary=values["summary"],
        date=values["date"],
        ai_generated=values["ai_generated"],
        image=files["image"].hash if "image" in files else "",
        video=files["video"].hash if "video" in files else "",
        video_url=link,
        captions=files["captions"].hash if "captions" in files else "",
        duration=values["duration"],
        section=values["section"],
        sections=body.sections,
        transcript=body.transcript,
        assets={asset.hash: asset for asset in files.values()},
    )


def _notices(material: Material, body: sections.Body) -> list[str]:
    notices = list(body.notices)
    if material.type == CASE:
        notices += [
            f"section {kind!r} is missing ({sections.usual_heading(kind, material.lang)})"
            for kind in sections.missing(material.sections)
        ]
    elif material.type == VIDEO:
        if not material.transcript:
            notices.append("the video has no transcript (文字稿)")
        if not (material.video or material.video_url):
            notices.append("the video has neither a file nor a link yet")
    return notices
