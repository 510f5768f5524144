"""A Material as the text of its file."""

import yaml

from content.importing.material import SHELF, Figure, Material, Section
from content.importing.sections import divide, render


def write_material(material: Material, names: dict[str, str]) -> str:
    """The file's text; `names` gives the path of each file by its hash."""
    return f"---\n{_front_matter(material, names)}---\n\n{_body(material, names)}\n"


def _front_matter(material: Material, names: dict[str, str]) -> str:
    rows: list[tuple[str, object]] = [
        ("type", material.type),
        ("code", material.code),
        ("title", material.title),
        ("lang", material.lang),
        ("translation_of", material.translation_of),
        ("section", material.section if material.section != SHELF[material.type] else ""),
        ("category", material.category),
        ("audience", list(material.audiences)),
        ("image", names.get(material.image, "")),
        ("video", material.video_url or names.get(material.video, "")),
        ("captions", names.get(material.captions, "")),
        ("duration", material.duration),
        ("source", material.source),
        ("legal_basis", list(material.legal_basis)),
        ("summary", material.summary),
        ("date", material.date),
        ("ai_generated", material.ai_generated),
    ]
    kept = {key: value for key, value in rows if value not in ("", None, [])}
    return yaml.safe_dump(kept, allow_unicode=True, sort_keys=False, width=float("inf"))


def _body(material: Material, names: dict[str, str]) -> str:
    """The text that people would write, or where that reads back otherwise, the careful one."""
    sections = tuple(_with_paths(section, names) for section in material.sections)
    said = (sections, material.transcript)
    for careful in (False, True):
        text = render(sections, material.transcript, material.type, material.lang, careful=careful)
        divided = divide(text, material.type, material.lang)
        if (divided.sections, divided.transcript) == said and not divided.notices:
            break
    return text


def _with_paths(section: Section, names: dict[str, str]) -> Section:
    parts = tuple(
        Figure(names[part.image], part.alt, part.caption) if isinstance(part, Figure) else part
        for part in section.parts
        if not isinstance(part, Figure) or part.image in names
    )
    return Section(section.kind, section.heading, parts)
