"""What an import would do, and what stands against it. Reads the database, changes nothing."""

import uuid
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from content.importing import pages
from content.importing.assets import markdown_files
from content.importing.front_matter import shelf
from content.importing.material import Material
from content.importing.problems import Notice
from content.importing.reader import MaterialReader, Reading
from content.models import EducationPage, SectionPage

Progress = Callable[[str, int, int], None]  # what, done, of how many


class Action(StrEnum):
    CREATE = "create"
    UPDATE = "update"
    PUBLISH = "publish"  # the content is there already, only not public
    NOTHING = "nothing"


@dataclass
class Step:
    """What one file leads to."""

    reading: Reading
    action: Action
    section: SectionPage
    translation_key: uuid.UUID
    page: EducationPage | None = None
    current: Material | None = None
    moves: bool = False
    original: str = ""  # the code of the original, where the folder has it

    @property
    def material(self) -> Material:
        return self.reading.material


@dataclass
class Plan:
    readings: list[Reading]
    steps: list[Step]  # originals before their translations


def make_plan(folder: Path, *, publish: bool, progress: Progress) -> Plan:
    """Read every file of the folder and decide what to do with it."""
    reader = MaterialReader(folder, pages.vocabulary(), pages.limits())
    paths = markdown_files(folder)
    readings = []
    for done, path in enumerate(paths, start=1):
        readings.append(reader.read(path))
        progress("read", done, len(paths))
    refuse_same_codes(readings)
    return Plan(readings, _Planner(readings, publish=publish, progress=progress).steps())


def refuse_same_codes(readings: list[Reading]) -> None:
    """A code that several files claim is an error in each of them: none is known to be right."""
    claims = defaultdict(list)
    for reading in readings:
        if reading.code:
            claims[reading.code].append(reading)
    for code, rivals in claims.items():
        for reading in rivals if len(rivals) > 1 else ():
            others = ", ".join(r.file for r in rivals if r is not reading)
            reading.report(reading.fields.line("code"), "code", f"{code!r} is also in {others}")
            reading.material = None


class _Planner:
    def __init__(self, readings: list[Reading], *, publish: bool, progress: Progress) -> None:
        self.readings = readings
        self.publish = publish
        self.progress = progress
        self.in_folder = {reading.code: reading for reading in readings if reading.code}
        asked = {m.code for m in self._materials()} | {m.translation_of for m in self._materials()}
        self.known = {
            page.code: page
            for page in EducationPage.objects.filter(code__in=asked - {""})
            .select_related("latest_revision").specific()
        }  # fmt: skip
        self.shelves = pages.Shelves.load()
        self.families = pages.Families(page.translation_key for page in self.known.values())
        self.reader = pages.PageReader(self.shelves, self.families)
        self.reader.prepare(self.known.values())
        # (family, language) -> code of the version there is or will be
        self.versions = {
            (key, relative.language): relative.code
            for key, members in self.families.members.items()
            for relative in members
        }
        self.keys = {code: page.translation_key for code, page in self.known.items()}

    def _materials(self) -> list[Material]:
        return [r.material for r in self.readings if r.material]

    def steps(self) -> list[Step]:
        waiting = [reading for reading in self.readings if reading.material]
        steps: list[Step] = []
        total = len(waiting)
        while waiting:
            unsettled = {reading.code for reading in waiting}
            ready = [r for r in waiting if r.material.translation_of not in unsettled]
            if not ready:
                for reading in waiting:
                    _refuse(
                        reading, "translation_of", "leads in a circle: one must be the original"
                    )
                break
            for reading in ready:
                if step := self._step(reading):
                    steps.append(step)
                self.progress("compared", len(steps), total)
            done = {id(reading) for reading in ready}
            waiting = [reading for reading in waiting if id(reading) not in done]
        return steps

    def _step(self, reading: Reading) -> Step | None:
        """The step for a file whose original is settled; None, and a problem, if there is none."""
        material = reading.material
        page = self.known.get(material.code)
        if page is not None and not self._is_same_piece(reading, page):
            return None
        key = self._family(reading, page)
        section = self._section(reading, page) if key else None
        if section is None:
            return None
        if not pages.has_legal_basis(material.type) and material.legal_basis:
            words = f"a {material.type} has no place for legal_basis: it is left out"
            reading.notices.append(Notice(reading.file, words))
            material = reading.material = replace(material, legal_basis=())
        self.keys[material.code] = key
        self.versions[key, material.lang] = material.code
        step = Step(reading, Action.CREATE, section, key, original=self._folder_original(material))
        if page is not None:
            self._compare(step, page)
            if step.action is not Action.NOTHING and page.locked:
                _refuse(reading, "code", "its page is locked: unlock it in the admin first")
                return None
        return step

    def _is_same_piece(self, reading: Reading, page: EducationPage) -> bool:
        material = reading.material
        language = self.reader.languages[page.locale_id]
        type_ = pages.TYPE_OF.get(type(page))
        if language != material.lang:
            _refuse(reading, "code", f"{material.code!r} is already used by a page in {language}")
        elif type_ != material.type:
            _refuse(reading, "code", f"{material.code!r} is already used by a page of type {type_}")
        elif page.alias_of_id:
            _refuse(reading, "code", "its page only mirrors another one: change that one")
        else:
            return True
        return False

    def _family(self, reading: Reading, page: EducationPage | None) -> uuid.UUID | None:
        """The translation key that the piece gets."""
        material = reading.material
        code = material.translation_of
        if not code:
            return page.translation_key if page else uuid.uuid4()
        original, page_of_original = self.in_folder.get(code), self.known.get(code)
        if original is not None and original.material is not None:
            type_, language = original.material.type, original.material.lang
        elif page_of_original is not None:
            type_ = pages.TYPE_OF.get(type(page_of_original))
            language = self.reader.languages[page_of_original.locale_id]
        elif original is not None:
            _refuse(reading, "translation_of", f"the original {code!r} has errors: mend it first")
            return None
        else:
            words = f"no piece has the code {code!r}, neither in the folder nor on the site"
            _refuse(reading, "translation_of", words)
            return None
        key = self.keys[code]
        if type_ != material.type:
            words = f"the original {code!r} is of type {type_}, this of type {material.type}"
            _refuse(reading, "translation_of", words)
            return None
        version = self.versions.get((key, material.lang))
        if language == material.lang or version not in (None, material.code):
            there = code if language == material.lang else version
            words = f"there is a version in {material.lang} already: {there!r}"
            _refuse(reading, "translation_of", words)
            return None
        return key

    def _section(self, reading: Reading, page: EducationPage | None) -> SectionPage | None:
        material = reading.material
        if page is not None and not material.section and (place := self.shelves.of(page)):
            return place
        kind = shelf(material.section, material.type)
        section = self.shelves.by_kind.get((material.lang, kind))
        if section is None:
            _refuse(reading, "section", f"the zone has no section {kind!r} in {material.lang}")
        return section

    def _folder_original(self, material: Material) -> str:
        original = self.in_folder.get(material.translation_of)
        return original.code if original and original.material else ""

    def _compare(self, step: Step, page: EducationPage) -> None:
        step.page = page
        step.current = self.reader.read(page)
        step.moves = self.shelves.of(page) != step.section
        same_family = page.translation_key == step.translation_key
        wanted = replace(
            step.material,
            date=step.material.date or step.current.date,
            section=step.material.section or step.current.section,
            translation_of=step.current.translation_of if same_family else "other",
        )
        public = page.live and not page.has_unpublished_changes
        if wanted != step.current:
            step.action = Action.UPDATE
        elif self.publish and not public:
            step.action = Action.PUBLISH
        else:
            step.action = Action.NOTHING


def _refuse(reading: Reading, field: str, message: str) -> None:
    reading.report(reading.fields.line(field), field, message)
    reading.material = None
